import t from 'tap';
import { testApp } from '../helper.ts';
import { makeArea, makeEvent, makeNeighbourhood } from '../make.ts';
import { readCalendar } from '../read-calendar.ts';

type World = Awaited<ReturnType<typeof testApp>>;

/** An online talk next Tuesday, whose link nobody may read in public. */
const makeOnline = async ({ db }: World, row: Parameters<typeof makeEvent>[1] = {}) =>
  makeEvent(db, {
    slug: 'online-talk',
    title: 'Meet the champions',
    kind: 'online',
    pitch_id: null,
    online_url: 'https://meet.example/secret-room',
    area_id: row.area_id ?? (await makeArea(db)).id,
    starts_at: Temporal.Instant.from('2026-11-24T18:00:00Z'),
    ends_at: Temporal.Instant.from('2026-11-24T19:00:00Z'),
    ...row,
  });

const PAGES = [
  '/',
  '/events',
  '/events?kind=online',
  '/events?words=online',
  '/events/online-talk',
  '/events/online-talk.ics',
  '/events/online-talk/join',
  '/events.ics',
  '/sitemap.xml',
];

t.test('an online event is wherever events are, and its link is nowhere', async (t) => {
  const world = await testApp(t);
  await makeOnline(world);
  await makeEvent(world.db, { slug: 'stall' });
  const { get } = world.browser();
  for (const path of PAGES) {
    const { statusCode, body } = await get(path);
    t.equal(statusCode, 200, path);
    t.match(body, /online/i, path);
    t.notMatch(body, /secret-room|meet\.example/, path);
    t.notMatch(body, /null|undefined/, path);
  }
  t.notMatch((await get('/events?kind=online')).body, 'href="/events/stall"');
  const { body } = await get('/events/online-talk');
  t.match(body, '<strong>Online</strong>');
  t.match(body, 'We send the link to those who say that they come.');
  t.notMatch(body, 'How to find us');
});

t.test('calendars say that it is online, and no more', async (t) => {
  const world = await testApp(t);
  await makeOnline(world);
  for (const path of ['/events/online-talk.ics', '/events.ics']) {
    const { events, others } = readCalendar((await world.browser().get(path)).body);
    for (const { title, location } of [events[0]!, others[0]!]) {
      t.equal(title, 'Online event');
      t.equal(location, 'Online');
    }
  }
});

t.test('an online event may belong to a neighbourhood', async (t) => {
  const world = await testApp(t);
  const { id, area_id } = await makeNeighbourhood(world.db, { slug: 'wolverton', name: 'Wolverton' });
  await makeOnline(world, { area_id, neighbourhood_id: id });
  t.match((await world.browser().get('/events?neighbourhood=wolverton')).body, 'href="/events/online-talk"');
  t.match((await world.browser().get('/events')).body, 'Online, Wolverton');
});

t.test('nobody is told not to travel to what is online', async (t) => {
  const world = await testApp(t);
  await makeOnline(world, {
    state: 'cancelled',
    cancelled_at: Temporal.Instant.from('2026-11-20T10:00:00Z'),
    cancelled_reason: 'The speaker is ill.',
  });
  const { body } = await world.browser().get('/events/online-talk');
  t.match(body, 'This event is cancelled');
  t.notMatch(body, 'travel');
});
