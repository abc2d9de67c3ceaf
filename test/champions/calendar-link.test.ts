import { Writable } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeEvent, makeSession } from '../make.ts';
import { readCalendar } from '../read-calendar.ts';
import { signIn } from '../sign-in.ts';
import { codeIn, messagesTo, pageText } from './people.ts';

const at = (text: string) => Temporal.Instant.from(text);

t.test('a private calendar link shows what a champion holds, until they stop it', async (t) => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const site = await testApp(t, { now: '2027-10-20T09:00:00Z', log: pino({ level: 'trace' }, stream) });
  const { db, browser, config } = site;
  const session = await makeSession(db, {
    starts_at: at('2027-11-03T18:00:00Z'),
    ends_at: at('2027-11-03T19:00:00Z'),
  });
  const event = await makeEvent(db, {
    slug: 'stall',
    title: 'Stand against hate crime',
    starts_at: at('2027-10-30T10:00:00Z'),
    ends_at: at('2027-10-30T14:00:00Z'),
  });
  const hers = browser();
  const form = { fullName: 'Alice', email: 'alice@example.org', ageBand: '18+' };
  await hers.post('/events/stall/join', form);
  const code = codeIn((await messagesTo(db, form.email))[0]!, config);
  await hers.post('/join/confirm', { code });
  await hers.post('/me/bookings', { session: session.id });

  await makeEvent(db, {
    slug: 'fair',
    kind: 'talk',
    capacity: 5,
    pitch_id: event.pitch_id,
    starts_at: at('2027-11-10T10:00:00Z'),
    ends_at: at('2027-11-10T14:00:00Z'),
  });
  await browser().post('/events/fair/attendance', { ...form, email: 'Alice@example.org' });
  await browser().post('/events/fair/attendance', { ...form, email: 'bob@example.org' });

  const linkIn = (body: string) => /\/calendar\/[\w-]{43}\.ics/.exec(body)?.[0];
  const made = await hers.post('/me/calendar-link');
  const first = linkIn(made.body)!;
  t.ok(first, 'shown once');
  t.equal(made.headers['cache-control'], 'no-store');
  const again = await hers.post('/me/calendar-link');
  t.equal(again.statusCode, 303, 'a form sent twice revokes nothing');
  t.match(pageText(await hers.get('/me')), /You have a private calendar link already/);
  t.equal(linkIn((await hers.get('/me')).body), undefined);

  const reader = browser();
  const feed = await reader.get(first);
  t.equal(feed.statusCode, 200);
  t.match(feed.headers, { 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
  t.equal((await reader.get(first, { 'if-none-match': String(feed.headers.etag) })).statusCode, 304);
  const { events, others } = readCalendar(feed.body);
  t.same(events, others);
  t.match(events, [
    { title: 'Stall at Centre:MK', start: '2027-10-30T10:00:00.000Z', status: 'CONFIRMED' },
    { title: 'First session', start: '2027-11-03T18:00:00.000Z', end: '2027-11-03T19:00:00.000Z' },
    { start: '2027-11-10T10:00:00.000Z' },
  ]);
  t.equal(events.length, 3, 'what they said of their address too, and nobody else’s');
  t.notMatch(feed.body, /hate crime|alice/i);

  const cancelled_at = at('2027-10-21T09:00:00Z');
  const off = { state: 'cancelled', cancelled_at, cancelled_reason: 'Snow.' } as const;
  await db.updateTable('events').set(off).where('id', '=', event.id).execute();
  await db.updateTable('invites').set({ cancelled_at }).where('event_id', '=', event.id).execute();
  const { body } = await reader.get(first);
  t.match(readCalendar(body).events[0], { status: 'CANCELLED', title: 'Cancelled: Stall at Centre:MK' });

  const { id } = await db.selectFrom('calendar_links').select('id').executeTakeFirstOrThrow();
  const second = linkIn((await hers.post('/me/calendar-link', { replaces: id })).body)!;
  t.equal((await reader.get(first)).statusCode, 404, 'a new link revokes the old one');
  t.equal((await reader.get(second)).statusCode, 200);
  t.equal(
    (await hers.post('/me/calendar-link', { replaces: id })).statusCode,
    303,
    'the old form changes nothing',
  );
  t.equal((await reader.get(second)).statusCode, 200);

  await hers.post('/me/calendar-link/revocation');
  t.equal((await reader.get(second)).statusCode, 404);
  const third = linkIn((await hers.post('/me/calendar-link')).body)!;
  await (await signIn(site, form.email)).post('/me/departure');
  t.equal((await reader.get(third)).statusCode, 404, 'who has left has no calendar');
  t.same(await db.selectFrom('calendar_links').selectAll().execute(), []);

  const plain = (page: { body: string }) =>
    page.body.replaceAll(/<strong>[0-9a-f-]{36}<\/strong>/g, '').replaceAll(/\/calendar\/[^"]+/g, '');
  const never = await reader.get(`/calendar/${'x'.repeat(43)}.ics`);
  t.equal(plain(await reader.get(third)), plain(never), 'revoked reads as never made');
  const log = lines.join('');
  t.match(log, '"route":"/calendar/:secret');
  for (const link of [first, second, third]) t.notOk(log.includes(link.slice(10, 53)), 'not in the log');
});
