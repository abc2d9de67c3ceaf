import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { Module } from './modules.ts';

/** A module as administrators keep it, retired ones included. */
export interface KeptModule extends Module {
  edits: number;
  closedAt: Temporal.Instant | null;
}

const selectKept = (db: Db | Trx) =>
  db
    .selectFrom('modules')
    .select([
      'id',
      'slug',
      'name',
      'calendar_title as calendarTitle',
      'summary',
      'induction',
      'ways',
      'version',
      'validity_months as validityMonths',
      'counts_from_version as countsFromVersion',
      'mandatory_for as mandatoryFor',
      'required_since as requiredSince',
      'grace_days as graceDays',
      'edits',
      'closed_at as closedAt',
    ]);

type Row = Awaited<ReturnType<ReturnType<typeof selectKept>['executeTakeFirstOrThrow']>>;

const toKept = (row: Row): KeptModule => ({
  ...row,
  requiredSince: row.requiredSince === null ? null : Temporal.PlainDate.from(row.requiredSince),
});

/** Every module in the order in which champions take them, retired ones last. */
export const listKeptModules = async (db: Db): Promise<KeptModule[]> => {
  const rows = await selectKept(db).orderBy(sql`closed_at is not null`).orderBy('position').execute();
  return rows.map(toKept);
};

export const findKeptModule = async (db: Db | Trx, slug: string): Promise<KeptModule | undefined> => {
  const row = await selectKept(db).where('slug', '=', slug).executeTakeFirst();
  return row && toKept(row);
};
