import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import t, { type Test } from 'tap';
import type { Db } from '../../src/db.ts';
import { addKitItem } from '../../src/kit/kit.ts';
import { addPitch } from '../../src/venues/pitches.ts';
import { plannedSite } from '../events/planned-site.ts';
import { needsPostgres } from '../helper.ts';
import { atOnce } from '../lock-waits.ts';
import { makePitch } from '../make.ts';
import { withoutLocks } from './without-locks.ts';

const EVENTS = 50;

/** As many stalls at once as there are pitches, their times an hour or less apart, and each takes the gazebo. */
const rush = async (t: Test, prepare: (db: Db) => Promise<unknown> = async () => {}) => {
  const site = await plannedSite(t);
  const { db, venue, kit, carol, form } = site;
  await prepare(db);
  const pitches = [];
  for (let i = 0; i < EVENTS; i++)
    pitches.push(await makePitch(db, { venue_id: venue.id, name: `Pitch ${i}` }));
  const answers = await Promise.all(
    pitches.map(({ id }, i) =>
      carol.post('/coordinate/events', {
        ...form,
        from: `11:${String(i + 10)}`,
        pitch: id,
        kit: kit.id,
      }),
    ),
  );
  const taken = await db
    .selectFrom('event_kit')
    .select('event_id')
    .where('kit_item_id', '=', kit.id)
    .execute();
  const events = await db.selectFrom('events').select('id').execute();
  return { ...site, pitches, answers, taken: taken.length, events: events.length };
};

t.test(`${EVENTS} events at once that take the same thing: one has it`, needsPostgres(), async (t) => {
  const { answers, taken, events } = await rush(t);
  t.same([taken, events], [1, 1], 'and of the others nothing is left');
  const byStatus = Map.groupBy(answers, ({ statusCode }) => statusCode);
  t.same([byStatus.get(303)?.length, byStatus.get(422)?.length], [1, EVENTS - 1]);
  for (const answer of byStatus.get(422) ?? []) t.match(answer.body, /Gazebo/);
});

t.test('without the constraint several would have it', needsPostgres(), async (t) => {
  const { taken } = await rush(t, (db) =>
    sql`alter table event_kit drop constraint kit_in_one_place`.execute(db),
  );
  t.ok(taken > 1, `${taken} events: so the test above can fail`);
});

t.test('events that take it along later, all at once: one has it', needsPostgres(), async (t) => {
  const { db, carol, form, kit, venue } = await plannedSite(t);
  const pitches = [];
  for (let i = 0; i < 12; i++) pitches.push(await makePitch(db, { venue_id: venue.id, name: `Pitch ${i}` }));
  const planned = [];
  for (const { id: pitch } of pitches) {
    const { headers } = await carol.post('/coordinate/events', { ...form, pitch });
    planned.push({ address: String(headers.location), pitch });
  }
  const answers = await Promise.all(
    planned.map(({ address, pitch }) => carol.post(address, { ...form, pitch, kit: kit.id, version: '1' })),
  );
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, ...Array(11).fill(422)]);
  t.equal((await db.selectFrom('event_kit').selectAll().execute()).length, 1);
});

/** One name in nine ways, for a pitch and then for a thing: how many of each there are in the end. */
const nameRush = async (t: Test, prepare: (db: Db) => Db = (db) => db) => {
  const site = await plannedSite(t);
  const { clock, venue, area, coordinator } = site;
  const db = prepare(site.db);
  const actor = { coordinatorId: coordinator.id, requestId: randomUUID() };
  const word = 'northernentrance';
  const names = Array.from({ length: 9 }, (_, i) => word.slice(0, i) + word.slice(i).toUpperCase());
  const mine = { areaIds: [area.id] };
  const now = clock.now();
  const add = { venueId: venue.id, areaId: area.id };
  await atOnce(
    site.db,
    'pitches',
    names.map((name) => () => addPitch(db, actor, mine, { ...add, name }, now)),
  );
  await atOnce(
    site.db,
    'kit_items',
    names.map((name) => () => addKitItem(db, actor, mine, { ...add, name }, now)),
  );
  const named = sql<boolean>`lower(name) = ${word}`;
  return {
    pitches: (await site.db.selectFrom('pitches').select('id').where(named).execute()).length,
    things: (await site.db.selectFrom('kit_items').select('id').where(named).execute()).length,
  };
};

t.test('one name in many ways at once: one pitch, one thing', needsPostgres(), async (t) => {
  t.same(await nameRush(t), { pitches: 1, things: 1 });
});

t.test('without the locks there would be several of a name', needsPostgres(), async (t) => {
  const { pitches, things } = await nameRush(t, (db) => db.withPlugin(withoutLocks));
  t.ok(pitches > 1, `${pitches} pitches: so the test above can fail`);
  t.ok(things > 1, `${things} things: so the test above can fail`);
});
