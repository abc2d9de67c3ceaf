import t from 'tap';
import { tellHolders, tellOverdue } from '../../src/events/tell-holders.ts';
import { deliverMail } from '../deliver.ts';

import { makeChampion, makePitch } from '../make.ts';
import { openSample } from './holders.ts';

const at = (text: string) => Temporal.Instant.from(text);

t.test('who holds a place is told once what is new, and nothing where nothing is', async (t) => {
  const { change, news, settle } = await openSample(t);
  await change({ title: 'A new title', summary: 'Other words.' });
  await settle();
  t.same(await news(), [], 'nothing that matters to them');

  await change({ starts_at: at('2026-11-28T12:00:00Z') });
  await settle();
  await settle();
  const [moved, ...others] = await news();
  t.same(others, []);
  t.match(moved, {
    kind: 'moved',
    data: {
      fullName: 'Alice O’Brien',
      title: 'A new title',
      whenChanged: true,
      placeChanged: false,
      before: { when: 'Saturday 28 November, 11am to 3pm' },
      after: { when: 'Saturday 28 November, midday to 3pm' },
    },
    invite: { method: 'REQUEST', sequence: 1, startsAt: '2026-11-28T12:00:00Z', title: 'Stall at Centre:MK' },
  });
});

t.test('edits that follow each other go out as one message, once they have settled', async (t) => {
  const { site, event, change, news, settle } = await openSample(t);
  const tellNow = () =>
    tellHolders(site.db, site.queue, event.id, { publicUrl: site.config.publicUrl, now: site.clock.now() });
  await change({ starts_at: at('2026-11-28T12:00:00Z') });
  site.clock.advance({ minutes: 2 });
  await tellNow();
  t.same(await news(), [], 'not before its time');
  const pitch = await makePitch(site.db, { name: 'by the oak tree' });
  await change({ pitch_id: pitch.id, starts_at: at('2026-11-28T13:00:00Z') });
  site.clock.advance({ minutes: 2 });
  await tellNow();
  t.same(await news(), [], 'the job of the first edit leaves it to that of the second');
  await settle();
  const [moved, ...others] = await news();
  t.same(others, []);
  t.match(moved!.data, {
    before: { when: 'Saturday 28 November, 11am to 3pm', place: /near the Samsung shop/ },
    after: { when: 'Saturday 28 November, 1pm to 3pm', place: /by the oak tree/ },
  });

  await change({ starts_at: at('2026-11-28T10:00:00Z') });
  await change({ starts_at: at('2026-11-28T13:00:00Z') });
  await settle();
  t.equal((await news()).length, 1, 'there and back is no change');
});

t.test('a cancelled event is cancelled once, with its reason', async (t) => {
  const { site, change, news, settle } = await openSample(t);
  await change({
    starts_at: at('2026-11-28T12:00:00Z'),
    state: 'cancelled',
    cancelled_at: site.clock.now(),
    cancelled_reason: 'The hall is flooded.',
  });
  await settle();
  await settle();
  const [cancelled, ...others] = await news();
  t.same(others, []);
  t.match(cancelled, {
    kind: 'cancelled',
    data: {
      reason: 'The hall is flooded.',
      why: 'event',
      occasion: { when: 'Saturday 28 November, 11am to 3pm' },
    },
    invite: { method: 'CANCEL', sequence: 1, startsAt: '2026-11-28T11:00:00Z' },
  });
});

t.test('what is put off leaves the calendar, and comes back under its own UID', async (t) => {
  const { change, news, settle } = await openSample(t);
  await change({ state: 'postponed' });
  await settle();
  await settle();
  await change({
    state: 'published',
    starts_at: at('2026-12-05T11:00:00Z'),
    ends_at: at('2026-12-05T15:00:00Z'),
  });
  await settle();
  const [off, on, ...others] = await news();
  t.same(others, []);
  t.match(off, { kind: 'postponed', invite: { method: 'CANCEL', sequence: 1 } });
  t.match(on, {
    kind: 'moved',
    data: { again: true, after: { when: 'Saturday 5 December, 11am to 3pm' } },
    invite: { method: 'REQUEST', sequence: 2, uid: off!.invite!.uid },
  });
});

