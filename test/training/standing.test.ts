import assert from 'node:assert/strict';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { type ModuleTerms, type Pass, standingOn, type Until } from '../../src/training/standing.ts';

const FIRST = Temporal.PlainDate.from('2024-01-01');
const day = fc.integer({ min: 0, max: 2_500 }).map((days) => FIRST.add({ days }));
const MODULES = ['a', 'b', 'c', 'd'];

const asked = {
  validityMonths: fc.option(fc.integer({ min: 1, max: 48 })),
  countsFromVersion: fc.integer({ min: 1, max: 3 }),
  mandatoryFor: fc.subarray(['champion', 'greeter', 'lead'] as const).map((roles) => [...roles]),
};
const terms = fc.record({
  ...asked,
  earlier: fc.record(asked),
  requiredSince: fc.option(fc.integer({ min: 0, max: 900 }).map((days) => FIRST.add({ days }))),
  graceDays: fc.integer({ min: 0, max: 365 }),
});
const modules: fc.Arbitrary<ModuleTerms[]> = fc
  .tuple(...MODULES.map(() => terms))
  .map((all) => all.map((one, index) => ({ ...one, id: MODULES[index]! })));
const pass: fc.Arbitrary<Pass> = fc
  .record({
    moduleId: fc.constantFrom(...MODULES),
    moduleVersion: fc.integer({ min: 1, max: 3 }),
    passedOn: day,
    expiresIn: fc.option(fc.integer({ min: 0, max: 900 })),
  })
  .map(({ expiresIn, ...one }) => ({
    ...one,
    expiresOn: expiresIn === null ? null : one.passedOn.add({ days: expiresIn }),
  }));
const situation = fc.record({
  modules,
  passes: fc.array(pass, { maxLength: 12 }),
  // After every `requiredSince`, which is never a day to come.
  day: fc.integer({ min: 900, max: 2_500 }).map((days) => FIRST.add({ days })),
  confirmedOn: fc.option(day),
  role: fc.constantFrom('champion' as const, 'greeter' as const, 'lead' as const),
});
type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

const on = ({ modules, passes, ...question }: Situation, asked = question.day) =>
  standingOn(modules, passes, { ...question, day: asked, booked: new Set() });

const notAfter = (a: Until, b: Until) =>
  b === 'for good' || (a !== 'for good' && Temporal.PlainDate.compare(a, b) <= 0);

const holds = (t: Test, property: fc.IRawProperty<unknown>) =>
  t.doesNotThrow(() => fc.assert(property as fc.IProperty<unknown>, { numRuns: 500 }));

t.test('the order of records does not matter', async (t) => {
  holds(
    t,
    fc.property(situation, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (now, keys) => {
      const passes = now.passes
        .map((one, index) => [keys[index]!, one] as const)
        .sort(([a], [b]) => a - b)
        .map(([, one]) => one);
      assert.equal(JSON.stringify(on({ ...now, passes })), JSON.stringify(on(now)));
    }),
  );
});

t.test('a renewal never shortens', async (t) => {
  holds(
    t,
    fc.property(situation, pass, (now, renewal) => {
      const before = on(now);
      const after = on({ ...now, passes: [...now.passes, renewal] });
      for (const [index, { until }] of before.modules.entries()) {
        const then = after.modules[index]!.until;
        if (until !== undefined) assert.ok(then !== undefined && notAfter(until, then));
      }
      if (before.current) assert.ok(after.current && notAfter(before.until!, after.until!));
    }),
  );
});

t.test('it ends with the first module that the role asks for', async (t) => {
  holds(
    t,
    fc.property(situation, (now) => {
      const { current, until, modules, missing } = on(now);
      const asked = modules.filter((_, index) => {
        const { mandatoryFor } = now.modules[index]!;
        return mandatoryFor.includes('champion') || mandatoryFor.includes(now.role);
      });
      assert.equal(current, missing.length === 0);
      if (!current) return assert.equal(until, undefined);
      for (const one of asked) assert.ok(notAfter(until!, one.until!));
      assert.ok(until === 'for good' || asked.some((one) => String(one.until) === String(until)));
    }),
  );
});

t.test('it holds on its last day, and not on the next', async (t) => {
  holds(
    t,
    fc.property(situation, (now) => {
      const { current, until } = on(now);
      if (!current || until === 'for good') return;
      assert.ok(on(now, until as Temporal.PlainDate).current);
      // A pass that is still to come may take over.
      const passes = now.passes.filter(({ passedOn }) => Temporal.PlainDate.compare(passedOn, now.day) <= 0);
      assert.ok(!on({ ...now, passes }, (until as Temporal.PlainDate).add({ days: 1 })).current);
    }),
  );
});

