import { type Kysely, sql } from 'kysely';

/** Champions' certificates by their codes, and the keys that sign what they download. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create table certificates (
      id uuid primary key,
      champion_id uuid not null references champions,
      code text not null check (code ~ '^[2-9A-HJKMNP-TV-Z]{16}$'),
      status_index integer generated always as identity (minvalue 0 start with 0),
      made_at timestamptz not null,
      ended_at timestamptz check (ended_at >= made_at)
    )`.execute(db);
  // What a guard asks for.
  await sql`create unique index certificates_by_code on certificates (code)`.execute(db);
  // Also: a champion's own.
  await sql`
    create unique index one_live_certificate on certificates (champion_id) where ended_at is null`.execute(
    db,
  );
  // The certificates of one status list.
  await sql`create unique index certificates_by_status_index on certificates (status_index)`.execute(db);

  await sql`
    create table issuer_keys (
      id uuid primary key,
      public_key text not null unique,
      sealed_key bytea not null,
      made_at timestamptz not null,
      retired_at timestamptz
    )`.execute(db);
  // Two processes that start together make one key.
  await sql`create unique index one_issuer_key on issuer_keys ((true)) where retired_at is null`.execute(db);
};
