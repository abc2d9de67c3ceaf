import { type Kysely, sql } from 'kysely';

/** What planning needs to know: venues' terms, kit, and an event's area, lead, version and occupied time. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    alter table venues
      add column most_people integer check (most_people > 0),
      add column permission_days integer not null default 0 check (permission_days >= 0),
      add column insurance_minimum integer not null default 0 check (insurance_minimum >= 0),
      add column set_up_minutes integer not null default 30 check (set_up_minutes between 0 and 1440),
      add column take_down_minutes integer not null default 30 check (take_down_minutes between 0 and 1440),
      add column rules text not null default '',
      add column contact_name text not null default '',
      add column contact_email text not null default '',
      add column contact_phone text not null default '',
      add column latitude double precision check (latitude between -90 and 90),
      add column longitude double precision check (longitude between -180 and 180),
      add column closed_at timestamptz,
      add check ((latitude is null) = (longitude is null))`.execute(db);
  await sql`alter table pitches add column closed_at timestamptz`.execute(db);
  await sql`
    create table venue_hours (
      venue_id uuid not null references venues on delete cascade,
      weekday integer not null check (weekday between 1 and 7),
      opens time not null,
      closes time not null check (closes > opens),
      primary key (venue_id, weekday)
    )`.execute(db);

  await sql`
    create table kit_items (
      id uuid primary key,
      area_id uuid not null references areas,
      name text not null,
      closed_at timestamptz,
      unique (area_id, name)
    )`.execute(db);

  await sql`alter table events drop constraint one_live_event_on_a_pitch`.execute(db);
  await sql`alter table events drop constraint events_kind_check`.execute(db);
  await sql`
    alter table events
      alter column pitch_id drop not null,
      add column area_id uuid references areas,
      add column neighbourhood_id uuid references neighbourhoods,
      add column online_url text,
      add column reference text unique,
      add column capacity integer check (capacity > 0),
      add column lead_id uuid references champions,
      add column set_up_minutes integer not null default 0 check (set_up_minutes between 0 and 1440),
      add column take_down_minutes integer not null default 0 check (take_down_minutes between 0 and 1440),
      add column occupied tstzrange,
      add column version integer not null default 1,
      add column created_by uuid references coordinators,
      add constraint events_kind_check check (kind in ('stall', 'talk', 'drop-in', 'online')),
      add constraint somewhere_or_online check (
        case when kind = 'online' then online_url is not null and pitch_id is null else pitch_id is not null end)`.execute(
    db,
  );
  await sql`
    create function occupy_pitch() returns trigger language plpgsql as $$
    begin
      new.occupied := tstzrange(
        new.starts_at - make_interval(mins => new.set_up_minutes),
        new.ends_at + make_interval(mins => new.take_down_minutes));
      if new.pitch_id is not null then
        select n.area_id, n.id into new.area_id, new.neighbourhood_id
        from pitches p join venues v on v.id = p.venue_id join neighbourhoods n on n.id = v.neighbourhood_id
        where p.id = new.pitch_id;
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger occupy_pitch before insert or update of starts_at, ends_at, pitch_id, set_up_minutes, take_down_minutes
    on events for each row execute function occupy_pitch()`.execute(db);
  await sql`update events set pitch_id = pitch_id`.execute(db);
  await sql`alter table events alter column area_id set not null, alter column occupied set not null`.execute(
    db,
  );
  await sql`
    alter table events add constraint one_event_on_a_pitch exclude using gist (pitch_id with =, occupied with &&)
    where (state not in ('postponed', 'cancelled'))`.execute(db);
  // The week of an area, and all that a lead does.
  await sql`create index events_of_an_area on events (area_id, starts_at, id)`.execute(db);
  await sql`create index events_of_a_lead on events (lead_id, starts_at) where lead_id is not null`.execute(
    db,
  );
  await sql`create index events_of_a_campaign on events (campaign_id, starts_at, id)`.execute(db);

  await sql`
    create table event_kit (
      event_id uuid not null references events on delete cascade,
      kit_item_id uuid not null references kit_items,
      occupied tstzrange not null,
      held boolean not null default true,
      primary key (event_id, kit_item_id),
      constraint kit_in_one_place exclude using gist (kit_item_id with =, occupied with &&) where (held)
    )`.execute(db);
  await sql`
    create function occupy_kit() returns trigger language plpgsql as $$
    begin
      update event_kit set occupied = new.occupied, held = new.state not in ('postponed', 'cancelled')
      where event_id = new.id;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger occupy_kit after update of occupied, starts_at, ends_at, set_up_minutes, take_down_minutes, state
    on events for each row execute function occupy_kit()`.execute(db);

  // Public pages show campaigns' messages too.
  await sql`alter table campaigns add column messages text[] not null default '{}'`.execute(db);
  await sql`
    create trigger bump_public_version after insert or update or delete or truncate on venue_hours
    for each statement execute function bump_public_version()`.execute(db);
};
