import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { areasOf } from '../accounts/coordinators.ts';
import type { Db, Trx } from '../db.ts';
import type { EventPlan } from '../events/plan.ts';
import { type PlannedEvent, plansIn } from '../events/plans.ts';
import { refusalOf } from '../events/states.ts';
import { formatWhen } from '../time.ts';
import { type Fit, fitPlans } from './fit.ts';
import type { EventRow } from './import-file.ts';
import { type Choices, type FilePlan, type Problem, readRow } from './import-rows.ts';
import { listPitches, placeWords } from './pitches.ts';

/** A value of an event that a file changes, in words. */
export interface Difference {
  what: string;
  from: string;
  to: string;
}

interface Fitting {
  row: number;
  plan: EventPlan;
  current?: PlannedEvent;
  differences: Difference[];
}

/** What a file would do; every row is in one of the lists. */
export interface Preview {
  added: Fitting[];
  changed: (Fitting & { current: PlannedEvent })[];
  same: number;
  refused: { row: number; reference: string; problems: Problem[] }[];
  choices: Choices;
}

const readChoices = async (db: Db | Trx, areaIds: string[], timeZone: string): Promise<Choices> => ({
  pitches: await listPitches(db, areaIds),
  campaigns: await db.selectFrom('campaigns').select(['id', 'slug', 'name']).execute(),
  areas: await db
    .selectFrom('areas')
    .select(['id', 'name'])
    .where('id', '=', areasOf({ areaIds }))
    .orderBy('name')
    .execute(),
  timeZone,
});

/**
 * The events of these areas with these references, and which references are elsewhere. The end of an event's address
 * stands for it where it has none: that is what our own file says.
 */
const findKnown = async (db: Db | Trx, areaIds: string[], references: string[]) => {
  const wanted = sql<string>`any(${references}::text[])`;
  const ours = await plansIn(db, areaIds)
    .where((eb) => eb.or([eb('events.reference', '=', wanted), eb('events.slug', '=', wanted)]))
    .execute();
  const all = await db
    .selectFrom('events')
    .select(['id', 'reference', 'slug'])
    .where((eb) => eb.or([eb('reference', '=', wanted), eb('slug', '=', wanted)]))
    .execute();
  const mine = new Set(ours.map(({ id }) => id));
  return {
    byReference: new Map<string | null, PlannedEvent>(
      ours.flatMap((event) =>
        [event.slug, event.reference ?? event.slug].map((name) => [name, event] as const),
      ),
    ),
    elsewhere: new Set(
      all.filter(({ id }) => !mine.has(id)).flatMap(({ reference, slug }) => [slug, reference ?? slug]),
    ),
  };
};

/** What differs, in words: 'Saturday 16 October, 11am to 3pm' → 'Sunday 17 October, 11am to 3pm'. */
const differencesOf = (current: EventPlan, plan: FilePlan, choices: Choices, now: Temporal.Instant) => {
  const { pitches, campaigns, timeZone } = choices;
  const said = (event: FilePlan): [what: string, words: string, key: unknown][] => [
    ['Title', event.title, event.title],
    ['Kind', event.kind, event.kind],
    ['When', formatWhen(event.startsAt, event.endsAt, timeZone, now), `${event.startsAt} ${event.endsAt}`],
    ['Where', placeWords(pitches.find(({ id }) => id === event.pitchId)), event.pitchId],
    ['Address', event.onlineUrl ?? 'None', event.onlineUrl],
    ['Campaign', campaigns.find(({ id }) => id === event.campaignId)?.name ?? 'None', event.campaignId],
    ['Summary', event.summary, event.summary],
    ['What to expect', event.whatToExpect, event.whatToExpect],
    ['Run by', event.runBy, event.runBy],
    ['Capacity', event.capacity === null ? 'None' : String(event.capacity), event.capacity],
  ];
  const after = said(plan);
  return said(current).flatMap(([what, from, key], at): Difference[] => {
    const [, to, next] = after[at]!;
    return key === next ? [] : [{ what, from, to }];
  });
};

const EDIT_REFUSED = {
  cancelled: 'This event is cancelled, so it cannot be changed',
  over: 'This event is over, so it cannot be changed',
} as Record<string, string>;

