import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'node-html-parser';
import t, { type Test } from 'tap';
import { openPictures } from '../../src/events/pictures.ts';
import { testApp } from '../helper.ts';
import { makeEvent } from '../make.ts';

const PUBLIC_URL = 'https://champions.example.org';

const openSite = async (t: Test) => {
  const site = await testApp(t, { env: { PUBLIC_URL } });
  const event = await makeEvent(site.db, { slug: 'stall' });
  const tagsOf = async (path: string) => {
    const { statusCode, body } = await site.browser().get(path);
    t.equal(statusCode, 200);
    const tags = parse(body).querySelectorAll('meta[property^="og:"], meta[name^="twitter:"]');
    return Object.fromEntries(
      tags.map((tag) => [
        tag.getAttribute('property') ?? tag.getAttribute('name'),
        tag.getAttribute('content'),
      ]),
    );
  };
  const change = (row: Parameters<typeof makeEvent>[1] & object) =>
    site.db.updateTable('events').set(row).where('id', '=', event.id).execute();
  const fetch = (address: string, headers = {}) =>
    site.browser().get(address.replace(PUBLIC_URL, ''), headers);
  return { ...site, event, tagsOf, change, fetch };
};

/** The share of the picture's upper right part that is of our red. */
const redIn = async (png: Buffer) => {
  const { createCanvas, loadImage } = await import('@napi-rs/canvas');
  const context = createCanvas(1200, 630).getContext('2d');
  context.drawImage(await loadImage(png), 0, 0);
  const { data } = context.getImageData(380, 130, 800, 300);
  let red = 0;
  for (let at = 0; at < data.length; at += 4)
    if (data[at] === 0xb3 && data[at + 1] === 0x26 && data[at + 2] === 0x1e) red++;
  return red / (800 * 300);
};

t.test('a shared link to an event shows a card of its own', async (t) => {
  const { tagsOf, fetch } = await openSite(t);
  const tags = await tagsOf('/events/stall');
  t.match(tags['og:image'], /^https:\/\/champions\.example\.org\/events\/stall\/og\.png\?v=[\w-]{12}$/);
  t.match(tags, {
    'og:type': 'website',
    'og:title': 'Stall at Centre:MK',
    'og:url': `${PUBLIC_URL}/events/stall`,
    'og:image:type': 'image/png',
    'og:image:width': '1200',
    'og:image:height': '630',
    'og:image:alt': 'Stall at Centre:MK. Saturday 28 November, 11am to 3pm. Centre:MK, near the Samsung shop',
    'twitter:card': 'summary_large_image',
  });

  const { statusCode, headers, rawPayload } = await fetch(tags['og:image']!);
  t.equal(statusCode, 200);
  t.equal(headers['content-type'], 'image/png');
  t.equal(headers['cache-control'], 'public, max-age=86400');
  t.equal(headers['cross-origin-resource-policy'], 'cross-origin');
  t.equal(rawPayload.subarray(1, 4).toString(), 'PNG');
  t.same([rawPayload.readUInt32BE(16), rawPayload.readUInt32BE(20)], [1200, 630]);
  t.ok(rawPayload.length < 300_000, String(rawPayload.length));

  const again = await fetch(tags['og:image']!, { 'if-none-match': headers.etag });
  t.same([again.statusCode, again.rawPayload.length], [304, 0]);
  for (const address of [
    '/events/stall/og.png',
    '/events/stall/og.png?v=old',
    '/events/stall/og.png?v=a&v=b',
  ]) {
    const other = await fetch(address);
    t.same([other.statusCode, other.headers['cache-control']], [200, 'public, no-cache']);
    t.same(other.rawPayload, rawPayload);
  }
});

t.test('its address changes with what it shows, and with nothing else', async (t) => {
  const { tagsOf, change, db } = await openSite(t);
  const address = async () => (await tagsOf('/events/stall'))['og:image'];
  const addresses = [await address()];
  await change({ what_to_expect: 'Something else.' });
  t.equal(await address(), addresses[0]);
  for (const row of [
    { title: 'Talk' },
    { starts_at: Temporal.Instant.from('2026-11-28T10:00:00Z') },
    { state: 'postponed' as const },
  ]) {
    await change(row);
    addresses.push(await address());
  }
  await db.updateTable('pitches').set({ name: 'by the oak' }).execute();
  addresses.push(await address());
  await db.updateTable('programme').set({ name: 'Bletchley champions' }).execute();
  addresses.push(await address());
  t.equal(new Set(addresses).size, addresses.length);
});

