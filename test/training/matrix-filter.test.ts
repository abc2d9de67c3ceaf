import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import type { Db } from '../../src/db.ts';
import type { ChampionState } from '../../src/schema.ts';
import { type MatrixRow, readMatrix } from '../../src/training/matrix.ts';
import type { MatrixFilter, Question } from '../../src/training/matrix-filter.ts';
import { type ChampionStanding, counts, type ModuleStatus } from '../../src/training/standing.ts';
import { testDatabase } from '../database.ts';
import { makeArea, makeChampion, makeModule, makeNeighbourhood, makeSession } from '../make.ts';

const TODAY = Temporal.PlainDate.from('2026-11-23');
const NOW = Temporal.Instant.from('2026-11-23T09:00:00Z');
const ago = (days: number) => TODAY.subtract({ days });
const plain = (day: Temporal.PlainDate) => day.toString();

const MODULES = [0, 1, 2];
const module = fc.record({
  validityMonths: fc.option(fc.integer({ min: 1, max: 30 })),
  laterValidity: fc.option(fc.integer({ min: 1, max: 30 })),
  countsFrom: fc.integer({ min: 1, max: 2 }),
  mandatory: fc.boolean(),
  requiredAgo: fc.option(fc.integer({ min: 0, max: 90 })),
  graceDays: fc.integer({ min: 0, max: 90 }),
  askedBefore: fc.boolean(),
  validityBefore: fc.option(fc.integer({ min: 1, max: 30 })),
  countsFromBefore: fc.integer({ min: 1, max: 2 }),
});
const record = fc.record({
  module: fc.constantFrom(...MODULES),
  version: fc.integer({ min: 1, max: 2 }),
  ago: fc.integer({ min: 0, max: 1_000 }),
  expiresIn: fc.option(fc.integer({ min: 0, max: 900 })),
  corrected: fc.constantFrom('no', 'no', 'no', 'void', 'another day'),
});
const STATES: ChampionState[] = [
  'signed up',
  'confirmed',
  'confirmed',
  'confirmed',
  'active',
  'paused',
  'suspended',
  'left',
  'awaiting guardian',
  'declined',
];
const champion = fc.record({
  name: fc.constantFrom('Ada', 'ada', 'Åsa', 'Bo', 'Zoë Okafor', 'O’Brien'),
  state: fc.constantFrom(...STATES),
  confirmedAgo: fc.option(fc.integer({ min: 0, max: 200 })),
  elsewhere: fc.constantFrom(0, 0, 0, 1, 2),
  records: fc.array(record, { maxLength: 6 }),
  booked: fc.subarray(MODULES),
});
const city = fc.record({
  modules: fc.tuple(module, module, module),
  champions: fc.array(champion, { minLength: 15, maxLength: 25 }),
});
type City = typeof city extends fc.Arbitrary<infer T> ? T : never;

const STATUSES: ModuleStatus[] = ['not started', 'booked', 'current', 'due soon', 'expired'];
const STANDINGS: ChampionStanding[] = [
  'not confirmed',
  'guardian',
  'stopped',
  'in training',
  'ready',
  'lapsed',
];
const asked = fc.record({
  module: fc.option(fc.constantFrom(...MODULES), { nil: undefined }),
  status: fc.option(fc.constantFrom(...STATUSES), { nil: undefined }),
  standing: fc.option(fc.constantFrom(...STANDINGS), { nil: undefined, freq: 1 }),
  ends: fc.option(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 300 })), { nil: undefined, freq: 1 }),
  near: fc.constantFrom(true, false, false, false),
  words: fc.constantFrom<string[]>([], [], [], ['A'], ['o']),
  areas: fc.subarray([0, 1], { minLength: 1 }),
});
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

const write = async (db: Db, { modules, champions }: City) => {
  const areas = [await makeArea(db), await makeArea(db), await makeArea(db)];
  const near = await makeNeighbourhood(db, { area_id: areas[0]!.id });
  const made: Awaited<ReturnType<typeof makeModule>>[] = [];
  for (const [index, one] of modules.entries())
    made.push(
      await makeModule(db, {
        position: index,
        validity_months: one.validityMonths,
        version: 2,
        mandatory_for: one.mandatory ? ['champion'] : [],
        required_since: one.requiredAgo === null ? null : plain(ago(one.requiredAgo)),
        grace_days: one.graceDays,
        mandatory_before: one.askedBefore ? ['champion'] : [],
        validity_months_before: one.validityBefore,
        counts_from_version_before: one.countsFromBefore,
      }),
    );
  const sessions = [];
  for (const { id } of made)
    sessions.push(
      await makeSession(db, {
        module_id: id,
        online_url: 'https://x.example/',
        area_id: areas[0]!.id,
        capacity: 99,
      }),
    );
  for (const [at, one] of champions.entries()) {
    const { id } = await makeChampion(db, {
      full_name: one.name,
      state: one.state,
      confirmed_at: one.confirmedAgo === null ? null : NOW.subtract({ hours: 24 * one.confirmedAgo }),
      area_id: areas[one.elsewhere]!.id,
      neighbourhood_id: one.elsewhere === 0 && at % 2 === 0 ? near.id : null,
    });
    for (const booked of one.booked)
      await db
        .insertInto('bookings')
        .values({ id: randomUUID(), session_id: sessions[booked]!.id, champion_id: id, booked_at: NOW })
        .execute();
    const records = one.records.flatMap((each) => {
      const passedOn = ago(each.ago);
      const first = {
        id: randomUUID(),
        champion_id: id,
        module_id: made[each.module]!.id,
        module_version: each.version,
        outcome: 'passed' as 'passed' | 'void',
        passed_on: plain(passedOn),
        expires_on: each.expiresIn === null ? null : plain(passedOn.add({ days: each.expiresIn })),
        source: 'import' as const,
        supersedes: null as string | null,
        reason: null as string | null,
        recorded_at: NOW,
      };
      const second = { ...first, id: randomUUID(), supersedes: first.id, reason: 'The wrong day' };
      if (each.corrected === 'no') return [first];
      if (each.corrected === 'void') return [first, { ...second, outcome: 'void' as const }];
      return [first, { ...second, passed_on: plain(passedOn.subtract({ days: 40 })), expires_on: null }];
    });
    if (records.length > 0) await db.insertInto('training_records').values(records).execute();
  }
  for (const [index, one] of modules.entries())
    await db
      .updateTable('modules')
      .set({ validity_months: one.laterValidity, counts_from_version: one.countsFrom })
      .where('id', '=', made[index]!.id)
      .execute();
  const terms = modules.map((one, index) => ({
    id: made[index]!.id,
    validityMonths: one.laterValidity,
    countsFromVersion: one.countsFrom,
    mandatoryFor: one.mandatory ? (['champion'] as 'champion'[]) : [],
    requiredSince: one.requiredAgo === null ? null : ago(one.requiredAgo),
    graceDays: one.graceDays,
    earlier: {
      mandatoryFor: one.askedBefore ? (['champion'] as 'champion'[]) : [],
      validityMonths: one.validityBefore,
      countsFromVersion: one.countsFromBefore,
    },
  }));
  return { areas, near, terms };
};
type Written = Awaited<ReturnType<typeof write>>;

