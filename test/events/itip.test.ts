import t, { type Test } from 'tap';
import { deliverMail } from '../deliver.ts';
import { smtpServer } from '../mail/smtp.ts';
import { makePitch } from '../make.ts';
import { readMessage } from '../read-message.ts';
import { changeEvent, openTalk, settleEvent } from './holders.ts';

const at = (text: string) => Temporal.Instant.from(text);

/** Alice says that she comes; the talk moves twice and is cancelled; each message is taken out of an SMTP conversation. */
const conversation = async (
  t: Test,
  moves: [create: string, first: string, second: string],
  { down = false } = {},
) => {
  let up = !down;
  const server = await smtpServer(t, { onMessage: () => (up ? undefined : { code: 421, text: 'later' }) });
  const talk = await openTalk(t, {}, { now: '2027-09-01T09:00:00Z', env: { SMTP_URL: server.url } });
  const { site, event } = talk;
  const timesOf = (start: string) => ({ starts_at: at(start), ends_at: at(start).add({ hours: 2 }) });
  await site.db.updateTable('events').set(timesOf(moves[0])).where('id', '=', event.id).execute();
  await talk.says({ fullName: 'Alice "Al" O’Brien', email: 'alice@example.org' });
  await talk.says({ fullName: 'Alice O’Brien', email: 'alice@example.org' });
  await deliverMail(site);
  const pitch = await makePitch(site.db, { name: 'Room 2' });
  const cancelled = {
    state: 'cancelled',
    cancelled_at: site.clock.now(),
    cancelled_reason: 'Snow.',
  } as const;
  for (const row of [timesOf(moves[1]), { ...timesOf(moves[2]), pitch_id: pitch.id }, cancelled]) {
    await changeEvent(site, event.id, row);
    await settleEvent(site, event.id);
    await deliverMail(site);
  }
  if (down) {
    t.equal(server.received.length, 0);
    up = true;
    await deliverMail(site, { early: true });
  }
  const withInvite = server.received.filter(({ raw }) => raw.includes('text/calendar'));
  t.ok(server.received.every(({ to }) => to.length === 1 && to[0] === 'alice@example.org'));
  return Promise.all(withInvite.map(({ raw }) => readMessage(raw)));
};

for (const [name, moves] of [
  ['in summer time', ['2027-10-16T10:00:00Z', '2027-10-17T10:00:00Z', '2027-10-23T12:30:00Z']],
  ['over the change of the clocks', ['2027-10-30T10:00:00Z', '2027-10-31T11:00:00Z', '2027-11-01T11:00:00Z']],
] as const) {
  t.test(`create, move, move, cancel: ${name}`, async (t) => {
    const messages = await conversation(t, [...moves]);
    t.same(
      messages.map(({ methodInside, event }) => [methodInside, event.sequence]),
      [
        ['REQUEST', 0],
        ['REQUEST', 1],
        ['REQUEST', 2],
        ['CANCEL', 3],
      ],
    );
    const [first] = messages;
    for (const [i, message] of messages.entries()) {
      const { event, byNodeIcal } = message;
      const start = at([...moves, moves[2]][i]!);
      t.same(byNodeIcal, event, 'both readers understand the same');
      t.equal(message.methodOutside, message.methodInside);
      t.equal(message.vevents, 1);
      t.equal(event.uid, first!.event.uid);
      t.equal(event.title, 'Talk at Centre:MK');
      t.equal(event.start, new Date(start.epochMilliseconds).toISOString());
      t.equal(event.end, new Date(start.add({ hours: 2 }).epochMilliseconds).toISOString());
      t.equal(event.status, i === 3 ? 'CANCELLED' : 'CONFIRMED');
      t.equal(event.location.includes('Room 2'), i >= 2);
      t.equal(message.organizer, first!.organizer);
      t.same(message.attendees, ['mailto:alice@example.org']);
      t.match(message.source, /^DTSTART:\d{8}T\d{6}Z\r?$/m, 'an instant in UTC');
      t.equal(message.stamp.zone.tzid, 'UTC');
      t.ok(message.sameFile);
      t.notMatch(`${message.subject} ${event.title}`, /hate|crime|champion/i);
    }
  });
}

t.test('the same after an outage, in the same order', async (t) => {
  const moves = ['2027-10-30T10:00:00Z', '2027-10-31T11:00:00Z', '2027-11-01T11:00:00Z'] as const;
  const messages = await conversation(t, [...moves], { down: true });
  t.same(
    messages.map(({ methodInside, event }) => `${methodInside} ${event.sequence}`),
    ['REQUEST 0', 'REQUEST 1', 'REQUEST 2', 'CANCEL 3'],
  );
});
