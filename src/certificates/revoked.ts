import { sql } from 'kysely';
import type { Db } from '../db.ts';

/** That a module is not held against this champion yet: see `graceOf` in `training/standing.ts`. */
const inGrace = (day: string, timeZone: string) => sql<boolean>`coalesce(
  modules.grace_days > 0
  and (champions.confirmed_at at time zone ${timeZone})::date < modules.required_since
  and ${day}::date <= modules.required_since + modules.grace_days, false)`;

const hasPassed = (day: string) => sql<boolean>`exists (
  select from training_records
  where training_records.champion_id = champions.id
    and training_records.module_id = modules.id
    and training_records.outcome = 'passed'
    and training_records.module_version >= modules.counts_from_version
    and training_records.passed_on <= ${day}::date
    and coalesce(
      training_records.expires_on,
      (training_records.passed_on + make_interval(months => modules.validity_months))::date,
      'infinity') >= ${day}::date
    and not exists (
      select from training_records successor where successor.supersedes = training_records.id))`;

const lacksAModule = (day: string, timeZone: string) => sql<boolean>`exists (
  select from modules
  where modules.closed_at is null
    and 'champion' = any(modules.mandatory_for)
    and (modules.required_since is null or modules.required_since <= ${day}::date)
    and not ${inGrace(day, timeZone)}
    and not ${hasPassed(day)})`;

/**
 * Of the certificates from one place in the status lists up to another, those that are not valid on a day: the same
 * answer as `championStanding` of each, in one query. It reads `certificates_by_status_index`, and for those who are
 * champions still, `training_records_of_a_champion`.
 */
export const revokedIndexes = async (
  db: Db,
  { from, to }: { from: number; to: number },
  { day, timeZone }: { day: Temporal.PlainDate; timeZone: string },
) => {
  const rows = await db
    .selectFrom('certificates')
    .innerJoin('champions', 'champions.id', 'certificates.champion_id')
    .select('certificates.status_index as index')
    .where('certificates.status_index', '>=', from)
    .where('certificates.status_index', '<', to)
    .where(
      sql<boolean>`(certificates.ended_at is not null
        or champions.state not in ('confirmed', 'in training', 'active', 'lapsed')
        or ${lacksAModule(day.toString(), timeZone)})`,
    )
    .execute();
  return rows.map(({ index }) => index);
};
