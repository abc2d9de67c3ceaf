import type { Db, Trx } from '../db.ts';
import type { ModuleWay } from '../schema.ts';
import type { ModuleTerms } from './standing.ts';

/** A module as champions and coordinators see it. */
export interface Module extends ModuleTerms {
  slug: string;
  name: string;
  calendarTitle: string;
  summary: string;
  induction: boolean;
  ways: ModuleWay[];
  version: number;
}

/** The modules that can be taken, in the order in which champions take them. */
export const listModules = async (db: Db | Trx): Promise<Module[]> => {
  const rows = await db
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
    ])
    .where('closed_at', 'is', null)
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    ...row,
    requiredSince: row.requiredSince === null ? null : Temporal.PlainDate.from(row.requiredSince),
  }));
};
