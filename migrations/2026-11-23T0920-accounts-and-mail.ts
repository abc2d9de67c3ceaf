import { type Kysely, sql } from 'kysely';

/** Sign-in, rate limits, and the mail log. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create table sign_in_codes (
      id uuid primary key,
      email_key text not null unique,
      email text not null,
      champion_id uuid references champions,
      sign_up_id uuid references sign_ups,
      browser_hash bytea not null,
      tries integer not null default 0,
      created_at timestamptz not null,
      expires_at timestamptz not null
    )`.execute(db);
  // The live codes that a browser asked for: spendCode.
  await sql`create index sign_in_codes_of_a_browser on sign_in_codes (browser_hash)`.execute(db);
  // The sweep of codes that ran out.
  await sql`create index sign_in_codes_in_time on sign_in_codes (expires_at)`.execute(db);

  await sql`
    create table browser_sessions (
      id_hash bytea primary key,
      champion_id uuid references champions,
      data jsonb not null,
      created_at timestamptz not null,
      expires_at timestamptz not null
    )`.execute(db);
  // Signing a champion out everywhere.
  await sql`create index browser_sessions_of_a_champion on browser_sessions (champion_id)`.execute(db);
  // The sweep of sessions that ran out.
  await sql`create index browser_sessions_in_time on browser_sessions (expires_at)`.execute(db);

  // Unlogged: a crash may forget the counts, and counting costs no flush to disk.
  await sql`
    create unlogged table rate_limits (
      key text primary key,
      hits integer not null,
      resets_at timestamptz not null
    )`.execute(db);

  await sql`
    create table messages (
      id uuid primary key,
      champion_id uuid references champions,
      kind text not null,
      recipient text not null,
      data jsonb not null,
      invite jsonb,
      state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'retrying', 'failed')),
      attempts integer not null default 0,
      last_error text,
      created_at timestamptz not null,
      sent_at timestamptz,
      check ((state = 'sent') = (sent_at is not null))
    )`.execute(db);
  // The messages of a champion: erasure, and what a coordinator sees of them.
  await sql`create index messages_of_a_champion on messages (champion_id)`.execute(db);
  // What is not sent yet, or failed: the mail log's first page and its metric.
  await sql`create index messages_unsent on messages (state, created_at) where state <> 'sent'`.execute(db);

  await sql`
    create table captured_messages (
      message_id uuid primary key references messages,
      raw bytea not null,
      captured_at timestamptz not null
    )`.execute(db);
};
