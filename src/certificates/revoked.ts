import { sql } from 'kysely';
import type { Db } from '../db.ts';

/** That a module is not held against this champion yet: see `graceOf` in `training/standing.ts`. */
const inGrace = (day: string, timeZone: string) => sql<boolean>`coalesce(
  modules.grace_days > 0
  and (champions.confirmed_at at time zone ${timeZone})::date < modules.required_since
  and ${day}::date <= modules.required_since + modules.grace_days
  and met_terms_before(champions.id, modules.id), false)`;

/** The condition that a module is asked of every champion on a day. */
const isAsked = (day: string) => sql<boolean>`modules.closed_at is null
  and 'champion' = any(modules.mandatory_for)
  and (modules.required_since is null or modules.required_since <= ${day}::date)`;

const goesOn = sql<boolean>`certificates.ended_at is null
  and champions.state in ('confirmed', 'in training', 'active', 'lapsed')`;

interface Asked {
  /** Places in the status lists: from the first, up to the second. */
  from: number;
  to: number;
  /** Today: it goes by `module_last_days`, which does not look at other days. */
  day: Temporal.PlainDate;
  timeZone: string;
}

/**
 * Of the certificates in a stretch of the status lists, those that are not valid today: the same answer as
 * `championStanding` of each, in one query. Few certificates are found by `certificates_by_status_index` and the key of
 * `module_last_days`; of many, those tables are read once.
 */
export const revokedIndexes = async (db: Db, { from, to, day, timeZone }: Asked) => {
  const today = day.toString();
  const inThisList = db
    .selectFrom('certificates')
    .innerJoin('champions', 'champions.id', 'certificates.champion_id')
    .select('certificates.status_index as index')
    .where('certificates.status_index', '>=', from)
    .where('certificates.status_index', '<', to);
  const lacking = inThisList
    .innerJoin('modules', (join) => join.onTrue())
    .leftJoin('module_last_days', (join) =>
      join
        .onRef('module_last_days.champion_id', '=', 'champions.id')
        .onRef('module_last_days.module_id', '=', 'modules.id')
        .on('module_last_days.last_day', '>=', today),
    )
    .where('module_last_days.champion_id', 'is', null)
    .where(goesOn)
    .where(isAsked(today))
    .where(sql<boolean>`not ${inGrace(today, timeZone)}`);
  const rows = await inThisList.where(sql<boolean>`not (${goesOn})`).union(lacking).execute();
  return rows.map(({ index }) => index);
};