t.test('what is called off says so in its picture', async (t) => {
  const { tagsOf, change, fetch } = await openSite(t);
  t.equal(await redIn((await fetch('/events/stall/og.png')).rawPayload), 0);
  for (const [state, said] of [
    ['cancelled', /^CANCELLED: Stall/],
    ['postponed', /^POSTPONED: Stall/],
  ] as const) {
    const cancelled = state === 'cancelled';
    await change({
      state,
      cancelled_at: cancelled ? Temporal.Instant.from('2026-11-20T10:00:00Z') : null,
      cancelled_reason: cancelled ? 'Rain' : null,
    });
    t.match((await tagsOf('/events/stall'))['og:image:alt'], said);
    t.ok((await redIn((await fetch('/events/stall/og.png')).rawPayload)) > 0.03);
  }
});

t.test('long names, letters of other alphabets and something online have a picture too', async (t) => {
  const { db, change, fetch, event } = await openSite(t);
  await db
    .updateTable('venues')
    .set({ name: 'Llanfairpwllgwyngyll '.repeat(20) })
    .execute();
  for (const title of ['Łukasz Nguyễn '.repeat(14), 'W'.repeat(200), 'Чай, 茶, شاي, 👋🏽']) {
    await change({ title });
    t.equal((await fetch('/events/stall/og.png')).statusCode, 200);
  }
  await db
    .updateTable('events')
    .set({ kind: 'online', pitch_id: null, online_url: 'https://meet.example.org/x' })
    .where('id', '=', event.id)
    .execute();
  t.equal((await fetch('/events/stall/og.png')).statusCode, 200);
});

t.test('what is not public, or not there, has none', async (t) => {
  const { change, fetch } = await openSite(t);
  for (const state of ['draft', 'venue requested', 'permitted', 'ready'] as const) {
    await change({ state });
    t.equal((await fetch('/events/stall/og.png')).statusCode, 404, state);
  }
  for (const slug of ['nowhere', '%00', 'UPPER'])
    t.equal((await fetch(`/events/${slug}/og.png`)).statusCode, 404);
});

t.test('other pages show the programme’s card', async (t) => {
  const { tagsOf } = await openSite(t);
  for (const path of ['/', '/events', '/about']) {
    const tags = await tagsOf(path);
    t.match(tags['og:image'], /^https:\/\/champions\.example\.org\/assets\/[\w-]+\/og\.png$/);
    t.match(tags, { 'og:image:width': '1200', 'og:image:height': '630', 'og:image:alt': /^Westand: / });
  }
});

t.test('one picture is drawn at a time, each once, and one that failed again', async (t) => {
  let drawing = 0;
  let drawn = 0;
  let broken = true;
  const pictures = openPictures(async ({ title }) => {
    t.equal(++drawing, 1, 'alone');
    await new Promise((resolve) => setImmediate(resolve));
    drawing--;
    drawn++;
    if (title === 'broken' && broken) throw new Error('out of paint');
    return Buffer.from(title);
  });
  const date = { weekday: 'Sat', day: '28', month: 'Nov', iso: '2026-11-28' };
  const ask = (title: string) =>
    pictures(title, { programme: '', title, calledOff: '', date, when: '', place: '' });
  const all = await Promise.all(['a', 'b', 'a', 'c', 'b'].map(ask));
  t.same(all.map(String), ['a', 'b', 'a', 'c', 'b']);
  t.equal(drawn, 3);
  await t.rejects(ask('broken'), { message: 'out of paint' });
  t.equal(String(await ask('d')), 'd', 'the next is drawn all the same');
  broken = false;
  t.equal(String(await ask('broken')), 'broken');
});

/** In a process of its own, since others of this one have drawn already. */
const PROGRAM = `
  import { createRequire } from 'node:module';
  import { testApp } from './test/helper.ts';
  import { makeEvent } from './test/make.ts';
  const isLoaded = () => Object.keys(createRequire('/').cache).some((file) => file.includes('@napi-rs/canvas'));
  const ends = [];
  const site = await testApp({ teardown: (end) => ends.unshift(end), fail: console.error }, {});
  await makeEvent(site.db, { slug: 'stall' });
  const { body } = await site.browser().get('/events/stall');
  const loaded = [isLoaded()];
  await site.browser().get(/content="[^"]*?(\\/events\\/stall\\/og\\.png[^"]*)"/.exec(body)[1].replaceAll('&#x3D;', '='));
  loaded.push(isLoaded());
  for (const end of ends) await end();
  console.error(JSON.stringify(loaded));`;

t.test('what draws it is loaded when the picture is asked for, not for the page', async (t) => {
  const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  t.same(JSON.parse(stderr), [false, true]);
});
