import ICAL from 'ical.js';
import nodeIcal, { type VEvent } from 'node-ical';
import t from 'tap';
import { inviteFor } from '../../src/mail/invite.ts';
import type { InviteDetails } from '../../src/schema.ts';

const MADE_AT = Temporal.Instant.from('2026-11-23T09:00:00.123456Z');
const ORGANIZER = { name: 'Westand', address: 'hello@westand.example' };

const details: InviteDetails = {
  uid: '019ab000-0000-7000-8000-000000000001@champions.example.org',
  sequence: 0,
  method: 'REQUEST',
  title: 'Welcome session',
  startsAt: '2027-10-16T10:00:00Z',
  endsAt: '2027-10-16T14:00:00Z',
  location: 'Centre:MK, near the Samsung shop; by the "oak tree"',
  description: 'See https://champions.example.org/me',
};

const invite = (changes: Partial<InviteDetails> = {}, name: string | undefined = 'Alice Example') =>
  inviteFor({ ...details, ...changes }, { name, address: 'alice@example.org' }, ORGANIZER, MADE_AT)!.content;

const withIcalJs = (content: string) => {
  const calendar = new ICAL.Component(ICAL.parse(content));
  const [event, ...others] = calendar.getAllSubcomponents('vevent');
  const attendees = event!.getAllProperties('attendee');
  return {
    method: calendar.getFirstPropertyValue('method'),
    uid: event!.getFirstPropertyValue('uid'),
    sequence: event!.getFirstPropertyValue('sequence'),
    status: event!.getFirstPropertyValue('status'),
    stamp: String(event!.getFirstPropertyValue('dtstamp')),
    start: new ICAL.Event(event!).startDate.toJSDate().toISOString(),
    end: new ICAL.Event(event!).endDate.toJSDate().toISOString(),
    title: event!.getFirstPropertyValue('summary'),
    place: event!.getFirstPropertyValue('location'),
    organizer: event!.getFirstPropertyValue('organizer'),
    attendees: attendees.map((one) => ({ to: one.getFirstValue(), name: one.getParameter('cn') })),
    others: others.length,
  };
};

const withNodeIcal = (content: string) => {
  const entries = Object.values(nodeIcal.sync.parseICS(content));
  const event = entries.find((entry) => entry?.type === 'VEVENT') as VEvent;
  return {
    uid: event.uid,
    start: event.start.toISOString(),
    end: event.end?.toISOString(),
    sequence: Number(event.sequence),
    status: event.status,
    attendeeName: String((event.attendee as { params?: { CN?: string } }).params?.CN).replaceAll('"', ''),
  };
};

for (const [season, startsAt, endsAt] of [
  ['summer time', '2027-10-16T10:00:00Z', '2027-10-16T14:00:00Z'],
  ['winter time', '2027-11-06T11:00:00Z', '2027-11-06T15:00:00Z'],
  ['the night the clocks change', '2027-10-30T22:00:00Z', '2027-10-31T02:00:00Z'],
] as const) {
  t.test(`both parsers read the right instants in ${season}`, (t) => {
    const content = invite({ startsAt, endsAt });
    const [start, end] = [startsAt, endsAt].map((instant) => new Date(instant).toISOString());
    t.match(withIcalJs(content), { start, end });
    t.match(withNodeIcal(content), { start, end });
    t.end();
  });
}

t.test('an invite and its cancellation are one entry to both parsers', (t) => {
  const request = invite();
  const cancel = invite({ method: 'CANCEL', sequence: 1 });
  t.match(withIcalJs(request), { method: 'REQUEST', uid: details.uid, sequence: 0, status: 'CONFIRMED' });
  t.match(withIcalJs(cancel), { method: 'CANCEL', uid: details.uid, sequence: 1, status: 'CANCELLED' });
  t.equal(withIcalJs(cancel).organizer, withIcalJs(request).organizer);
  t.match(withNodeIcal(request), { uid: details.uid, sequence: 0, status: 'CONFIRMED' });
  t.match(withNodeIcal(cancel), { uid: details.uid, sequence: 1, status: 'CANCELLED' });
  t.end();
});

t.test('it goes to one person, is stamped in UTC and stays private in a shared calendar', (t) => {
  const content = invite();
  const read = withIcalJs(content);
  t.match(read, { stamp: '2026-11-23T09:00:00Z', organizer: 'mailto:hello@westand.example', others: 0 });
  t.match(read.attendees, [{ to: /mailto:alice@example\.org/i }]);
  t.equal(read.attendees.length, 1);
  t.match(content, /^CLASS:PRIVATE\r$/m);
  t.notMatch(content, /VTIMEZONE|TZID/);
  t.notOk(
    content.split('\r\n').find((line) => Buffer.byteLength(line) > 75),
    'no line over 75 octets',
  );
  t.notMatch(content.replaceAll('\r\n', ''), /[\r\n]/);
  t.end();
});

t.test('names come back as they were typed', (t) => {
  for (const name of [
    "Niamh O'Brien",
    'Nguyễn Thị Ánh',
    'Łukasz Żółć',
    'محمد بن عبد الله',
    'Zoë',
    '李小龙',
    'Ada Lovelace, Jr. (née Byron)',
  ]) {
    const content = invite({}, name);
    t.equal(withIcalJs(content).attendees[0]!.name, name);
    t.equal(withNodeIcal(content).attendeeName, name);
  }
  t.end();
});

t.test('what was typed adds no property', (t) => {
  const evil = 'Eve"\r\nATTENDEE:mailto:mallory@example.org\u2028\u0000X';
  const content = invite({ title: evil, location: evil, description: evil, uid: `uid\r\nX-EVIL: 1` }, evil);
  const lines = content.replaceAll('\r\n ', '').split('\r\n');
  t.equal(lines.filter((line) => line.startsWith('ATTENDEE')).length, 1);
  t.notOk(lines.find((line) => line.startsWith('X-EVIL')));
  t.equal(withIcalJs(content).attendees.length, 1);
  t.equal(withIcalJs(content).attendees[0]!.name, 'Eve ATTENDEE:mailto:mallory@example.org X');
  t.end();
});

t.test('nobody is invited by themselves', (t) => {
  t.equal(inviteFor(details, { address: 'Hello@Westand.example' }, ORGANIZER, MADE_AT), undefined);
  t.end();
});
