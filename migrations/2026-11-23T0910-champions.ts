import { type Kysely, sql } from 'kysely';

/** People: champions, what they asked for, what they agreed to and what they are booked on. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create table modules (
      id uuid primary key,
      slug text not null unique,
      name text not null,
      calendar_title text not null,
      position integer not null,
      induction boolean not null default false,
      validity_months integer check (validity_months > 0)
    )`.execute(db);

  await sql`
    create table sessions (
      id uuid primary key,
      module_id uuid not null references modules,
      pitch_id uuid references pitches,
      online_url text,
      starts_at timestamptz not null,
      ends_at timestamptz not null check (ends_at > starts_at),
      state text not null default 'scheduled' check (state in ('scheduled', 'cancelled')),
      capacity integer not null check (capacity >= 0),
      booked integer not null default 0 check (booked >= 0),
      constraint sessions_never_overbooked check (booked <= capacity),
      check (num_nonnulls(pitch_id, online_url) = 1)
    )`.execute(db);
  // upcomingInductions: the sessions of a module from an instant on.
  await sql`create index sessions_of_a_module on sessions (module_id, starts_at)`.execute(db);

  await sql`
    create table champions (
      id uuid primary key,
      email text not null,
      email_key text not null,
      full_name text not null,
      phone text,
      age_band text not null check (age_band in ('18+', '16-17')),
      neighbourhood_id uuid references neighbourhoods,
      state text not null check (state in (
        'signed up', 'confirmed', 'in training', 'active', 'paused', 'lapsed', 'left', 'anonymised',
        'awaiting guardian', 'declined', 'suspended')),
      confirmed_at timestamptz,
      left_at timestamptz,
      created_at timestamptz not null
    )`.execute(db);
  // One champion an address, until they leave: signUp and findByEmail rely on it.
  await sql`
    create unique index one_champion_an_address on champions (email_key)
    where state not in ('left', 'anonymised')`.execute(db);

  await sql`
    create table sign_ups (
      id uuid primary key,
      champion_id uuid not null references champions,
      event_id uuid references events,
      source text not null check (source in ('qr', 'link', 'web')),
      session_id uuid references sessions,
      full_name text not null,
      email text not null,
      phone text,
      age_band text not null check (age_band in ('18+', '16-17')),
      neighbourhood_id uuid references neighbourhoods,
      updates_wording text,
      notice_version text not null,
      made_at timestamptz not null
    )`.execute(db);
  // The sign-ups of a champion: erasure and access requests.
  await sql`create index sign_ups_of_a_champion on sign_ups (champion_id)`.execute(db);
  await sql`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'a sign-up is kept as it was made' using errcode = 'integrity_constraint_violation';
    end $$`.execute(db);
  await sql`
    create trigger kept_as_made before update on sign_ups for each row execute function refuse_change()`.execute(
    db,
  );

  await sql`
    create table consents (
      id uuid primary key,
      champion_id uuid not null references champions,
      purpose text not null check (purpose in ('news')),
      channel text not null check (channel in ('email')),
      wording text not null,
      given_at timestamptz not null,
      withdrawn_at timestamptz check (withdrawn_at >= given_at)
    )`.execute(db);
  await sql`
    create unique index one_live_consent on consents (champion_id, purpose, channel)
    where withdrawn_at is null`.execute(db);

  await sql`
    create table bookings (
      id uuid primary key,
      session_id uuid not null references sessions,
      champion_id uuid not null references champions,
      state text not null default 'booked' check (state in (
        'booked', 'attended', 'passed', 'waiting', 'offered', 'withdrawn', 'absent')),
      booked_at timestamptz not null,
      withdrawn_at timestamptz,
      check ((state = 'withdrawn') = (withdrawn_at is not null))
    )`.execute(db);
  await sql`
    create unique index one_live_booking on bookings (champion_id, session_id)
    where state not in ('withdrawn', 'waiting', 'offered')`.execute(db);
  // The bookings of a session: the register, and the foreign key.
  await sql`create index bookings_of_a_session on bookings (session_id)`.execute(db);
  await sql`
    create function count_bookings() returns trigger language plpgsql as $$
    declare
      places_before integer := 0;
      places_after integer := 0;
    begin
      if tg_op <> 'INSERT' and old.state not in ('withdrawn', 'waiting', 'offered') then places_before := 1; end if;
      if tg_op <> 'DELETE' and new.state not in ('withdrawn', 'waiting', 'offered') then places_after := 1; end if;
      if places_after <> places_before then
        update sessions set booked = booked + places_after - places_before
        where id = case when tg_op = 'DELETE' then old.session_id else new.session_id end;
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger count_bookings after insert or delete or update of state on bookings
    for each row execute function count_bookings()`.execute(db);

  await sql`
    create table invites (
      id uuid primary key,
      champion_id uuid not null references champions,
      booking_id uuid unique references bookings,
      event_id uuid references events,
      sequence integer not null default 0,
      cancelled_at timestamptz,
      check (num_nonnulls(booking_id, event_id) = 1)
    )`.execute(db);
  // The live invites of a champion (leaving), and one an event.
  await sql`
    create unique index one_live_invite_an_event on invites (champion_id, event_id)
    where cancelled_at is null and event_id is not null`.execute(db);
  await sql`create index live_invites_of_a_champion on invites (champion_id) where cancelled_at is null`.execute(
    db,
  );
};
