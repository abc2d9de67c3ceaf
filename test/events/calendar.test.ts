import ICAL from 'ical.js';
import nodeIcal, { type VEvent } from 'node-ical';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeEvent, makePitch, makeVenue } from '../make.ts';

const at = (text: string) => Temporal.Instant.from(text);
const CALENDAR = 'text/calendar; charset=utf-8';

/** The events in a calendar as two independent readers understand them. */
const read = (ics: string) => {
  const component = new ICAL.Component(ICAL.parse(ics));
  const events = component.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
  const others = Object.values(nodeIcal.sync.parseICS(ics)).filter((one) => one?.type === 'VEVENT');
  return { component, events, others: others as VEvent[] };
};

t.test('one event is at the right instant, in winter and in summer', async (t) => {
  const { db, browser, config } = await testApp(t);
  const winter = await makeEvent(db, { slug: 'winter' });
  const summer = { starts_at: at('2027-10-16T10:00:00Z'), ends_at: at('2027-10-16T14:00:00Z') };
  await makeEvent(db, { slug: 'summer', ...summer, sequence: 3 });

  for (const [slug, startsAt, endsAt, sequence] of [
    ['winter', '2026-11-28T11:00:00Z', '2026-11-28T15:00:00Z', 0],
    ['summer', '2027-10-16T10:00:00Z', '2027-10-16T14:00:00Z', 3],
  ] as const) {
    const { statusCode, headers, body } = await browser().get(`/events/${slug}.ics`);
    t.equal(statusCode, 200);
    t.equal(headers['content-type'], CALENDAR);
    const { component, events, others } = read(body);
    t.equal(component.getFirstPropertyValue('method'), 'PUBLISH');
    t.equal(
      events[0]?.startDate.toJSDate().toISOString(),
      at(startsAt).toString({ fractionalSecondDigits: 3 }),
    );
    t.equal(others[0]?.start.toISOString(), at(startsAt).toString({ fractionalSecondDigits: 3 }));
    t.equal(others[0]?.end?.toISOString(), at(endsAt).toString({ fractionalSecondDigits: 3 }));
    t.equal(events[0]?.sequence, sequence);
    t.equal(events[0]?.summary, 'Stall at Centre:MK');
    t.match(events[0]?.location, 'Centre:MK, near the Samsung shop');
    t.match(body, `URL;VALUE=URI:${config.publicUrl}/events/${slug}`);
    t.match(body, /\r\nDTSTAMP:\d{8}T\d{6}Z\r\n/);
  }
  const { body } = await browser().get('/events/winter.ics');
  t.equal(read(body).events[0]?.uid, `event-${winter.id}@${new URL(config.publicUrl).hostname}`);
});

t.test('the feed', async (t) => {
  const { app, db, browser, clock } = await testApp(t);
  const venue = await makeVenue(db, {
    name: 'The "Old"\r\nATTENDEE:x; Łódź, 😀 Hall',
    directions: 'Line one\r\nBEGIN:VALARM',
  });
  const odd = await makeEvent(db, {
    slug: 'odd',
    pitch_id: (await makePitch(db, { venue_id: venue.id })).id,
  });
  await makeEvent(db, { slug: 'secret', state: 'draft' });
  await makeEvent(db, {
    slug: 'old',
    starts_at: at('2026-10-20T10:00:00Z'),
    ends_at: at('2026-10-20T12:00:00Z'),
  });
  await makeEvent(db, {
    slug: 'recent',
    starts_at: at('2026-10-24T10:00:00Z'),
    ends_at: at('2026-10-24T12:00:00Z'),
  });
  const off = await makeEvent(db, {
    slug: 'off',
    state: 'cancelled',
    cancelled_at: at('2026-11-20T10:00:00Z'),
    cancelled_reason: 'Snow.',
    sequence: 2,
  });

  const feed = await browser().get('/events.ics');
  t.equal(feed.headers['content-type'], CALENDAR);
  const { component, events, others } = read(feed.body);
  t.equal(component.getFirstPropertyValue('method'), 'PUBLISH');
  t.equal(component.getFirstPropertyValue('x-wr-calname'), 'What’s on: Milton Keynes');
  t.match(feed.body, '\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n');
  t.match(feed.body, '\r\nX-PUBLISHED-TTL:PT1H\r\n');
  t.ok(feed.body.endsWith('END:VEVENT\r\nEND:VCALENDAR\r\n'));
  t.equal(events.length, 3, 'the recent one, the odd one, the cancelled one');
  t.equal(others.length, 3);
  for (const line of feed.body.split('\r\n'))
    t.ok(Buffer.byteLength(line) <= 75, 'lines of at most 75 octets');

  const cancelled = events.find(({ uid }) => uid.startsWith(`event-${off.id}@`));
  t.equal(cancelled?.component.getFirstPropertyValue('status'), 'CANCELLED');
  t.equal(cancelled?.sequence, 2);
  t.equal(cancelled?.summary, 'Cancelled: Stall at Centre:MK');
  const strange = events.find(({ uid }) => uid.startsWith(`event-${odd.id}@`));
  t.equal(strange?.summary, 'Stall at The Old ATTENDEE:x; Łódź, 😀 Hall');
  t.equal(strange?.component.getAllSubcomponents().length, 0);
  t.same(strange?.attendees, []);

  const etag = String(feed.headers.etag);
  const held = () => browser().get('/events.ics', { 'if-none-match': etag });
  t.equal((await held()).statusCode, 304);
  clock.advance({ minutes: 5 });
  t.equal((await held()).statusCode, 304, 'time alone does not change it');
  const zipped = await app.inject({ url: '/events.ics', headers: { 'accept-encoding': 'gzip' } });
  t.equal(zipped.headers['content-encoding'], 'gzip');

  await db.updateTable('venues').set({ name: 'New Hall' }).where('id', '=', venue.id).execute();
  const changed = await held();
  t.equal(changed.statusCode, 200);
  t.match(
    changed.body,
    'SUMMARY:Stall at New Hall\r\n',
    'a venue renamed shows, though its event did not change',
  );
});
