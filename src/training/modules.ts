import type { Selectable } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { ModuleWay, Schema } from '../schema.ts';
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

export const MODULE_COLUMNS = [
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
  'required_since',
  'grace_days as graceDays',
  'mandatory_before',
  'validity_months_before',
  'counts_from_version_before',
] as const;

type Kept = Pick<
  Selectable<Schema['modules']>,
  'required_since' | 'mandatory_before' | 'validity_months_before' | 'counts_from_version_before'
>;

/** A row of `MODULE_COLUMNS`, with its terms as `ModuleTerms` has them. */
export const withTerms = <R extends Kept>({
  required_since,
  mandatory_before,
  validity_months_before,
  counts_from_version_before,
  ...row
}: R) => ({
  ...row,
  requiredSince: required_since === null ? null : Temporal.PlainDate.from(required_since),
  earlier: {
    mandatoryFor: mandatory_before,
    validityMonths: validity_months_before,
    countsFromVersion: counts_from_version_before,
  },
});

/** The modules that can be taken, in the order in which champions take them. */
export const listModules = async (db: Db | Trx): Promise<Module[]> => {
  const rows = await db
    .selectFrom('modules')
    .select(MODULE_COLUMNS)
    .where('closed_at', 'is', null)
    .orderBy('position')
    .execute();
  return rows.map(withTerms);
};