const everyPage = async (db: Db, filter: MatrixFilter, question: Question, size: number) => {
  const rows: MatrixRow[] = [];
  let after: Awaited<ReturnType<typeof readMatrix>>['next'];
  do {
    const page = await readMatrix(db, filter, question, { after, size });
    rows.push(...page.rows);
    after = page.next;
  } while (after);
  return rows;
};

/** What the filter means, in the words of `standingOn`. */
const fits = (row: MatrixRow, { status, ends, standing, moduleId, words = [] }: MatrixFilter) => {
  const modules = row.training.modules.filter((one) => moduleId === undefined || one.moduleId === moduleId);
  const isIn = (one: (typeof modules)[number]) =>
    (!status || one.status === status) &&
    (!ends ||
      (counts(one) &&
        one.until !== 'for good' &&
        Temporal.PlainDate.compare(ends.from, one.until!) <= 0 &&
        Temporal.PlainDate.compare(one.until!, ends.to) <= 0));
  return (
    ((!status && !ends) || modules.some(isIn)) &&
    (!standing || row.standing === standing) &&
    words.every((word) => row.fullName.toLowerCase().includes(word.toLowerCase()))
  );
};

const filterOf = ({ areas, near, terms }: Written, one: Asked): MatrixFilter => ({
  areaIds: one.areas.map((at) => areas[at]!.id),
  moduleId: one.module === undefined ? undefined : terms[one.module]!.id,
  status: one.status,
  standing: one.standing,
  ends: one.ends && {
    from: TODAY.add({ days: one.ends[0] }),
    to: TODAY.add({ days: one.ends[0] + one.ends[1] }),
  },
  neighbourhoodId: one.near ? near.id : undefined,
  words: one.words,
});

t.test('what the database filters is what standingOn says, through all pages', async (t) => {
  const { db } = await testDatabase(t);
  const sizes: number[] = [];
  await fc.assert(
    fc.asyncProperty(city, fc.array(asked, { minLength: 12, maxLength: 12 }), async (drawn, questions) => {
      const written = await write(db, drawn);
      const question = { modules: written.terms, day: TODAY, timeZone: 'Europe/London', now: NOW };
      for (const each of questions) {
        const filter = filterOf(written, each);
        const { areaIds, neighbourhoodId } = filter;
        const everyone = await everyPage(db, { areaIds, neighbourhoodId }, question, 100);
        const expected = everyone.filter((row) => fits(row, filter)).map(({ id }) => id);
        const shown = await everyPage(db, filter, question, 4);
        assert.deepEqual(
          shown.map(({ id }) => id),
          expected,
          JSON.stringify(filter),
        );
        sizes.push(expected.length);
      }
    }),
    { numRuns: 12 },
  );
  t.ok(sizes.filter((size) => size > 0).length > sizes.length / 4, 'and some filters leave somebody');
});

t.test('everyone is everyone who has not left, in these areas, by name', async (t) => {
  const { db } = await testDatabase(t);
  const [here, there] = [await makeArea(db), await makeArea(db)];
  for (const full_name of ['bo', 'Ada', 'Cy']) await makeChampion(db, { full_name, area_id: here.id });
  await makeChampion(db, { full_name: 'Gone', area_id: here.id, state: 'left' });
  await makeChampion(db, { full_name: 'Abe', area_id: there.id });
  const question = { modules: [], day: TODAY, timeZone: 'Europe/London', now: NOW };
  const names = async (areaIds: string[]) =>
    (await everyPage(db, { areaIds }, question, 2)).map(({ fullName }) => fullName);
  t.same(await names([here.id]), ['Ada', 'bo', 'Cy']);
  t.same(await names([here.id, there.id]), ['Abe', 'Ada', 'bo', 'Cy']);
  t.same(await names([]), []);
});
