import { type Kysely, sql } from 'kysely';

/** Completions from other learning systems: by file, and by the keys with which those systems send them. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    alter table imports add column kind text not null default 'events' check (kind in ('events', 'completions'))`.execute(
    db,
  );

  await sql`
    create table api_keys (
      id uuid primary key,
      name text not null,
      scope text not null check (scope in ('completions')),
      secret_hash bytea not null,
      made_by uuid not null references coordinators,
      made_at timestamptz not null,
      last_used_at timestamptz,
      ended_at timestamptz
    )`.execute(db);

  await sql`
    create table module_activities (
      activity text primary key,
      module_id uuid not null references modules on delete cascade
    )`.execute(db);
  // The activities of each module, as administrators see them.
  await sql`create index activities_of_a_module on module_activities (module_id)`.execute(db);

  await sql`
    create table unused_statements (
      id uuid primary key,
      api_key_id uuid not null references api_keys,
      reason text not null check (reason in ('unknown person', 'unknown activity', 'other verb', 'not passed')),
      verb text not null,
      activity text not null,
      received_at timestamptz not null
    )`.execute(db);
  // The latest, and the sweep of old ones.
  await sql`create index unused_statements_in_time on unused_statements (received_at desc)`.execute(db);
};
