import { type Kysely, sql } from 'kysely';

/** What people are shown of the browsers in which they are signed in, and an id to end each by. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    alter table browser_sessions
      add column public_id uuid not null default gen_random_uuid() unique,
      add column device text not null default 'A browser',
      add column last_used_at timestamptz`.execute(db);
  await sql`update browser_sessions set last_used_at = created_at`.execute(db);
  await sql`alter table browser_sessions alter column last_used_at set not null`.execute(db);
};
