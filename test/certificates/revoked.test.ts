import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { newCode } from '../../src/certificates/code.ts';
import { revokedIndexes } from '../../src/certificates/revoked.ts';
import type { ChampionState, Role } from '../../src/schema.ts';
import { listModules } from '../../src/training/modules.ts';
import { passesOf } from '../../src/training/records.ts';
import { championStanding, standingOn } from '../../src/training/standing.ts';
import { testApp } from '../helper.ts';
import { makeModule } from '../make.ts';

const FIRST = Temporal.PlainDate.from('2024-01-31');
const day = (most: number) => fc.integer({ min: 0, max: most }).map((days) => FIRST.add({ days }));
const iso = (date: Temporal.PlainDate) => date.toString();
/** Nothing begins after that day: passes and terms of days to come are none. */
const LAST = 700;
const MODULES = 3;

const terms = fc.record({
  validity_months: fc.option(fc.integer({ min: 1, max: 48 })),
  counts_from_version: fc.integer({ min: 1, max: 2 }),
  mandatory_for: fc.constantFrom<Role[]>(['champion'], ['greeter'], []),
  required_since: fc.option(day(LAST).map(iso)),
  grace_days: fc.constantFrom(0, 30, 365),
  mandatory_before: fc.constantFrom<Role[]>(['champion'], ['greeter'], []),
  validity_months_before: fc.option(fc.integer({ min: 1, max: 48 })),
  counts_from_version_before: fc.integer({ min: 1, max: 2 }),
  closed_at: fc.constantFrom(null, null, null, Temporal.Instant.from('2025-01-01T00:00:00Z')),
});
const STATES: ChampionState[] = ['signed up', 'confirmed', 'in training', 'active', 'lapsed', 'paused'];
const REST: ChampionState[] = ['suspended', 'declined', 'awaiting guardian', 'left', 'anonymised'];
const pass = fc.record({
  module: fc.nat({ max: MODULES - 1 }),
  version: fc.integer({ min: 1, max: 3 }),
  passedOn: day(LAST),
  expiresIn: fc.option(fc.integer({ min: 0, max: 900 })),
  taken: fc.boolean(),
});
const person = fc.record({
  state: fc.constantFrom(...STATES, ...STATES, ...STATES, ...REST),
  confirmedOn: fc.option(day(1_000)),
  passes: fc.array(pass, { maxLength: 6 }),
  replaced: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
const programme = fc.record({
  modules: fc.array(terms, { minLength: MODULES, maxLength: MODULES }),
  people: fc.array(person, { minLength: 40, maxLength: 40 }),
  seed: fc.nat({ max: 3 }),
});
type Programme = typeof programme extends fc.Arbitrary<infer T> ? T : never;

t.test('the status list says of each what `championStanding` says', async (t) => {
  const { db, clock } = await testApp(t);
  const timeZone = 'Europe/London';
  const now = clock.now();
  const modules = await Promise.all(
    Array.from({ length: MODULES }, (_, position) => makeModule(db, { version: 3, position })),
  );

  const fill = async ({ modules: asked, people }: Programme) => {
    for (const [index, row] of asked.entries())
      await db.updateTable('modules').set(row).where('id', '=', modules[index]!.id).execute();
    const holders = people.map((one) => ({ ...one, id: randomUUID() }));
    await db
      .insertInto('champions')
      .values(
        holders.map(({ id, state, confirmedOn }) => ({
          id,
          email: `${id}@example.org`,
          email_key: `${id}@example.org`,
          full_name: 'Alice Example',
          phone: null,
          neighbourhood_id: null,
          age_band: '18+',
          state,
          // Noon: the day is the same in every zone near ours.
          confirmed_at: confirmedOn?.toZonedDateTime({ timeZone, plainTime: '12:00' }).toInstant() ?? null,
          left_at: state === 'left' || state === 'anonymised' ? now : null,
          created_at: now,
        })),
      )
      .execute();
    await db
      .insertInto('certificates')
      .values(
        holders.map(({ id, replaced }) => ({
          id: randomUUID(),
          champion_id: id,
          code: newCode(),
          made_at: now,
          ended_at: replaced ? now : null,
        })),
      )
      .execute();
    const records = holders.flatMap(({ id, passes }) => passes.map((pass) => recordOf(id, pass)));
    await db.insertInto('training_records').values(records).execute();
    const taken = holders.flatMap(({ passes }) => passes.map((pass) => pass.taken));
    const voided = records
      .filter((_, index) => taken[index])
      .map((row) => ({
        ...row,
        id: randomUUID(),
        outcome: 'void' as const,
        supersedes: row.id,
        reason: 'A mistake',
      }));
    await db.insertInto('training_records').values(voided).execute();
  };

  const recordOf = (
    champion_id: string,
    { module, version, passedOn, expiresIn }: Programme['people'][number]['passes'][number],
  ) => ({
    id: randomUUID(),
    champion_id,
    module_id: modules[module]!.id,
    module_version: version,
    passed_on: iso(passedOn),
    expires_on: expiresIn === null ? null : iso(passedOn.add({ days: expiresIn })),
    source: 'coordinator' as const,
    booking_id: null,
    reference: null,
    score: null,
    supersedes: null,
    reason: null,
    recorded_at: now,
    recorded_by: null,
  });

  const read = async () => {
    const terms = await listModules(db);
    const holders = await db
      .selectFrom('certificates')
      .innerJoin('champions', 'champions.id', 'certificates.champion_id')
      .select(['champions.id', 'state', 'confirmed_at', 'status_index', 'ended_at'])
      .execute();
    const ids = holders.map(({ id }) => id);
    const passes = await passesOf(db, ids);
    return (day: Temporal.PlainDate) =>
      holders
        .filter(({ id, state, confirmed_at, ended_at }) => {
          const confirmedOn = confirmed_at?.toZonedDateTimeISO(timeZone).toPlainDate() ?? null;
          const training = standingOn(terms, passes.get(id) ?? [], { day, confirmedOn, booked: new Set() });
          return ended_at !== null || championStanding(state, training) !== 'ready';
        })
        .map(({ status_index }) => status_index);
  };

  /** The days on which something begins or ends, and those after. */
  const turningPoints = ({ modules: asked, people, seed }: Programme) => {
    const ends = people.flatMap(({ passes }) =>
      passes.flatMap(({ module, passedOn, expiresIn }) => {
        const months = asked[module]!.validity_months;
        const last =
          expiresIn === null ? months && passedOn.add({ months }) : passedOn.add({ days: expiresIn });
        return last ? [last] : [];
      }),
    );
    const graces = asked.flatMap(({ required_since, grace_days }) =>
      required_since ? [Temporal.PlainDate.from(required_since).add({ days: grace_days })] : [],
    );
    const some = [...graces, ...ends.filter((_, index) => index % 4 === seed)];
    const first = FIRST.add({ days: LAST });
    return some
      .filter((day) => Temporal.PlainDate.compare(first, day) <= 0)
      .flatMap((day) => [day, day.add({ days: 1 })]);
  };

  const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
  let [valid, revoked] = [0, 0];
  const check = async (one: Programme) => {
    await db.deleteFrom('training_records').where('supersedes', 'is not', null).execute();
    await db.deleteFrom('training_records').execute();
    await db.deleteFrom('module_last_days').execute();
    await db.deleteFrom('certificates').execute();
    await fill(one);
    const revokedOn = await read();
    for (const day of turningPoints(one)) {
      const found = await revokedIndexes(db, { from: 0, to: 1_000_000, day, timeZone });
      const right = revokedOn(day);
      revoked += right.length;
      valid += one.people.length - right.length;
      assert.deepEqual(sorted(found), sorted(right), day.toString());
    }
  };
  await fc.assert(fc.asyncProperty(programme, check), { numRuns: 6, endOnFailure: true });
  t.ok(valid > 50 && revoked > 50, `${valid} valid, ${revoked} not`);

  const { status_index: last } = await db
    .selectFrom('certificates')
    .select('status_index')
    .orderBy('status_index', 'desc')
    .executeTakeFirstOrThrow();
  t.same(
    await revokedIndexes(db, { from: last + 1, to: last + 100, day: FIRST, timeZone }),
    [],
    'of its own list only',
  );
});
