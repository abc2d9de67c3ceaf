import t, { type Test } from 'tap';
import { alice, messagesTo } from '../champions/people.ts';
import { deliverMail } from '../deliver.ts';
import { testApp } from '../helper.ts';
import { smtpServer } from '../mail/smtp.ts';
import { makePitch, makeSession } from '../make.ts';
import { readMessage } from '../read-message.ts';
import { changeSession, settleSession } from './bookings.ts';

const at = (text: string) => Temporal.Instant.from(text);

/** Alice books when she signs up; the session moves twice and is cancelled; all out of an SMTP conversation. */
const conversation = async (t: Test, moves: [booked: string, first: string, second: string]) => {
  const server = await smtpServer(t);
  const site = await testApp(t, { now: '2027-09-01T09:00:00Z', env: { SMTP_URL: server.url } });
  const timesOf = (start: string) => ({ starts_at: at(start), ends_at: at(start).add({ minutes: 90 }) });
  const session = await makeSession(site.db, timesOf(moves[0]));
  await site.browser().post('/join', { ...alice(), session: session.id });
  await deliverMail(site);
  const pitch = await makePitch(site.db, { name: 'Room 2' });
  const cancelled = {
    state: 'cancelled',
    cancelled_at: site.clock.now(),
    cancelled_reason: 'Snow.',
  } as const;
  for (const row of [timesOf(moves[1]), { ...timesOf(moves[2]), pitch_id: pitch.id }, cancelled]) {
    await changeSession(site, session.id, row);
    await settleSession(site, session.id);
    await deliverMail(site);
  }
  t.ok(server.received.every(({ to }) => to.length === 1 && to[0] === 'alice@example.org'));
  const withInvite = server.received.filter(({ raw }) => raw.includes('text/calendar'));
  t.equal((await messagesTo(site.db, 'alice@example.org')).length, withInvite.length);
  return Promise.all(withInvite.map(({ raw }) => readMessage(raw)));
};

t.test('invite, move, move, cancel over the change of the clocks', async (t) => {
  const moves = ['2027-10-30T17:00:00Z', '2027-10-31T18:00:00Z', '2027-11-01T18:00:00Z'] as const;
  const messages = await conversation(t, [...moves]);
  t.same(
    messages.map(({ methodInside, event }) => `${methodInside} ${event.sequence}`),
    ['REQUEST 0', 'REQUEST 1', 'REQUEST 2', 'CANCEL 3'],
  );
  const [first] = messages;
  for (const [i, message] of messages.entries()) {
    const { event, byNodeIcal } = message;
    const start = at([...moves, moves[2]][i]!);
    t.same(byNodeIcal, event, 'both readers understand the same');
    t.equal(message.methodOutside, message.methodInside);
    t.equal(message.vevents, 1);
    t.equal(event.uid, first!.event.uid);
    t.equal(event.title, 'First session');
    t.equal(event.start, new Date(start.epochMilliseconds).toISOString());
    t.equal(event.end, new Date(start.add({ minutes: 90 }).epochMilliseconds).toISOString());
    t.equal(event.status, i === 3 ? 'CANCELLED' : 'CONFIRMED');
    t.equal(event.location.includes('Room 2'), i >= 2);
    t.equal(message.organizer, first!.organizer);
    t.same(message.attendees, ['mailto:alice@example.org']);
    t.equal(message.stamp.zone.tzid, 'UTC');
    t.ok(message.sameFile);
    t.notMatch(`${message.subject} ${event.title}`, /hate|crime|champion/i);
  }
});
