import { type Kysely, sql } from 'kysely';

/** What coordinators show besides the code from their email: passkeys, an authenticator app, recovery codes. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create table passkeys (
      id uuid primary key,
      coordinator_id uuid not null references coordinators,
      credential_id text not null unique,
      public_key bytea not null,
      counter bigint not null,
      transports text[] not null,
      name text not null,
      created_at timestamptz not null,
      last_used_at timestamptz
    )`.execute(db);
  // The passkeys of a coordinator, and whether there is one: every request of theirs asks.
  await sql`create index passkeys_of_a_coordinator on passkeys (coordinator_id, created_at)`.execute(db);

  await sql`
    create table authenticator_apps (
      coordinator_id uuid primary key references coordinators,
      sealed_key bytea not null,
      last_used_step integer not null,
      created_at timestamptz not null,
      last_used_at timestamptz
    )`.execute(db);

  await sql`
    create table recovery_codes (
      coordinator_id uuid not null references coordinators,
      code_hash bytea not null,
      created_at timestamptz not null,
      used_at timestamptz,
      primary key (coordinator_id, code_hash)
    )`.execute(db);

  // What a passkey is to sign next: one a session, taken out by the answer.
  await sql`
    create table passkey_challenges (
      session_hash bytea primary key,
      purpose text not null check (purpose in ('add', 'show')),
      challenge text not null,
      expires_at timestamptz not null
    )`.execute(db);
  // The sweep of challenges that nobody answered.
  await sql`create index passkey_challenges_in_time on passkey_challenges (expires_at)`.execute(db);
};
