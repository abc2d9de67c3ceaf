import { sql } from 'kysely';
import t, { type Test } from 'tap';
import type { Db } from '../../src/db.ts';
import { givePlaceUp } from '../../src/training/give-up.ts';
import { sweepSessionOffers } from '../../src/training/offers.ts';
import { type Placed, takePlace } from '../../src/training/places.ts';
import { needsPostgres, testApp } from '../helper.ts';
import { atOnce } from '../lock-waits.ts';
import { makeChampion, makeModule, makeSession } from '../make.ts';

const PLACES = 3;
const PEOPLE = 200;

const openSessions = async (t: Test, capacity = PLACES) => {
  const site = await testApp(t);
  const { db, queue, clock, config } = site;
  const module_id = (await makeModule(db)).id;
  const [one, other] = [
    await makeSession(db, { module_id, capacity }),
    await makeSession(db, {
      module_id,
      capacity,
      starts_at: Temporal.Instant.from('2026-12-09T18:00:00Z'),
      ends_at: Temporal.Instant.from('2026-12-09T19:00:00Z'),
    }),
  ];
  const moment = { publicUrl: config.publicUrl, now: clock.now() };
  const people = (count: number) => Promise.all(Array.from({ length: count }, () => makeChampion(db)));
  const take = (champion: { id: string }, sessionId: string, wish = {}) =>
    takePlace(db, queue, { championId: champion.id, sessionId, ...moment, ...wish });
  const inState = async (state: 'booked' | 'offered' | 'waiting', sessionId: string) =>
    db
      .selectFrom('bookings')
      .select(['id', 'champion_id as championId'])
      .where('session_id', '=', sessionId)
      .where('state', '=', state)
      .execute();
  const taken = async (sessionId: string) =>
    (await db.selectFrom('sessions').select('booked').where('id', '=', sessionId).executeTakeFirstOrThrow())
      .booked;
  return { db, queue, moment, one: one.id, other: other.id, people, take, inState, taken };
};

const rush = async (t: Test, prepare: (db: Db) => Promise<unknown> = async () => {}) => {
  const world = await openSessions(t);
  await prepare(world.db);
  const champions = await world.people(PEOPLE);
  const outcomes = await atOnce(
    world.db,
    'sessions',
    champions.map((champion) => () => world.take(champion, world.one)),
  );
  return { ...world, outcomes, booked: (await world.inState('booked', world.one)).length };
};

const counted = (outcomes: Placed[]) => {
  const words = outcomes.map((outcome) => ('refused' in outcome ? outcome.refused : outcome.state));
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
};

t.test(`${PEOPLE} champions at once after ${PLACES} places`, needsPostgres(), async (t) => {
  const { db, one, outcomes, booked, taken } = await rush(t);
  t.equal(booked, PLACES);
  t.equal(await taken(one), PLACES);
  t.same(counted(outcomes), { booked: PLACES, full: PEOPLE - PLACES });
  for (const table of ['messages', 'invites'] as const)
    t.equal((await db.selectFrom(table).select('id').execute()).length, PLACES, table);
});

t.test('without the constraint there would be more than there are places', needsPostgres(), async (t) => {
  const { booked } = await rush(t, (db) =>
    sql`alter table sessions drop constraint sessions_never_overbooked`.execute(db),
  );
  t.ok(booked > PLACES, `${booked} booked: so the test above can fail`);
});

t.test('champions who change to each other’s session at once', needsPostgres(), async (t) => {
  const { one, other, people, take, inState, taken } = await openSessions(t, 20);
  const champions = await people(20);
  const start = (i: number) => (i % 2 ? one : other);
  await Promise.all(champions.map((champion, i) => take(champion, start(i))));
  const before = [...(await inState('booked', one)), ...(await inState('booked', other))];
  const changes = champions.map((champion, i) =>
    take(champion, start(i + 1), {
      instead: before.find(({ championId }) => championId === champion.id)!.id,
    }),
  );
  t.same(counted(await Promise.all(changes)), { booked: 20 }, 'nobody waits for the other for ever');
  t.same([await taken(one), await taken(other)], [10, 10]);
});

t.test('places given up at once are each offered to one', needsPostgres(), async (t) => {
  const { db, queue, moment, one, people, take, inState, taken } = await openSessions(t);
  const [first, second] = [await people(PLACES), await people(10)];
  await Promise.all(first.map((champion) => take(champion, one)));
  await Promise.all(second.map((champion) => take(champion, one, { wait: true })));
  t.equal((await inState('waiting', one)).length, 10);
  const given = (await inState('booked', one)).map(({ id, championId }) =>
    db
      .transaction()
      .execute((trx) => givePlaceUp(trx, queue, { championId, bookingId: id, why: 'self' }, moment)),
  );
  await Promise.all([
    ...given,
    ...Array.from({ length: 4 }, () => sweepSessionOffers(db, queue, moment.now)),
  ]);
  await sweepSessionOffers(db, queue, moment.now);
  t.equal((await inState('offered', one)).length, PLACES);
  t.equal(await taken(one), PLACES);
  const offers = await db
    .selectFrom('messages')
    .select('recipient')
    .where('kind', '=', 'place-free')
    .execute();
  t.equal(new Set(offers.map(({ recipient }) => recipient)).size, offers.length);
  const late = moment.now.add({ hours: 25 });
  const [leaver, ...rest] = await inState('offered', one);
  await Promise.all([
    ...rest.map(({ championId }) => take({ id: championId }, one)),
    take({ id: leaver!.championId }, one, { now: late }),
    sweepSessionOffers(db, queue, late),
  ]);
  t.equal(await taken(one), PLACES, 'who takes an offer and the clock that ends it never both win');
});
