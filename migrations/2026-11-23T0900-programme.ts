import { type Kysely, sql } from 'kysely';

/** The programme, its places and what is on: everything that the public pages show. */
export const up = async (db: Kysely<unknown>) => {
  await sql`create extension if not exists btree_gist`.execute(db);

  await sql`
    create table programme (
      only_one boolean primary key default true check (only_one),
      name text not null,
      place text not null,
      time_zone text not null,
      contact_email text not null,
      app_name text not null,
      app_url text not null
    )`.execute(db);

  await sql`create table areas (id uuid primary key, slug text not null unique, name text not null)`.execute(
    db,
  );

  await sql`
    create table neighbourhoods (
      id uuid primary key,
      area_id uuid not null references areas,
      slug text not null unique,
      name text not null
    )`.execute(db);

  await sql`
    create table venues (
      id uuid primary key,
      neighbourhood_id uuid not null references neighbourhoods,
      name text not null,
      address text not null,
      directions text not null
    )`.execute(db);

  await sql`
    create table pitches (
      id uuid primary key,
      venue_id uuid not null references venues,
      name text not null,
      unique (venue_id, name)
    )`.execute(db);

  await sql`
    create table campaigns (
      id uuid primary key,
      slug text not null unique,
      name text not null,
      summary text not null,
      hashtags text[] not null default '{}',
      starts_on date not null,
      ends_on date not null check (ends_on >= starts_on)
    )`.execute(db);

  await sql`
    create table events (
      id uuid primary key,
      slug text not null unique,
      code text not null unique check (code ~ '^[a-z0-9]{4,12}$'),
      campaign_id uuid references campaigns,
      pitch_id uuid not null references pitches,
      kind text not null check (kind in ('stall', 'talk', 'drop-in')),
      title text not null,
      summary text not null,
      what_to_expect text not null,
      run_by text not null,
      starts_at timestamptz not null,
      ends_at timestamptz not null check (ends_at > starts_at),
      state text not null default 'draft' check (state in (
        'draft', 'venue requested', 'permitted', 'ready', 'published', 'live', 'closed', 'reported',
        'postponed', 'cancelled')),
      cancelled_at timestamptz,
      cancelled_reason text,
      sequence integer not null default 0,
      updated_at timestamptz not null default now(),
      check ((state = 'cancelled') = (cancelled_at is not null and cancelled_reason is not null)),
      constraint one_live_event_on_a_pitch exclude using gist (pitch_id with =, tstzrange(starts_at, ends_at) with &&)
        where (state not in ('draft', 'postponed', 'cancelled'))
    )`.execute(db);
  // listEvents, nextEvents, the calendar feed: what is on from an instant, in order of time.
  await sql`create index events_in_time on events (starts_at, id) where state not in ('draft', 'venue requested', 'permitted', 'ready')`.execute(
    db,
  );

  await sql`
    create table reporting_routes (
      id uuid primary key,
      position integer not null,
      emergency boolean not null default false,
      name text not null,
      what_for text not null,
      phone text,
      url text,
      coverage text not null,
      hours text not null,
      source text not null,
      source_url text not null,
      check_by date not null,
      check (phone is not null or url is not null)
    )`.execute(db);

  await sql`
    create table public_version (
      only_one boolean primary key default true check (only_one),
      version bigint not null default 1
    )`.execute(db);
  await sql`insert into public_version default values`.execute(db);
  await sql`
    create function bump_public_version() returns trigger language plpgsql as $$
    begin
      update public_version set version = version + 1;
      return null;
    end $$`.execute(db);
  for (const table of [
    'programme',
    'areas',
    'neighbourhoods',
    'venues',
    'pitches',
    'campaigns',
    'events',
    'reporting_routes',
  ]) {
    await sql`
      create trigger bump_public_version after insert or update or delete or truncate on ${sql.table(table)}
      for each statement execute function bump_public_version()`.execute(db);
  }
};
