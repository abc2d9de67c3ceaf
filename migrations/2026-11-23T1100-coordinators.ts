import { type Kysely, sql } from 'kysely';

/** Coordinators, the areas they look after, and the record of what they did and read. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create table coordinators (
      id uuid primary key,
      full_name text not null,
      email text not null,
      email_key text not null,
      administrator boolean not null default false,
      created_at timestamptz not null,
      ended_at timestamptz
    )`.execute(db);
  // One coordinator an address, until they end: findLiveByEmail relies on it.
  await sql`
    create unique index one_coordinator_an_address on coordinators (email_key)
    where ended_at is null`.execute(db);

  await sql`
    create table coordinator_areas (
      coordinator_id uuid not null references coordinators,
      area_id uuid not null references areas,
      primary key (coordinator_id, area_id)
    )`.execute(db);
  // The coordinators of an area.
  await sql`create index coordinators_of_an_area on coordinator_areas (area_id)`.execute(db);

  await sql`alter table sign_in_codes add column coordinator_id uuid references coordinators`.execute(db);
  await sql`alter table browser_sessions add column coordinator_id uuid references coordinators`.execute(db);
  // The devices on which a coordinator is signed in.
  await sql`create index browser_sessions_of_a_coordinator on browser_sessions (coordinator_id)`.execute(db);

  await sql`
    create table audit_entries (
      id uuid primary key,
      at timestamptz not null,
      coordinator_id uuid references coordinators,
      action text not null,
      subject_kind text not null,
      subject_id uuid,
      area_id uuid references areas,
      request_id uuid,
      details jsonb not null default '{}'
    )`.execute(db);
  // The newest entries of all, of one coordinator, and about one thing.
  await sql`create index audit_entries_in_time on audit_entries (at desc, id desc)`.execute(db);
  await sql`create index audit_entries_by_coordinator on audit_entries (coordinator_id, at desc, id desc)`.execute(
    db,
  );
  await sql`create index audit_entries_about on audit_entries (subject_id, at desc, id desc)`.execute(db);
  await sql`
    create function refuse_any_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is only ever added to', tg_table_name using errcode = 'integrity_constraint_violation';
    end $$`.execute(db);
  await sql`
    create trigger only_added_to before update or delete on audit_entries
    for each row execute function refuse_any_change()`.execute(db);
  await sql`
    create trigger never_emptied before truncate on audit_entries
    for each statement execute function refuse_any_change()`.execute(db);
};
