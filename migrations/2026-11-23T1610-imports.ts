import { type Kysely, sql } from 'kysely';

/** Files of events between their preview and their confirmation. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create table imports (
      id uuid primary key,
      coordinator_id uuid not null references coordinators,
      rows jsonb not null,
      made_at timestamptz not null,
      expires_at timestamptz not null,
      done_at timestamptz
    )`.execute(db);
  // saveImport sweeps those that nobody confirmed.
  await sql`create index imports_by_expiry on imports (expires_at)`.execute(db);
};
