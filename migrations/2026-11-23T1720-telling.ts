import { type Kysely, sql } from 'kysely';

/** Changes whose holders are still to be told, and the reminders that have gone out. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create table tellings (
      event_id uuid primary key references events on delete cascade,
      due_at timestamptz not null
    )`.execute(db);
  // The sweep of tellings that no job took up.
  await sql`create index tellings_in_time on tellings (due_at)`.execute(db);

  await sql`
    create table reminders_sent (
      invite_id uuid not null references invites on delete cascade,
      before text not null check (before in ('week', 'day', 'morning')),
      starts_on date not null,
      sent_at timestamptz not null,
      primary key (invite_id, before, starts_on)
    )`.execute(db);
};
