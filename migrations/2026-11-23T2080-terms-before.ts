import { type Kysely, sql } from 'kysely';

/** What a module asked before it began to ask for more: who lacked that has no time to catch up. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    alter table modules
      add column mandatory_before text[] not null default '{}',
      add column validity_months_before integer check (validity_months_before > 0),
      add column counts_from_version_before integer not null default 1`.execute(db);
  // Whether a champion had what a module asked of champions until it began to ask for more: as `metEarlier`.
  // Found by training_records_of_a_champion.
  await sql`
    create function met_terms_before(champion uuid, module uuid) returns boolean language sql stable as $$
      select not 'champion' = any(m.mandatory_before) or exists (
        select from training_records r
        where r.champion_id = champion and r.module_id = m.id and r.outcome = 'passed'
          and r.module_version >= m.counts_from_version_before and r.passed_on < m.required_since
          and last_day_of(r.passed_on, r.expires_on, m.validity_months_before) >= m.required_since - 1
          and not exists (select from training_records successor where successor.supersedes = r.id))
      from modules m where m.id = module
    $$`.execute(db);
};
