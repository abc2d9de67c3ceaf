import { type Kysely, sql } from 'kysely';

/** Which reminders to renew have gone out. */
export const up = async (db: Kysely<unknown>) => {
  // The key is what makes a second one impossible. Who is due is found by module_last_days_by_day.
  await sql`
    create table renewal_reminders (
      champion_id uuid not null references champions,
      module_id uuid not null references modules,
      last_day date not null,
      days_before integer not null check (days_before in (60, 30, 7, 0)),
      sent_at timestamptz not null,
      primary key (champion_id, module_id, last_day, days_before)
    )`.execute(db);
};
