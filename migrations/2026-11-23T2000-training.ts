import { type Kysely, sql } from 'kysely';

/** Training: what modules ask for and of whom, sessions that are planned, waited for and attended, and the records. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    alter table modules
      add column summary text not null default '',
      add column ways text[] not null default '{in person}'
        check (cardinality(ways) > 0 and ways <@ '{in person,online,e-learning}'),
      add column mandatory_for text[] not null default '{}' check (mandatory_for <@ '{champion,greeter,lead}'),
      add column version integer not null default 1 check (version >= 1),
      add column counts_from_version integer not null default 1,
      add column required_since date,
      add column grace_days integer not null default 0 check (grace_days between 0 and 365),
      add column closed_at timestamptz,
      add constraint counts_a_version_that_there_is check (counts_from_version between 1 and version)`.execute(
    db,
  );

  await sql`
    alter table sessions
      add column area_id uuid references areas,
      add column trainer text not null default '',
      add column cancelled_at timestamptz,
      add column cancelled_reason text,
      add column edits integer not null default 0,
      add column created_by uuid references coordinators,
      add column created_at timestamptz not null default now()`.execute(db);
  await sql`
    create function area_of_session() returns trigger language plpgsql as $$
    begin
      new.area_id := coalesce(
        (select n.area_id from pitches p join venues v on v.id = p.venue_id
          join neighbourhoods n on n.id = v.neighbourhood_id where p.id = new.pitch_id),
        new.area_id,
        (select (array_agg(id))[1] from areas having count(*) = 1));
      return new;
    end $$`.execute(db);
  await sql`
    create trigger area_of_session before insert or update of pitch_id, area_id on sessions
    for each row execute function area_of_session()`.execute(db);
  await sql`update sessions set area_id = area_id`.execute(db);
  await sql`update sessions set cancelled_at = now() where state = 'cancelled'`.execute(db);
  await sql`
    alter table sessions
      add constraint cancelled_at_a_time check ((state = 'cancelled') = (cancelled_at is not null))`.execute(
    db,
  );
  // The sessions of an area, as coordinators list them.
  await sql`create index sessions_of_an_area on sessions (area_id, starts_at, id)`.execute(db);

  await sql`
    alter table bookings
      add column offered_until timestamptz,
      add column marked_at timestamptz,
      add column marked_by uuid references coordinators,
      add constraint offered_for_a_time check ((state = 'offered') = (offered_until is not null))`.execute(
    db,
  );
  await sql`drop index one_live_booking`.execute(db);
  // Also: what a champion is booked on, or waits for.
  await sql`
    create unique index one_live_booking on bookings (champion_id, session_id)
    where state <> 'withdrawn'`.execute(db);
  // Who is the next to be offered a place.
  await sql`create index bookings_waiting on bookings (session_id, booked_at, id) where state = 'waiting'`.execute(
    db,
  );
  // The offers that have run out.
  await sql`create index bookings_offered on bookings (offered_until) where state = 'offered'`.execute(db);
  // An offer holds its place.
  await sql`
    create or replace function count_bookings() returns trigger language plpgsql as $$
    declare
      places_before integer := 0;
      places_after integer := 0;
    begin
      if tg_op <> 'INSERT' and old.state not in ('withdrawn', 'waiting') then places_before := 1; end if;
      if tg_op <> 'DELETE' and new.state not in ('withdrawn', 'waiting') then places_after := 1; end if;
      if places_after <> places_before then
        update sessions set booked = booked + places_after - places_before
        where id = case when tg_op = 'DELETE' then old.session_id else new.session_id end;
      end if;
      return null;
    end $$`.execute(db);

  await sql`
    create table training_records (
      id uuid primary key,
      champion_id uuid not null references champions,
      module_id uuid not null references modules,
      module_version integer not null check (module_version >= 1),
      outcome text not null default 'passed' check (outcome in ('passed', 'void')),
      passed_on date not null,
      expires_on date check (expires_on >= passed_on),
      source text not null check (source in ('session', 'e-learning', 'coordinator', 'import', 'xapi')),
      booking_id uuid references bookings,
      reference text,
      score integer check (score between 0 and 100),
      supersedes uuid references training_records,
      reason text,
      recorded_at timestamptz not null,
      recorded_by uuid references coordinators,
      check (outcome = 'passed' or supersedes is not null),
      check (source <> 'session' or booking_id is not null),
      check ((supersedes is null) = (reason is null))
    )`.execute(db);
  // The records of champions: their page, the matrix, their certificate.
  await sql`create index training_records_of_a_champion on training_records (champion_id, module_id)`.execute(
    db,
  );
  // Who passed a module in a stretch of time: what lapses when, reminders.
  await sql`create index training_records_of_a_module on training_records (module_id, passed_on, champion_id)`.execute(
    db,
  );
  // Expiries that another learning system said.
  await sql`
    create index training_records_with_an_expiry on training_records (module_id, expires_on, champion_id)
    where expires_on is not null`.execute(db);
  await sql`
    create unique index one_successor on training_records (supersedes) where supersedes is not null`.execute(
    db,
  );
  await sql`
    create unique index one_record_of_a_booking on training_records (booking_id)
    where booking_id is not null and supersedes is null`.execute(db);
  await sql`
    create unique index one_record_a_reference on training_records (source, reference)
    where reference is not null and supersedes is null`.execute(db);
  await sql`
    create function check_training_record() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' then
        raise exception 'a training record is kept as it was made' using errcode = 'integrity_constraint_violation';
      end if;
      if new.supersedes is not null and not exists (
        select from training_records r
        where r.id = new.supersedes and r.champion_id = new.champion_id and r.module_id = new.module_id
      ) then
        raise exception 'a record corrects one of the same champion and module'
          using errcode = 'integrity_constraint_violation', constraint = 'corrects_its_own';
      end if;
      if new.booking_id is not null and new.outcome = 'passed' and not exists (
        select from bookings b join sessions s on s.id = b.session_id
        where b.id = new.booking_id and b.champion_id = new.champion_id and s.module_id = new.module_id
          and b.state in ('attended', 'passed')
      ) then
        raise exception 'who was not there has not passed'
          using errcode = 'integrity_constraint_violation', constraint = 'passed_only_who_attended';
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger check_training_record before insert or update on training_records
    for each row execute function check_training_record()`.execute(db);

  await sql`
    alter table champions
      add column number integer generated always as identity,
      add column area_id uuid references areas`.execute(db);
  // A champion's number, as they and other systems write it.
  await sql`create unique index champions_by_number on champions (number)`.execute(db);
  await sql`
    create function area_of_champion() returns trigger language plpgsql as $$
    begin
      new.area_id := coalesce(
        (select area_id from neighbourhoods where id = new.neighbourhood_id),
        new.area_id,
        (select (array_agg(id))[1] from areas having count(*) = 1));
      return new;
    end $$`.execute(db);
  await sql`
    create trigger area_of_champion before insert or update of neighbourhood_id on champions
    for each row execute function area_of_champion()`.execute(db);
  // Who gave no neighbourhood belongs to the area of the stall at which they signed up.
  await sql`
    create function area_of_sign_up() returns trigger language plpgsql as $$
    begin
      update champions set area_id = (select area_id from events where id = new.event_id)
      where id = new.champion_id and area_id is null and state in ('signed up', 'awaiting guardian');
      return null;
    end $$`.execute(db);
  await sql`
    create trigger area_of_sign_up after insert on sign_ups
    for each row when (new.event_id is not null and new.neighbourhood_id is null)
    execute function area_of_sign_up()`.execute(db);
  await sql`
    update champions c set area_id = coalesce(
      (select n.area_id from neighbourhoods n where n.id = c.neighbourhood_id),
      (select e.area_id from sign_ups s join events e on e.id = s.event_id
        where s.champion_id = c.id order by s.made_at limit 1),
      (select (array_agg(id))[1] from areas having count(*) = 1))`.execute(db);
};
