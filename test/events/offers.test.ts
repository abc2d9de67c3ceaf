import t from 'tap';
import { sweepOffers } from '../../src/events/offers.ts';
import { messagesTo, pageText } from '../champions/people.ts';
import { deliverMail } from '../deliver.ts';
import { changeEvent, openTalk, settleEvent } from './holders.ts';

const alice = { fullName: 'Alice O’Brien', email: 'alice@example.org' };
const at = (text: string) => Temporal.Instant.from(text);

t.test(
  'who waits is offered the place that comes free, for a time, and takes it with the code',
  async (t) => {
    const { site, says, standing, giveUp, accept } = await openTalk(t, { capacity: 1 });
    await says(alice);
    t.match(pageText(await site.browser().get('/events/talk/attend')), /Join the waiting list/);
    for (const name of ['bob', 'carol']) {
      site.clock.advance({ seconds: 1 });
      t.equal(
        (await says({ fullName: name, email: `${name}@example.org` })).headers.location,
        '/attendance/sent',
      );
    }
    t.match(await messagesTo(site.db, 'bob@example.org'), [{ kind: 'waiting', invite: null }]);
    t.match(pageText(await accept('bob@example.org')), /You are on the waiting list/);

    await giveUp('alice@example.org');
    t.match(await standing(), [
      { email: 'bob@example.org', state: 'offered', until: '2026-11-24T09:00:02Z' },
      { email: 'carol@example.org', state: 'waiting' },
    ]);
    const [, offer] = await messagesTo(site.db, 'bob@example.org');
    t.match(offer, { kind: 'place-free', data: { until: 'Tuesday 24 November, 9am' }, invite: null });
    await says({ fullName: 'Dan', email: 'dan@example.org' });
    t.match((await standing()).at(-1), { email: 'dan@example.org', state: 'waiting' }, 'nobody jumps in');

    for (let i = 0; i < 2; i++)
      t.equal((await accept('bob@example.org')).headers.location, '/attendance/accepted');
    t.match(await standing(), [{ email: 'bob@example.org', state: 'booked' }, {}, {}]);
    const [, , coming, ...others] = await messagesTo(site.db, 'bob@example.org');
    t.match(coming, { kind: 'coming', invite: { method: 'REQUEST', sequence: 0 } });
    t.equal(others.length, 0);
  },
);

t.test('an offer that runs out goes to the next, and is not to be had any more', async (t) => {
  const { site, says, standing, giveUp, accept } = await openTalk(t, { capacity: 1 });
  for (const name of ['alice', 'bob', 'carol']) {
    await says({ fullName: name, email: `${name}@example.org` });
    site.clock.advance({ seconds: 1 });
  }
  await giveUp('alice@example.org');
  site.clock.advance({ hours: 24 });
  t.match(pageText(await accept('bob@example.org')), /has run out/, 'even before the sweep');
  await sweepOffers(site.db, site.queue, site.clock.now());
  await sweepOffers(site.db, site.queue, site.clock.now());
  t.match(await standing(), [{ email: 'carol@example.org', state: 'offered' }]);
  t.match(pageText(await accept('bob@example.org')), /has run out/);
  t.equal((await messagesTo(site.db, 'carol@example.org')).length, 2);

  const ended = (await messagesTo(site.db, 'bob@example.org')).filter(({ kind }) => kind === 'offer-ended');
  t.equal(ended.length, 1, 'he hears of it once');
  const news = (await deliverMail(site)).map(({ parsed }) => parsed);
  const his = news.find(({ subject }) => subject === 'Your offer of a place has ended');
  t.equal(his?.to?.[0]?.address, 'bob@example.org');
  t.match(his?.text, /until Tuesday 24 November, 9am/);
  t.match(his?.text, /not on the waiting list any more/);
  t.match(his?.text, /\/events\/talk\n/);
  await says({ fullName: 'Bob', email: 'bob@example.org' });
  t.match((await standing()).at(-1), { email: 'bob@example.org', state: 'waiting' }, 'and may wait anew');
});

t.test(
  'an offer that ran out for what is over or cancelled is not told of as if it could be had',
  async (t) => {
    for (const change of [
      { starts_at: at('2026-11-23T09:30:00Z') },
      { state: 'cancelled', cancelled_at: at('2026-11-23T09:30:00Z'), cancelled_reason: 'No hall.' },
    ] as const) {
      const { site, event, says, giveUp } = await openTalk(t, { capacity: 1 });
      for (const name of ['alice', 'bob']) await says({ fullName: name, email: `${name}@example.org` });
      await giveUp('alice@example.org');
      await changeEvent(site, event.id, change);
      site.clock.advance({ hours: 24 });
      await sweepOffers(site.db, site.queue, site.clock.now());
      if (change.state) await settleEvent(site, event.id);
      const kinds = (await messagesTo(site.db, 'bob@example.org')).map(({ kind }) => kind);
      t.same(kinds, ['waiting', 'place-free', ...(change.state ? ['cancelled'] : [])]);
    }
  },
);

t.test('near the start an offer lasts until two hours before, and then there is none', async (t) => {
  const { site, says, standing, giveUp } = await openTalk(t, { capacity: 1 });
  for (const name of ['alice', 'bob']) await says({ fullName: name, email: `${name}@example.org` });
  site.clock.set('2026-11-28T05:00:00Z');
  await giveUp('alice@example.org');
  t.match(await standing(), [{ state: 'offered', until: '2026-11-28T09:00:00Z' }]);
  site.clock.set('2026-11-28T09:30:00Z');
  await says({ fullName: 'Carol', email: 'carol@example.org' });
  await sweepOffers(site.db, site.queue, site.clock.now());
  await says({ fullName: 'Dan', email: 'dan@example.org' });
  t.match(
    (await standing()).filter(({ state }) => state !== 'waiting'),
    [{ email: 'dan@example.org', state: 'booked' }],
    'what is free so late goes to who comes first',
  );
});

t.test('more places are offered to those who wait; fewer than are taken the database refuses', async (t) => {
  const { site, event, says, standing } = await openTalk(t, { capacity: 1 });
  for (const name of ['alice', 'bob', 'carol', 'dan'])
    await says({ fullName: name, email: `${name}@example.org` });
  await changeEvent(site, event.id, { capacity: 3 });
  await sweepOffers(site.db, site.queue, site.clock.now());
  t.same(
    (await standing()).map(({ state }) => state),
    ['booked', 'offered', 'offered', 'waiting'],
  );
  await t.rejects(changeEvent(site, event.id, { capacity: 2 }), /events_never_overfilled/);
});

t.test('nobody is offered a place in what is put off or cancelled', async (t) => {
  const { site, event, says, standing, giveUp, accept } = await openTalk(t, { capacity: 1 });
  for (const name of ['alice', 'bob', 'carol']) await says({ fullName: name, email: `${name}@example.org` });
  await giveUp('alice@example.org');
  await changeEvent(site, event.id, { state: 'postponed' });
  t.match(pageText(await accept('bob@example.org')), /can not be booked any more/);
  await sweepOffers(site.db, site.queue, site.clock.now());
  t.same(
    (await standing()).map(({ state }) => state),
    ['waiting', 'waiting'],
  );

  await changeEvent(site, event.id, {
    state: 'cancelled',
    cancelled_at: site.clock.now(),
    cancelled_reason: 'No hall.',
  });
  await sweepOffers(site.db, site.queue, site.clock.now());
  await settleEvent(site, event.id);
  t.same(await standing(), []);
  t.match((await messagesTo(site.db, 'carol@example.org')).at(-1), { kind: 'cancelled', invite: null });
});