t.test('what is put off and then cancelled is cancelled in words: the calendar has it no more', async (t) => {
  const { site, change, news, settle } = await openSample(t);
  await change({ state: 'postponed' });
  await settle();
  await change({ state: 'cancelled', cancelled_at: site.clock.now(), cancelled_reason: 'No hall.' });
  await settle();
  t.match(await news(), [
    { kind: 'postponed', invite: { method: 'CANCEL' } },
    { kind: 'cancelled', invite: null },
  ]);
});

t.test('nobody is told of what is over, or has left', async (t) => {
  const { site, change, news, settle, hers } = await openSample(t);
  await site.db.updateTable('events').set({ state: 'closed' }).execute();
  await change({ starts_at: at('2026-11-28T12:00:00Z') });
  await settle();
  t.same(await news(), []);
  await site.db.updateTable('events').set({ state: 'published' }).execute();
  await hers.post('/me/departure');
  await settle();
  t.same(
    (await news()).map(({ kind, invite }) => [kind, invite?.method]),
    [['left', 'CANCEL']],
  );
});

t.test('a telling that no job took up is done by the sweep', async (t) => {
  const { site, change, news } = await openSample(t);
  await change({ starts_at: at('2026-11-28T12:00:00Z') });
  const moment = () => ({ publicUrl: site.config.publicUrl, now: site.clock.now() });
  await tellOverdue(site.db, site.queue, moment());
  t.equal((await news()).length, 0);
  site.clock.advance({ minutes: 4 });
  await tellOverdue(site.db, site.queue, moment());
  t.equal((await news()).length, 1);
  t.same(await site.db.selectFrom('tellings').selectAll().execute(), []);
});

t.test('thousands of holders are told in batches', async (t) => {
  const { site, event, change, settle } = await openSample(t);
  const { told } = await site.db.selectFrom('invites').select('told').executeTakeFirstOrThrow();
  for (let i = 0; i < 450; i++) {
    const { id } = await makeChampion(site.db);
    const invite = { id: crypto.randomUUID(), champion_id: id, event_id: event.id };
    await site.db
      .insertInto('invites')
      .values({ ...invite, told: JSON.stringify(told) })
      .execute();
  }
  await change({ starts_at: at('2026-11-28T12:00:00Z') });
  await settle();
  await settle();
  const messages = await site.db.selectFrom('messages').select('id').where('kind', '=', 'moved').execute();
  t.equal(messages.length, 451);
  const jobs = await site.queue.boss.findJobs('send-message');
  t.equal(
    jobs.filter(({ data }) => messages.some(({ id }) => id === (data as { messageId: string }).messageId))
      .length,
    451,
  );
});

t.test('the words of each message, in text and HTML', async (t) => {
  const { site, change, settle } = await openSample(t);
  const pitch = await makePitch(site.db, { name: 'by the oak tree' });
  await deliverMail(site);
  const step = async (row: Parameters<typeof change>[0]) => {
    await change(row);
    await settle();
    const [message] = await deliverMail(site);
    return message!.parsed;
  };
  const moved = await step({ starts_at: at('2026-11-28T12:00:00Z'), pitch_id: pitch.id });
  t.equal(moved.subject, 'Your booking has moved');
  t.match(
    moved.text,
    /It was: +Saturday 28 November, 11am to 3pm\n +It is now: Saturday 28 November, midday to 3pm/,
  );
  t.match(moved.text, /It is now at: Centre:MK, by the oak tree/);
  t.match(moved.html, /<s>Saturday 28 November, 11am to 3pm<\/s>/);
  const off = await step({ state: 'postponed' });
  t.equal(off.subject, 'Your booking is put off');
  t.match(off.text, /takes the old date out of your calendar/);
  const again = await step({ state: 'published' });
  t.match(again.text, /There is a new date for Stall at Centre:MK/);
  const cancelled = await step({
    state: 'cancelled',
    cancelled_at: site.clock.now(),
    cancelled_reason: 'The hall is flooded.',
  });
  t.equal(cancelled.subject, 'Your booking is cancelled');
  t.match(cancelled.text, /The hall is flooded\./);
  for (const { text, html } of [moved, off, again, cancelled])
    t.notMatch(`${text} ${html}`, /hate|crime|champion|\{\{|undefined|\[object/i);
});