const MODULE: ModuleTerms = {
  id: 'a',
  validityMonths: 12,
  countsFromVersion: 1,
  mandatoryFor: ['champion'],
  requiredSince: null,
  graceDays: 0,
  earlier: { validityMonths: 12, countsFromVersion: 1, mandatoryFor: ['champion'] },
};
const passedOn = (date: string, moduleVersion = 1): Pass => ({
  moduleId: 'a',
  moduleVersion,
  passedOn: Temporal.PlainDate.from(date),
  expiresOn: null,
});
const statusOn = (date: string, passes: Pass[], module: Partial<ModuleTerms> = {}, booked = false) => {
  const { modules, current } = standingOn([{ ...MODULE, ...module }], passes, {
    day: Temporal.PlainDate.from(date),
    confirmedOn: Temporal.PlainDate.from('2025-01-01'),
    booked: new Set(booked ? ['a'] : []),
  });
  return [modules[0]!.status, current];
};

t.test('by the calendar', async (t) => {
  t.same(statusOn('2026-11-23', []), ['not started', false]);
  t.same(statusOn('2026-11-23', [], {}, true), ['booked', false]);
  t.same(statusOn('2025-11-01', [passedOn('2025-11-02')]), ['not started', false], 'the day before');
  t.same(statusOn('2026-09-02', [passedOn('2025-11-02')]), ['current', true], '61 days before');
  t.same(statusOn('2026-09-03', [passedOn('2025-11-02')]), ['due soon', true], '60 days before');
  t.same(statusOn('2026-11-02', [passedOn('2025-11-02')]), ['due soon', true], 'the last day');
  t.same(statusOn('2026-11-03', [passedOn('2025-11-02')]), ['expired', false]);
  t.same(
    statusOn('2025-02-28', [passedOn('2024-02-29')]),
    ['due soon', true],
    'a leap day ends on 28 February',
  );
  t.same(statusOn('2025-03-01', [passedOn('2024-02-29')]), ['expired', false]);
  t.same(statusOn('2099-01-01', [passedOn('2025-11-02')], { validityMonths: null }), ['current', true]);
});

t.test('a new version, and time to catch up', async (t) => {
  const module = {
    countsFromVersion: 2,
    requiredSince: Temporal.PlainDate.from('2026-11-01'),
    graceDays: 30,
  };
  const old = [passedOn('2026-10-01')];
  t.same(statusOn('2026-10-31', old, module), ['current', true], 'before');
  t.same(statusOn('2026-11-01', old, { ...module, graceDays: 0 }), ['not started', false]);
  t.same(statusOn('2026-11-01', old, module), ['due soon', true], 'in grace');
  t.same(statusOn('2026-12-01', old, module), ['due soon', true], 'the last day of grace');
  t.same(statusOn('2026-12-02', old, module), ['not started', false]);
  t.same(statusOn('2026-12-02', [...old, passedOn('2026-11-20', 2)], module), ['current', true]);
});

t.test('there is no time to catch up with what someone lacked before', async (t) => {
  const since = { requiredSince: Temporal.PlainDate.from('2026-11-01'), graceDays: 30 };
  const newVersion = { ...since, countsFromVersion: 2 };
  t.same(statusOn('2026-11-02', [], newVersion), ['not started', false], 'who never took it');
  t.same(
    statusOn('2026-11-02', [passedOn('2025-10-30')], newVersion),
    ['not started', false],
    'it had run out',
  );
  t.same(statusOn('2026-11-02', [passedOn('2025-10-31')], newVersion), ['due soon', true], 'its last day');
  t.same(statusOn('2026-11-02', [passedOn('2026-11-01')], newVersion), ['not started', false], 'too late');
  const shorter = { ...since, validityMonths: 6 };
  t.same(statusOn('2026-11-02', [passedOn('2026-01-10')], shorter), ['due soon', true]);
  t.same(statusOn('2026-11-02', [passedOn('2025-10-30')], shorter), ['expired', false]);
  const forLeads = { mandatoryFor: ['lead' as const], validityMonths: 12, countsFromVersion: 1 };
  t.same(statusOn('2026-11-02', [], { ...since, earlier: forLeads }), ['due soon', true], 'new to champions');
});
