import t from 'tap';
import { testApp } from '../helper.ts';
import { makeCampaign, makeEvent } from '../make.ts';

const at = (text: string) => Temporal.Instant.from(text);

t.test('an event to come', async (t) => {
  const { db, browser, config } = await testApp(t);
  const campaign = await makeCampaign(db, { name: 'Awareness Week' });
  await makeEvent(db, { slug: 'stall', title: 'Stall <b>at</b> Centre:MK', campaign_id: campaign.id });
  const { statusCode, body, headers } = await browser().get('/events/stall');
  t.equal(statusCode, 200);
  t.match(headers['cache-control'], 'public, no-cache');
  for (const words of [
    'Saturday 28 November, 11am to 3pm',
    'Centre:MK, near the Samsung shop',
    'Go in by the oak tree and turn left.',
    'Friendly people and a few questions.',
    'Thames Valley Police and friends',
    'Awareness Week',
    'href="/events/stall/join"',
    'href="/events/stall.ics"',
    'href="/events/stall/qr.svg"',
    `data-share-url="${config.publicUrl}/events/stall"`,
    `<link rel="canonical" href="${config.publicUrl}/events/stall">`,
    '<meta property="og:title" content="Stall &lt;b&gt;at&lt;/b&gt; Centre:MK">',
    '<meta property="og:description" content="Saturday 28 November, 11am to 3pm, Centre:MK',
  ]) {
    t.ok(body.includes(words), words);
  }
  t.notMatch(body, '<b>at</b>');
});

t.test('a cancelled event says so first, why, and what to do instead', async (t) => {
  const { db, browser } = await testApp(t);
  const cancelled_at = at('2026-11-20T10:00:00Z');
  await makeEvent(db, {
    slug: 'off',
    state: 'cancelled',
    cancelled_at,
    cancelled_reason: 'The hall is flooded.',
  });
  const { statusCode, body } = await browser().get('/events/off');
  t.equal(statusCode, 200);
  t.ok(body.indexOf('This event is cancelled') < body.indexOf('<h1'));
  t.match(body, 'The hall is flooded.');
  t.match(body, 'See what else is on');
  t.match(body, 'href="/join"');
  t.notMatch(body, '/events/off/join');
});

t.test('a past event says that it is over, and sign-up stays open', async (t) => {
  const { db, browser, clock } = await testApp(t);
  await makeEvent(db, { slug: 'stall' });
  clock.set('2026-11-28T12:00:00Z');
  t.match((await browser().get('/events/stall')).body, 'On now');
  clock.set('2026-11-28T15:00:00Z');
  const { body } = await browser().get('/events/stall');
  t.match(body, 'This event is over. You can still sign up');
  t.match(body, 'href="/events/stall/join"');
  t.notMatch(body, 'Add to your calendar');
});

t.test('what is not public, or not there, is not found', async (t) => {
  const { db, browser } = await testApp(t);
  await makeEvent(db, { slug: 'secret', state: 'ready' });
  for (const path of ['secret', 'nowhere', 'UPPER', '%00', "o'brien", `${'x'.repeat(119)}`, '..%2fme']) {
    for (const end of ['', '.ics', '/qr.svg']) {
      const { statusCode, body } = await browser().get(`/events/${path}${end}`);
      t.equal(statusCode, 404, `${path}${end}`);
      t.match(body, 'We can’t find that page');
    }
  }
});

t.test('a change shows at once, also in another process on the same database', async (t) => {
  const { db, browser, anotherProcess } = await testApp(t);
  const pages = ['/', '/events', '/events/stall', '/events.ics', '/events/stall.ics', '/sitemap.xml'];
  const browsers = [browser(), (await anotherProcess()).browser()];
  const fetchAll = async () =>
    Promise.all(browsers.flatMap(({ get }) => pages.map(async (path) => (await get(path)).body)));

  const event = await makeEvent(db, { slug: 'stall', title: 'Before' });
  const before = await fetchAll();
  const change = {
    title: 'After',
    kind: 'talk' as const,
    sequence: 1,
    updated_at: at('2026-11-23T09:00:05Z'),
  };
  await db.updateTable('events').set(change).where('id', '=', event.id).execute();
  const after = await fetchAll();
  for (const [index, body] of after.entries()) t.not(body, before[index], pages[index % pages.length] ?? '');
  t.same(after.slice(0, pages.length), after.slice(pages.length), 'both show the same');
});

t.test('the short address of a stall', async (t) => {
  const { db, browser } = await testApp(t);
  await makeEvent(db, { slug: 'stall', code: 'abc123' });
  await makeEvent(db, { slug: 'secret', code: 'hush1', state: 'draft' });
  const past = { starts_at: at('2026-11-01T10:00:00Z'), ends_at: at('2026-11-01T12:00:00Z') };
  await makeEvent(db, { slug: 'past', code: 'past1', state: 'reported', ...past });
  for (const [code, slug] of [
    ['abc123', 'stall'],
    ['ABC123', 'stall'],
    ['past1', 'past'],
  ]) {
    const { statusCode, headers } = await browser().get(`/j/${code}`);
    t.equal(statusCode, 302);
    t.equal(headers.location, `/events/${slug}/join?source=qr`);
    t.equal(headers['cache-control'], 'no-store');
  }
  for (const code of ['hush1', 'zzzz9', 'x', '%00', 'a%0d%0ab', '%F0%9F%98%80']) {
    const { statusCode, body } = await browser().get(`/j/${code}`);
    t.equal(statusCode, 404, code);
    t.match(body, 'We don’t know this code');
    t.match(body, 'href="/join"');
  }
});

t.test('the QR code', async (t) => {
  const { db, browser, config } = await testApp(t);
  await makeEvent(db, { slug: 'stall', code: 'abc123' });
  const { statusCode, headers, body } = await browser().get('/events/stall/qr.svg');
  t.equal(statusCode, 200);
  t.equal(headers['content-type'], 'image/svg+xml; charset=utf-8');
  t.match(body, `role="img"><title>QR code for ${config.publicUrl}/j/abc123</title>`);
});
