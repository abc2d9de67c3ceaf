import { type Kysely, sql } from 'kysely';

/** Residents who say 'I'm coming' to an event with a capacity, those who wait for a place, and their calendar entries. */
export const up = async (db: Kysely<unknown>) => {
  // Beside the event, not in it: who says that they come neither waits for its coordinator nor renews the public pages.
  await sql`
    create table event_places (
      event_id uuid primary key references events on delete cascade,
      capacity integer not null check (capacity >= 0),
      taken integer not null default 0 check (taken >= 0),
      constraint events_never_overfilled check (taken <= capacity)
    )`.execute(db);
  await sql`
    create function keep_event_places() returns trigger language plpgsql as $$
    begin
      if new.capacity is null then
        update event_places set capacity = taken where event_id = new.id;
      else
        insert into event_places (event_id, capacity) values (new.id, new.capacity)
        on conflict (event_id) do update set capacity = excluded.capacity;
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger keep_event_places after insert or update of capacity on events
    for each row execute function keep_event_places()`.execute(db);
  await sql`insert into event_places (event_id, capacity) select id, capacity from events where capacity is not null`.execute(
    db,
  );

  await sql`
    create table attendances (
      id uuid primary key,
      event_id uuid not null references events,
      full_name text not null,
      email text not null,
      email_key text not null,
      state text not null check (state in ('booked', 'waiting', 'offered', 'withdrawn')),
      submission_id uuid not null,
      said_at timestamptz not null,
      offered_until timestamptz,
      withdrawn_at timestamptz,
      check ((state = 'offered') = (offered_until is not null)),
      check ((state = 'withdrawn') = (withdrawn_at is not null))
    )`.execute(db);
  await sql`
    create unique index one_live_attendance on attendances (event_id, email_key)
    where state <> 'withdrawn'`.execute(db);
  // What an address comes to: the typed code, my page, leaving.
  await sql`create index attendances_of_an_address on attendances (email_key) where state <> 'withdrawn'`.execute(
    db,
  );
  // Who comes to an event, in the order in which they said so; who is the next to be offered a place.
  await sql`create index attendances_of_an_event on attendances (event_id, said_at, id) where state <> 'withdrawn'`.execute(
    db,
  );
  await sql`create index attendances_waiting on attendances (event_id, said_at, id) where state = 'waiting'`.execute(
    db,
  );
  // The offers that have run out.
  await sql`create index attendances_offered on attendances (offered_until) where state = 'offered'`.execute(
    db,
  );
  // An offer holds its place.
  await sql`
    create function count_attendances() returns trigger language plpgsql as $$
    declare
      places_before integer := 0;
      places_after integer := 0;
    begin
      if tg_op <> 'INSERT' and old.state in ('booked', 'offered') then places_before := 1; end if;
      if tg_op <> 'DELETE' and new.state in ('booked', 'offered') then places_after := 1; end if;
      if places_after <> places_before then
        update event_places set taken = taken + places_after - places_before
        where event_id = case when tg_op = 'DELETE' then old.event_id else new.event_id end;
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger count_attendances after insert or delete or update of state on attendances
    for each row execute function count_attendances()`.execute(db);

  await sql`
    alter table invites
      alter column champion_id drop not null,
      add column attendance_id uuid unique references attendances,
      add column told jsonb,
      add column created_at timestamptz not null default now(),
      add constraint one_holder check (num_nonnulls(champion_id, attendance_id) = 1),
      add constraint attendance_of_an_event check (attendance_id is null or event_id is not null)`.execute(
    db,
  );
  await sql`
    update invites set told = (
      select jsonb_build_object(
        'method', 'REQUEST',
        'title', e.title,
        'startsAt', to_char(e.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'endsAt', to_char(e.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'location', coalesce(e.online_url, concat_ws(', ', v.name, p.name, v.address)))
      from events e left join pitches p on p.id = e.pitch_id left join venues v on v.id = p.venue_id
      where e.id = invites.event_id)
    where event_id is not null`.execute(db);
  await sql`alter table invites add constraint told_of_an_event check (event_id is null or told is not null)`.execute(
    db,
  );
  // The holders of an event, in batches: tellHolders, sendReminders.
  await sql`
    create index live_invites_of_an_event on invites (event_id, id)
    where cancelled_at is null and event_id is not null`.execute(db);
};
