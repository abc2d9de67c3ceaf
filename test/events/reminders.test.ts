import t from 'tap';
import { reminderTimes, sendReminders } from '../../src/events/reminders.ts';
import { messagesTo } from '../champions/people.ts';
import { deliverMail } from '../deliver.ts';
import { changeEvent, openTalk, settleEvent } from './holders.ts';

const at = (text: string) => Temporal.Instant.from(text);
const alice = { fullName: 'Alice', email: 'alice@example.org' };

/** A talk on Saturday 5 December at 11am that Alice comes to since two weeks before. */
const openReminded = async (t: Parameters<typeof openTalk>[0]) => {
  const talk = await openTalk(t);
  const { site, event } = talk;
  const times = { starts_at: at('2026-12-05T11:00:00Z'), ends_at: at('2026-12-05T12:00:00Z') };
  await site.db.updateTable('events').set(times).where('id', '=', event.id).execute();
  await talk.says(alice);
  /** Lets the worker look at this moment, twice; says how many reminders she has had by then. */
  const by = async (instant: string) => {
    site.clock.set(instant);
    for (let i = 0; i < 2; i++) await sendReminders(site.db, site.queue, site.clock.now());
    const hers = await messagesTo(site.db, 'alice@example.org');
    return hers.filter(({ kind }) => kind === 'reminder').length;
  };
  return { ...talk, by };
};

t.test('a week, a day and the morning before, once each, and not late', async (t) => {
  const { site, by } = await openReminded(t);
  await deliverMail(site);
  t.equal(await by('2026-11-28T10:59:00Z'), 0);
  t.equal(await by('2026-11-28T11:00:00Z'), 1);
  t.equal(await by('2026-11-28T12:30:00Z'), 1);
  const [message] = await deliverMail(site);
  t.equal(message!.parsed.subject, 'A reminder');
  t.match(message!.parsed.text, /Saturday 5 December, 11am to midday/);
  t.match(message!.parsed.text, /attendance\/withdraw/);
  t.equal(message!.parsed.attachments.length, 0);
  t.notMatch(`${message!.parsed.text} ${message!.parsed.html}`, /hate|crime|champion|\{\{|undefined/i);
  t.equal(await by('2026-12-04T13:00:00Z'), 1, 'the worker was away for two hours: not sent late');
  t.equal(await by('2026-12-05T07:59:00Z'), 1);
  t.equal(await by('2026-12-05T08:05:00Z'), 2);
  t.equal(await by('2026-12-05T11:01:00Z'), 2);
});

t.test('who joined later than the send time is not reminded of it', async (t) => {
  const { site, says, by } = await openReminded(t);
  site.clock.set('2026-11-28T11:30:00Z');
  await says({ fullName: 'Bob', email: 'bob@example.org' });
  t.equal(await by('2026-11-28T11:35:00Z'), 1);
  t.equal((await messagesTo(site.db, 'bob@example.org')).length, 1);
  await by('2026-12-04T11:00:00Z');
  t.match((await messagesTo(site.db, 'bob@example.org')).at(-1), { kind: 'reminder' });
});

t.test('what moved is reminded of by its new time, once it has been told', async (t) => {
  const { site, event, by } = await openReminded(t);
  t.equal(await by('2026-11-28T11:00:00Z'), 1);
  await changeEvent(site, event.id, {
    starts_at: at('2026-12-19T15:00:00Z'),
    ends_at: at('2026-12-19T16:00:00Z'),
  });
  await settleEvent(site, event.id);
  t.equal(await by('2026-12-04T11:00:00Z'), 1, 'nothing by the old time');
  t.equal(await by('2026-12-12T15:00:00Z'), 2, 'a week before the new one');
  site.clock.set('2026-12-18T14:58:00Z');
  await changeEvent(site, event.id, { starts_at: at('2026-12-19T14:55:00Z') });
  t.equal(await by('2026-12-18T15:00:00Z'), 2, 'not before she knows of the change');
  await settleEvent(site, event.id);
  t.equal(await by('2026-12-18T15:05:00Z'), 3);
});

t.test('what is put off or cancelled, or was given up, reminds nobody', async (t) => {
  const { site, event, by, giveUp } = await openReminded(t);
  await site.db.updateTable('events').set({ state: 'postponed' }).where('id', '=', event.id).execute();
  t.equal(await by('2026-11-28T11:00:00Z'), 0);
  const off = { cancelled_at: site.clock.now(), cancelled_reason: 'No hall.' };
  await site.db
    .updateTable('events')
    .set({ state: 'cancelled', ...off })
    .where('id', '=', event.id)
    .execute();
  t.equal(await by('2026-12-04T11:00:00Z'), 0);
  const on = { state: 'published', cancelled_at: null, cancelled_reason: null } as const;
  await site.db.updateTable('events').set(on).where('id', '=', event.id).execute();
  await giveUp('alice@example.org');
  t.equal(await by('2026-12-05T08:00:00Z'), 0);
});

t.test('times go by the clocks on the walls, on both sides of a change', async (t) => {
  const times = (start: string) =>
    reminderTimes(at(start), 'Europe/London').times.map(([before, time]) => [before, time.toString()]);
  t.same(times('2027-11-01T11:00:00Z'), [
    ['week', '2027-10-25T10:00:00Z'],
    ['day', '2027-10-31T11:00:00Z'],
    ['morning', '2027-11-01T08:00:00Z'],
  ]);
  t.same(times('2027-10-31T11:00:00Z'), [
    ['week', '2027-10-24T10:00:00Z'],
    ['day', '2027-10-30T10:00:00Z'],
    ['morning', '2027-10-31T08:00:00Z'],
  ]);
  t.same(
    times('2027-10-16T07:15:00Z').map(([before]) => before),
    ['week', 'day'],
    'something at 8:15am has no reminder in the morning',
  );
});
