import { randomUUIDv7 } from 'node:crypto';
import { type SqlBool, sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { Role, TrainingSource } from '../schema.ts';
import { listModules } from './modules.ts';
import { type Pass, standingOn } from './standing.ts';

const dayOf = (date: string) => Temporal.PlainDate.from(date);

/** The condition that no later record corrects this one, and that it is a pass; of a table or alias `training_records`. */
export const countsStill = sql<SqlBool>`training_records.outcome = 'passed' and not exists (
  select from training_records successor where successor.supersedes = training_records.id)`;

/** What these champions have passed, by champion; who has passed nothing is left out. */
export const passesOf = async (db: Db | Trx, championIds: string[]): Promise<Map<string, Pass[]>> => {
  const rows = await db
    .selectFrom('training_records')
    .select(['champion_id', 'module_id', 'module_version', 'passed_on', 'expires_on'])
    .where('champion_id', '=', sql<string>`any(${championIds}::uuid[])`)
    .where(countsStill)
    .execute();
  return Map.groupBy(
    rows.map((row) => ({
      championId: row.champion_id,
      moduleId: row.module_id,
      moduleVersion: row.module_version,
      passedOn: dayOf(row.passed_on),
      expiresOn: row.expires_on === null ? null : dayOf(row.expires_on),
    })),
    ({ championId }) => championId,
  );
};

/** The modules for which these champions hold a place at a session to come, by champion. */
export const bookedModulesOf = async (
  db: Db | Trx,
  championIds: string[],
  now: Temporal.Instant,
): Promise<Map<string, Set<string>>> => {
  const rows = await db
    .selectFrom('bookings')
    .innerJoin('sessions', 'sessions.id', 'bookings.session_id')
    .select(['bookings.champion_id', 'sessions.module_id'])
    .where('bookings.champion_id', '=', sql<string>`any(${championIds}::uuid[])`)
    .where('bookings.state', '=', sql.lit('booked' as const))
    .where('sessions.state', '=', 'scheduled')
    .where('sessions.ends_at', '>', now)
    .execute();
  return new Map(
    Map.groupBy(rows, ({ champion_id }) => champion_id)
      .entries()
      .map(([champion, held]) => [champion, new Set(held.map(({ module_id }) => module_id))]),
  );
};

export interface NewRecord {
  championId: string;
  moduleId: string;
  passedOn: Temporal.PlainDate;
  source: TrainingSource;
  bookingId?: string;
  /** In percent. */
  score?: number;
  /** The coordinator who says so; null where the person passed a quiz, or another system says it. */
  recordedBy: string | null;
  now: Temporal.Instant;
}

/**
 * Writes down that a champion passed a module, in its present version.
 * @returns the record's id; undefined where this booking has brought one already
 * @throws the violation of `passed_only_who_attended` where the booking is not one of someone who was there
 */
export const recordPass = async (trx: Trx, record: NewRecord) => {
  const written = await trx
    .insertInto('training_records')
    .values(({ selectFrom }) => ({
      id: randomUUIDv7(),
      champion_id: record.championId,
      module_id: record.moduleId,
      module_version: selectFrom('modules').select('version').where('id', '=', record.moduleId),
      passed_on: record.passedOn.toString(),
      expires_on: null,
      source: record.source,
      booking_id: record.bookingId ?? null,
      reference: null,
      score: record.score ?? null,
      supersedes: null,
      reason: null,
      recorded_at: record.now,
      recorded_by: record.recordedBy,
    }))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return written?.id;
};

export interface Correction {
  recordId: string;
  /** The right day; null where they had not passed at all. */
  passedOn: Temporal.PlainDate | null;
  reason: string;
  recordedBy: string | null;
  now: Temporal.Instant;
}

/**
 * Corrects a record by one that supersedes it. The last day that another system named stays.
 * @returns the new record's id; undefined where there is no such record, or another one corrected it already
 */
export const correctRecord = async (
  trx: Trx,
  { recordId, passedOn, reason, recordedBy, now }: Correction,
) => {
  const wrong = await trx
    .selectFrom('training_records')
    .selectAll()
    .where('id', '=', recordId)
    .executeTakeFirst();
  if (!wrong) return undefined;
  const written = await trx
    .insertInto('training_records')
    .values({
      ...wrong,
      id: randomUUIDv7(),
      outcome: passedOn ? 'passed' : 'void',
      passed_on: passedOn?.toString() ?? wrong.passed_on,
      supersedes: wrong.id,
      reason,
      recorded_at: now,
      recorded_by: recordedBy,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return written?.id;
};

/** A champion's standing on a day: see `standingOn`. */
export const standingOf = async (
  db: Db | Trx,
  champion: { id: string; confirmedAt: Temporal.Instant | null },
  {
    day,
    role,
    timeZone,
    now,
  }: { day: Temporal.PlainDate; role?: Role; timeZone: string; now: Temporal.Instant },
) => {
  const [terms, passes, booked] = await Promise.all([
    listModules(db),
    passesOf(db, [champion.id]),
    bookedModulesOf(db, [champion.id], now),
  ]);
  return standingOn(terms, passes.get(champion.id) ?? [], {
    day,
    role,
    confirmedOn: champion.confirmedAt?.toZonedDateTimeISO(timeZone).toPlainDate() ?? null,
    booked: booked.get(champion.id) ?? new Set(),
  });
};

/** Whether a champion has, on a day, every module that a role asks for. */
export const isCurrentOn = async (
  db: Db | Trx,
  champion: { id: string; confirmedAt: Temporal.Instant | null },
  question: Parameters<typeof standingOf>[2],
) => (await standingOf(db, champion, question)).current;
