import { type Kysely, sql } from 'kysely';

/** The secret addresses of champions' own calendars, by their hashes. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create table calendar_links (
      champion_id uuid primary key references champions,
      id uuid not null unique,
      secret_hash bytea not null unique,
      made_at timestamptz not null
    )`.execute(db);
};
