import { sql } from 'kysely';
import t, { type Test } from 'tap';
import type { Db } from '../../src/db.ts';
import { sweepOffers } from '../../src/events/offers.ts';
import { openTalk } from '../events/holders.ts';
import { needsPostgres } from '../helper.ts';
import { atOnce } from '../lock-waits.ts';

const PLACES = 3;
const PEOPLE = 100;

const people = Array.from({ length: PEOPLE }, (_, i) => ({
  fullName: `Alice ${'abcdefghij'[i % 10]}`,
  email: `alice${i}@example.org`,
}));

const countStates = async (db: Db) => {
  const rows = await db.selectFrom('attendances').select('state').execute();
  const counts = { booked: 0, offered: 0, waiting: 0, withdrawn: 0 };
  for (const { state } of rows) counts[state]++;
  return counts;
};

const rush = async (t: Test, prepare: (db: Db) => Promise<unknown> = async () => {}) => {
  const talk = await openTalk(t, { capacity: PLACES });
  await prepare(talk.site.db);
  const answers = await atOnce(
    talk.site.db,
    'event_places',
    people.map((form) => () => talk.says(form)),
  );
  return { ...talk, answers, counts: await countStates(talk.site.db) };
};

t.test(`${PEOPLE} people at once after ${PLACES} places`, needsPostgres(), async (t) => {
  const { site, answers, counts, standing, giveUp, accept } = await rush(t);
  t.same([...new Set(answers.map(({ statusCode }) => statusCode))], [303]);
  t.match(counts, { booked: PLACES, waiting: PEOPLE - PLACES, offered: 0 });
  const kinds = await site.db.selectFrom('messages').select('kind').execute();
  t.equal(kinds.filter(({ kind }) => kind === 'coming').length, PLACES);
  t.equal(kinds.length, PEOPLE, 'one message each');

  const booked = (await standing()).filter(({ state }) => state === 'booked');
  await Promise.all([
    ...booked.map(({ email }) => giveUp(email)),
    ...booked.map(({ email }) => giveUp(email)),
    ...Array.from({ length: 4 }, () => sweepOffers(site.db, site.queue, site.clock.now())),
  ]);
  await sweepOffers(site.db, site.queue, site.clock.now());
  t.match(await countStates(site.db), { booked: 0, offered: PLACES, withdrawn: PLACES });
  t.match(await site.db.selectFrom('event_places').selectAll().executeTakeFirst(), { taken: PLACES });

  const offered = (await standing()).filter(({ state }) => state === 'offered');
  const accepted = await Promise.all([...offered, ...offered, ...offered].map(({ email }) => accept(email)));
  t.same([...new Set(accepted.map(({ statusCode }) => statusCode))], [303]);
  t.match(await countStates(site.db), { booked: PLACES, offered: 0 });
  const invites = await site.db
    .selectFrom('invites')
    .select('id')
    .where('cancelled_at', 'is', null)
    .execute();
  t.equal(invites.length, PLACES);
});

t.test(
  'offers that run out, swept by many at once, are never more than there are places',
  needsPostgres(),
  async (t) => {
    const { site, standing, giveUp } = await rush(t);
    for (const { email, state } of await standing()) if (state === 'booked') await giveUp(email);
    for (let round = 0; round < 3; round++) {
      site.clock.advance({ hours: 25 });
      await Promise.all(Array.from({ length: 6 }, () => sweepOffers(site.db, site.queue, site.clock.now())));
      await sweepOffers(site.db, site.queue, site.clock.now());
      t.equal((await countStates(site.db)).offered, PLACES);
    }
    const sent = await site.db
      .selectFrom('messages')
      .select('recipient')
      .where('kind', '=', 'place-free')
      .execute();
    t.equal(sent.length, 4 * PLACES);
    t.equal(
      new Set(sent.map(({ recipient }) => recipient)).size,
      4 * PLACES,
      'nobody is offered a place twice',
    );
  },
);

t.test('without the constraint there would be more than there are places', needsPostgres(), async (t) => {
  const { counts } = await rush(t, (db) =>
    sql`alter table event_places drop constraint events_never_overfilled`.execute(db),
  );
  t.ok(counts.booked > PLACES, `${counts.booked} booked: so the test above can fail`);
});

t.test('one person who presses the button thirty times comes once', needsPostgres(), async (t) => {
  const { site, says } = await openTalk(t, { capacity: PLACES });
  const answers = await Promise.all(Array.from({ length: 30 }, () => says(people[0]!)));
  t.same([...new Set(answers.map(({ statusCode }) => statusCode))], [303]);
  t.match(await countStates(site.db), { booked: 1, waiting: 0 });
  t.equal((await site.db.selectFrom('invites').selectAll().execute()).length, 1);
});
