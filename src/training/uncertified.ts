import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db } from '../db.ts';
import type { Role } from '../schema.ts';
import { rolesConcerned } from './module-terms.ts';
import { passesOf } from './records.ts';
import { graceEnd, type ModuleTerms, type Pass, standingOn } from './standing.ts';

/** So many champions are held in memory at once. */
const BATCH = 500;
export const NAMES_SHOWN = 50;

/** Who would not be current any more, on a day. */
export interface Loss {
  role: Role;
  day: Temporal.PlainDate;
  when: 'now' | 'after the grace';
  count: number;
  /** Of the coordinator's own areas. */
  ownCount: number;
  /** The first of those of the coordinator's own areas. */
  names: string[];
}

export interface ModuleChange {
  /** Every module as it is. */
  modules: ModuleTerms[];
  before: ModuleTerms | undefined;
  after: ModuleTerms;
}

interface Asking {
  actor: Actor;
  areaIds: string[];
  today: Temporal.PlainDate;
  timeZone: string;
  now: Temporal.Instant;
}

/** By the primary key: none is skipped or read twice, however many there are. */
const nextChampions = (db: Db, after: string | undefined) => {
  const query = db
    .selectFrom('champions')
    .select(['id', 'area_id as areaId', 'confirmed_at as confirmedAt'])
    .where('state', 'in', ['confirmed', 'in training', 'active', 'lapsed'])
    .orderBy('id')
    .limit(BATCH);
  return (after ? query.where('id', '>', after) : query).execute();
};

const NONE: ReadonlySet<string> = new Set();

/** The days to ask about: today, and the first day after the grace. */
const daysOf = (after: ModuleTerms, today: Temporal.PlainDate) => {
  const days: Pick<Loss, 'day' | 'when'>[] = [{ day: today, when: 'now' }];
  const later = graceEnd(after)?.add({ days: 1 });
  if (later && Temporal.PlainDate.compare(later, today) > 0)
    days.push({ day: later, when: 'after the grace' });
  return days;
};

/**
 * Whether someone who is current now, and would be on the day, is not any more once the change is saved. Most still have
 * the module that changes, so that is looked at first.
 */
const loses = (
  { modules, after }: ModuleChange,
  passes: Pass[],
  confirmedOn: Temporal.PlainDate | null,
  { role, day, today }: { role: Role; day: Temporal.PlainDate; today: Temporal.PlainDate },
) => {
  const question = { confirmedOn, booked: NONE, role };
  if (standingOn([after], passes, { ...question, day }).current) return false;
  const days = day.equals(today) ? [today] : [today, day];
  return days.every((one) => standingOn(modules, passes, { ...question, day: one }).current);
};

const namesOf = async (db: Db, ids: string[]) => {
  const rows = await db
    .selectFrom('champions')
    .select('full_name as name')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy(sql`lower(full_name)`)
    .execute();
  return rows.map(({ name }) => name);
};

/**
 * Whom a change to a module would un-certify, now and once its grace is over: everyone counted, and of the coordinator's
 * own areas the first by name. That their names were read is written down.
 */
export const whomItUncertifies = async (db: Db, change: ModuleChange, asking: Asking): Promise<Loss[]> => {
  const { actor, areaIds, today, timeZone, now } = asking;
  const losses = rolesConcerned(change.before, change.after).flatMap((role) =>
    daysOf(change.after, today).map((at) => ({ role, ...at, count: 0, ownCount: 0, ids: [] as string[] })),
  );
  let last: string | undefined;
  for (let batch = await nextChampions(db, last); losses.length > 0 && batch.length > 0; ) {
    const passes = await passesOf(
      db,
      batch.map(({ id }) => id),
    );
    for (const { id, areaId, confirmedAt } of batch) {
      const confirmedOn = confirmedAt?.toZonedDateTimeISO(timeZone).toPlainDate() ?? null;
      for (const loss of losses) {
        if (!loses(change, passes.get(id) ?? [], confirmedOn, { ...loss, today })) continue;
        loss.count++;
        if (!areaId || !areaIds.includes(areaId)) continue;
        loss.ownCount++;
        if (loss.ids.length < NAMES_SHOWN) loss.ids.push(id);
      }
    }
    last = batch.at(-1)!.id;
    batch = batch.length < BATCH ? [] : await nextChampions(db, last);
  }
  const named = await Promise.all(
    losses.map(async ({ ids, ...loss }) => ({
      ...loss,
      names: ids.length > 0 ? await namesOf(db, ids) : [],
    })),
  );
  if (named.some(({ names }) => names.length > 0)) {
    const read = Math.max(...named.map(({ names }) => names.length));
    const details = { what: 'names before a change', people: read };
    await audit(
      db,
      actor,
      { action: 'read', subjectKind: 'module', subjectId: change.before?.id ?? null, details },
      now,
    );
  }
  return named;
};