/** Why a plan may not be made or changed now, whatever else is planned. */
const refusedNow = (
  plan: FilePlan,
  current: PlannedEvent | undefined,
  now: Temporal.Instant,
): Problem | undefined => {
  const refused = current && refusalOf('edit', current, now, false);
  if (refused)
    return { column: null, words: EDIT_REFUSED[refused] ?? 'This event cannot be changed any more' };
  const moved = !current?.startsAt.equals(plan.startsAt);
  if (
    (moved && Temporal.Instant.compare(plan.startsAt, now) <= 0) ||
    Temporal.Instant.compare(plan.endsAt, now) <= 0
  )
    return { column: 'date', words: 'That time is over. Choose one that is still to come' };
  return undefined;
};

const fitProblem = (fit: Fit, rows: readonly Fitting[]): Problem | undefined => {
  if (fit.fits) {
    const [kit] = fit.kitTaken;
    return kit && { column: null, words: `‘${kit.name}’ goes with it, and is in use at that time` };
  }
  if (fit.why === 'pitch taken') return { column: 'pitch', words: 'This pitch is taken then by', by: fit.by };
  if (fit.why === 'taken before')
    return { column: 'pitch', words: `Row ${rows[fit.at]!.row} has this pitch at that time` };
  return { column: 'pitch', words: 'This pitch is not to be chosen any more' };
};

/**
 * Sets the plans that find no place apart. What a refused change does not leave may be what another row moves into, so
 * it looks again until nothing more is refused.
 */
const findPlaces = async (db: Db | Trx, choices: Choices, wanted: readonly Fitting[]) => {
  const problems = new Map<Fitting, Problem>();
  for (;;) {
    const rows = wanted.filter((row) => !problems.has(row));
    const fits = await fitPlans(
      db,
      choices.pitches,
      rows.map(({ plan }) => plan),
      rows.flatMap(({ current }) => current?.id ?? []),
    );
    const before = problems.size;
    for (const [at, row] of rows.entries()) {
      const problem = fitProblem(fits[at]!, rows);
      if (problem) problems.set(row, problem);
    }
    if (problems.size === before || !rows.some((row) => row.current && problems.has(row))) return problems;
  }
};

/** What a file would do now: nothing is written. */
export const previewImport = async (
  db: Db | Trx,
  areaIds: string[],
  rows: readonly EventRow[],
  timeZone: string,
  now: Temporal.Instant,
): Promise<Preview> => {
  const choices = await readChoices(db, areaIds, timeZone);
  const known = await findKnown(db, areaIds, rows.map(({ cells }) => cells.reference).filter(Boolean));
  const refused: Preview['refused'] = [];
  const wanted: Fitting[] = [];
  const firstRow = new Map<string, number>();
  let same = 0;
  for (const fileRow of rows) {
    const { row, cells } = fileRow;
    const refuse = (...problems: Problem[]) => refused.push({ row, reference: cells.reference, problems });
    const read = readRow(fileRow, choices);
    const earlier = firstRow.get(cells.reference);
    if (cells.reference && earlier === undefined) firstRow.set(cells.reference, row);
    if ('problems' in read) refuse(...read.problems);
    else if (earlier !== undefined)
      refuse({ column: 'reference', words: `Row ${earlier} has the same reference. Give each its own` });
    else if (known.elsewhere.has(cells.reference))
      refuse({ column: 'reference', words: 'An event of another area has this reference' });
    else {
      const current = known.byReference.get(read.plan.reference);
      const differences = current ? differencesOf(current, read.plan, choices, now) : [];
      const problem = refusedNow(read.plan, current, now);
      if (current && differences.length === 0) same++;
      else if (problem) refuse(problem);
      else {
        const kept = { leadId: current?.leadId ?? null, kitItemIds: current?.kitItemIds ?? [] };
        wanted.push({ row, plan: { ...read.plan, ...kept }, current, differences });
      }
    }
  }
  const problems = await findPlaces(db, choices, wanted);
  for (const [{ row, plan }, problem] of problems)
    refused.push({ row, reference: plan.reference!, problems: [problem] });
  const fitting = wanted.filter((row) => !problems.has(row));
  return {
    added: fitting.filter(({ current }) => !current),
    changed: fitting.filter((row): row is Preview['changed'][number] => row.current !== undefined),
    same,
    refused: refused.sort((a, b) => a.row - b.row),
    choices,
  };
};

/** Stands for all that a preview says: another one means that something was planned meanwhile. */
export const fingerprintOf = ({ added, changed, same, refused }: Preview) =>
  createHash('sha256')
    .update(
      JSON.stringify([
        added.map(({ row }) => row),
        changed.map(({ row, current, differences }) => [row, current.version, differences]),
        same,
        refused,
      ]),
    )
    .digest('base64url');
