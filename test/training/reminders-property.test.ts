import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { remindToRenew } from '../../src/training/reminders.ts';
import { testApp } from '../helper.ts';
import { makeChampion, makeModule, makeRecord } from '../make.ts';

const FIRST = Temporal.PlainDate.from('2026-09-01');
const MONTHS = [12, 6];
/** Each reminder's stretch: from so many days before the last day, to so many. */
const STRETCHES = [
  [60, 31],
  [30, 8],
  [7, 1],
  [0, 0],
] as const;

const situation = fc.record({
  timeZone: fc.constantFrom('Europe/London', 'America/St_Johns', 'Pacific/Auckland'),
  passes: fc.array(
    fc.record({
      person: fc.nat(2),
      module: fc.nat(MONTHS.length - 1),
      day: fc.integer({ min: -330, max: 60 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  /** When the schedule runs, in minutes after the first day began; some twice at once. */
  runs: fc.array(fc.integer({ min: 0, max: 150 * 24 * 60 }), { minLength: 1, maxLength: 14 }),
});

const between = (from: Temporal.PlainDate, to: Temporal.PlainDate) => from.until(to).days;

t.test('every reminder once at the most, and once where the schedule ran in its time', async (t) => {
  const { db, queue } = await testApp(t);
  const modules = await Promise.all(
    MONTHS.map((validity_months, index) =>
      makeModule(db, { name: `m${index}`, validity_months, mandatory_for: ['champion'], induction: false }),
    ),
  );

  const told = async (situation: { timeZone: string; passes: Pass[]; runs: number[] }) => {
    for (const table of ['renewal_reminders', 'module_last_days', 'training_records', 'messages'] as const)
      await db.deleteFrom(table).execute();
    await db.deleteFrom('champions').execute();
    await db.updateTable('programme').set({ time_zone: situation.timeZone }).execute();
    const people = [await makeChampion(db), await makeChampion(db), await makeChampion(db)];
    const toWrite = situation.passes.toSorted((a, b) => a.day - b.day);
    for (const run of situation.runs.toSorted((a, b) => a - b)) {
      const now = FIRST.toZonedDateTime(situation.timeZone).add({ minutes: run });
      while (toWrite[0] && toWrite[0].day <= between(FIRST, now.toPlainDate())) {
        const { person, module, day } = toWrite.shift()!;
        const passed_on = FIRST.add({ days: day }).toString();
        await makeRecord(db, { champion_id: people[person]!.id, module_id: modules[module]!.id, passed_on });
      }
      await Promise.all([1, 2].map(() => remindToRenew(db, queue, now.toInstant())));
    }
    const rows = await db.selectFrom('renewal_reminders').selectAll().execute();
    const messages = await db.selectFrom('messages').select(['champion_id', 'data']).execute();
    const number = (id: string | null) => people.findIndex((person) => person.id === id);
    return {
      reminders: rows.map((row) =>
        [
          number(row.champion_id),
          modules.findIndex(({ id }) => id === row.module_id),
          row.last_day,
          row.days_before,
        ].join(' '),
      ),
      items: messages.flatMap(({ champion_id, data }) =>
        (data.items as { name: string }[]).map(({ name }) => `${number(champion_id)} ${name.slice(1)}`),
      ),
    };
  };

  /** By the meaning of the words: for each run, where the last day lies. */
  const expected = ({ timeZone, passes, runs }: { timeZone: string; passes: Pass[]; runs: number[] }) => {
    const keys = new Set<string>();
    for (const run of runs) {
      const now = FIRST.toZonedDateTime(timeZone).add({ minutes: run });
      if (now.hour < 9) continue;
      const today = now.toPlainDate();
      for (const [person, module] of [0, 1, 2].flatMap((who) =>
        MONTHS.map((_, which) => [who, which] as const),
      )) {
        const ends = passes
          .filter((pass) => pass.person === person && pass.module === module)
          .filter(({ day }) => day <= between(FIRST, today))
          .map(({ day }) => FIRST.add({ days: day }).add({ months: MONTHS[module]! }))
          .sort(Temporal.PlainDate.compare);
        const last = ends.at(-1);
        const stretch =
          last && STRETCHES.find(([from, to]) => between(today, last) <= from && between(today, last) >= to);
        if (stretch) keys.add(`${person} ${module} ${last} ${stretch[0]}`);
      }
    }
    return [...keys];
  };

  await fc.assert(
    fc.asyncProperty(situation, async (now) => {
      const { reminders, items } = await told(now);
      const wanted = expected(now);
      assert.deepEqual(reminders.sort(), wanted.sort());
      const named = wanted.map((key) => key.split(' ').slice(0, 2).join(' '));
      assert.deepEqual(items.sort(), named.sort(), 'each is in one message');
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

interface Pass {
  person: number;
  module: number;
  day: number;
}
