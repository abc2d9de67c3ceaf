import { type Kysely, sql } from 'kysely';

/** Codes that someone signed in asks for: to show again that an address is theirs, or that a new one is. */
export const up = async (db: Kysely<unknown>) => {
  // Gone with the session for which it was asked. Both statements find it by its session and purpose.
  await sql`
    create table account_codes (
      id uuid primary key,
      session_hash bytea not null references browser_sessions on delete cascade,
      purpose text not null check (purpose in ('check', 'new address')),
      email text not null,
      email_key text not null,
      tries integer not null default 0,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      constraint one_account_code_a_purpose unique (session_hash, purpose)
    )`.execute(db);
};
