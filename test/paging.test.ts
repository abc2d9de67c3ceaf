import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { type HTMLElement, parse } from 'node-html-parser';
import t, { type Test } from 'tap';
import { audit } from '../src/audit.ts';
import { type TestBrowser, testApp } from './helper.ts';
import { makeArea, makeEvent, makeNeighbourhood, makePitch, makeVenue } from './make.ts';
import { signedInCoordinator } from './sign-in.ts';

type Rows = (page: HTMLElement) => string[];

const linksTo = (address: string): Rows => {
  const selector = `main a[href^="${address}"]`;
  return (page) =>
    page.querySelectorAll(selector).map((link) => link.getAttribute('href')!.slice(address.length));
};

/** Follows the links of a list from page to page; the rows of each page. */
const walk = async (browser: TestBrowser, from: string, way: 'next' | 'prev', rows: Rows) => {
  const pages: string[][] = [];
  let last = from;
  for (let address: string | undefined = from; address; ) {
    if (pages.length > 20) throw new Error(`${from} has no end`);
    const page: HTMLElement = parse((await browser.get(address)).body);
    pages.push(rows(page));
    last = address;
    address = page.querySelector(`.govuk-pagination__${way} a`)?.getAttribute('href');
  }
  return { pages, last };
};

/** Every row once on the way there, in one order; and none is lost on the way back, to the same first page. */
const holds = async (t: Test, browser: TestBrowser, address: string, rows: Rows, expected: string[]) => {
  const there = await walk(browser, address, 'next', rows);
  const shown = there.pages.flat();
  t.ok(there.pages.length > 2, `${there.pages.length} pages`);
  t.equal(new Set(shown).size, shown.length, 'none twice');
  t.same(shown.toSorted(), expected.toSorted(), 'each once');
  const back = await walk(browser, there.last, 'prev', rows);
  // Some lists only lead on, and back to their beginning.
  if (back.pages.length <= 2) {
    t.ok(back.pages.length === 1 || back.last === address, 'back to the beginning');
    return shown;
  }
  const returned = back.pages.reverse();
  const first = returned[0]!;
  t.same(first, shown.slice(0, first.length), 'the way back ends with the first page');
  // A first page that is filled up may share rows with the second.
  const rest = returned.slice(1).flat();
  t.same(rest, shown.slice(shown.length - rest.length), 'and shows the rest once, in the same order');
  t.ok(first.length + rest.length >= shown.length, 'all of it');
  return shown;
};

/** Three moments, the last two a microsecond apart: most rows stand at the same one as others. */
const moment = (i: number) =>
  Temporal.Instant.from(
    ['2026-12-05T11:00:00.123456Z', '2026-12-06T11:00:00.123456Z', '2026-12-06T11:00:00.123457Z'][i % 3]!,
  );

const site = await testApp(t);
const { db, clock } = site;
const area = await makeArea(db);
const other = await makeArea(db, { name: 'Bedford' });
const { coordinator, browser: carol } = await signedInCoordinator(site, {
  areaId: area.id,
  administrator: true,
});
await db
  .insertInto('coordinator_areas')
  .values({ coordinator_id: coordinator.id, area_id: other.id })
  .execute();

t.test('planned events, and those that everyone sees', async (t) => {
  const slugs = Array.from({ length: 70 }, (_, i) => `online-${i}`);
  const pitch_id = null;
  for (const [i, slug] of slugs.entries())
    await makeEvent(db, {
      slug,
      kind: 'online',
      pitch_id,
      online_url: 'https://talk.example/',
      area_id: i % 2 ? area.id : other.id,
      starts_at: moment(i),
      ends_at: moment(i).add({ hours: 1 }),
    });
  await makeEvent(db, { slug: 'elsewhere' });
  const here = linksTo('/coordinate/events/online-');
  const numbers = slugs.map((slug) => slug.slice('online-'.length));
  await holds(t, carol, '/coordinate/events', here, numbers);
  await holds(t, carol, '/coordinate/events?state=published', here, numbers);
  await holds(t, site.browser(), '/events', linksTo('/events/'), [...slugs, 'elsewhere']);
});

t.test('the log of messages, in the areas of its reader', async (t) => {
  const areas = [area.id, other.id, (await makeArea(db)).id];
  const sent: string[] = [];
  for (let i = 0; i < 90; i++) {
    const id = randomUUIDv7();
    const area_id = areas[i % 3]!;
    await db
      .insertInto('messages')
      .values({
        id,
        kind: 'moved',
        recipient: `alice${i}@example.org`,
        data: JSON.stringify({ fullName: 'Alice Example' }),
        area_id,
        state: i % 5 ? 'failed' : 'retrying',
        created_at: moment(i),
      })
      .execute();
    if (i % 3 < 2) sent.push(id);
  }
  const rows = linksTo('/coordinate/messages/');
  const shown = await holds(t, carol, '/coordinate/messages', rows, sent);
  t.same(shown, sent.toSorted().reverse(), 'the newest first');
  await holds(t, carol, '/coordinate/messages?words=alice', rows, sent);
});

t.test('the record of what was done', async (t) => {
  const actor = { coordinatorId: coordinator.id, requestId: randomUUID() };
  const expected: string[] = [];
  for (let i = 0; i < 170; i++) {
    await audit(db, actor, { action: 'juggle', subjectKind: 'orange', details: { number: i } }, moment(i));
    expected.push(String(i));
  }
  const numbers: Rows = (page) =>
    [...page.querySelector('main')!.text.matchAll(/Number: (\d+)/g)].map(([, number]) => number!);
  await holds(t, carol, '/coordinate/audit?action=juggle', numbers, expected);
});

t.test('venues, many of one name', async (t) => {
  const neighbourhood_id = (await makeNeighbourhood(db, { area_id: area.id })).id;
  const expected: string[] = [];
  for (let i = 0; i < 120; i++) {
    const venue = await makeVenue(db, {
      neighbourhood_id,
      name: ['Library', 'LIBRARY', 'Market'][i % 3]!,
      closed_at: i % 4 ? null : clock.now(),
    });
    await makePitch(db, { venue_id: venue.id });
    expected.push(venue.id);
  }
  const rows: Rows = (page) => linksTo('/coordinate/venues/')(page).filter((id) => /^[\da-f-]{36}$/.test(id));
  await holds(t, carol, '/coordinate/venues', rows, expected);
});

t.test('what comes in between moves nothing', async (t) => {
  const rows = linksTo('/coordinate/events/online-');
  const first = parse((await carol.get('/coordinate/events')).body);
  const next = first.querySelector('.govuk-pagination__next a')!.getAttribute('href')!;
  const before = rows(parse((await carol.get(next)).body));
  await makeEvent(db, {
    slug: 'online-early',
    kind: 'online',
    pitch_id: null,
    online_url: 'https://talk.example/',
    area_id: area.id,
    starts_at: moment(0).subtract({ hours: 1 }),
    ends_at: moment(0),
  });
  t.same(rows(parse((await carol.get(next)).body)), before);
});
