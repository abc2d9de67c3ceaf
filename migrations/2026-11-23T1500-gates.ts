import { type Kysely, sql } from 'kysely';

/** The way of an event to its day: what has to be in place before it is published, and how it went. */
export const up = async (db: Kysely<unknown>) => {
  // Withheld: cancelled before anyone outside had heard of it, so the public pages never tell of it.
  await sql`
    alter table events
      add column venue_requested_at timestamptz,
      add column postponed_at timestamptz,
      add column postponed_reason text,
      add column withheld boolean not null default false`.execute(db);

  await sql`
    create table event_files (
      id uuid primary key,
      event_id uuid not null references events on delete cascade,
      name text not null,
      content_type text not null check (content_type in (
        'application/pdf', 'image/png', 'image/jpeg', 'image/webp', 'image/gif')),
      content bytea not null check (octet_length(content) between 1 and 5242880),
      added_at timestamptz not null,
      added_by uuid references coordinators
    )`.execute(db);
  // The files of an event: its deletion.
  await sql`create index event_files_of_an_event on event_files (event_id)`.execute(db);

  await sql`
    create table event_gates (
      id uuid primary key,
      event_id uuid not null references events on delete cascade,
      gate text not null check (gate in (
        'permission', 'risk assessment', 'insurance', 'lead', 'briefing', 'kit')),
      passed_at timestamptz not null,
      passed_by uuid references coordinators,
      note text not null default '',
      insured_for integer check (insured_for >= 0),
      file_id uuid references event_files on delete set null,
      reopened_at timestamptz,
      reopened_by uuid references coordinators,
      reopened_reason text,
      check ((gate = 'insurance') = (insured_for is not null)),
      check ((reopened_at is null) = (reopened_reason is null))
    )`.execute(db);
  // A gate is passed once until it is reopened; of an event, all that was ever passed.
  await sql`
    create unique index one_pass_a_gate on event_gates (event_id, gate)
    where reopened_at is null`.execute(db);
  await sql`create index event_gates_of_an_event on event_gates (event_id, passed_at)`.execute(db);

  await sql`
    create table event_reports (
      event_id uuid primary key references events on delete cascade,
      people integer not null check (people >= 0),
      note text not null default '',
      reported_at timestamptz not null,
      reported_by uuid references coordinators
    )`.execute(db);
};
