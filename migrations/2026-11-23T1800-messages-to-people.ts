import { type Kysely, sql } from 'kysely';

/** Whose area a message is in, addresses that don't work, and what coordinators write to people. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create table broadcasts (
      id uuid primary key,
      event_id uuid references events,
      campaign_id uuid references campaigns,
      area_ids uuid[] not null check (cardinality(area_ids) > 0),
      purpose text not null check (purpose in ('service', 'news')),
      subject text not null,
      body text not null,
      written_by uuid not null references coordinators,
      written_at timestamptz not null,
      sent_by uuid references coordinators,
      sent_at timestamptz,
      expanded_at timestamptz,
      check (num_nonnulls(event_id, campaign_id) = 1),
      check ((sent_at is null) = (sent_by is null)),
      check (expanded_at is null or sent_at is not null)
    )`.execute(db);

  await sql`
    alter table messages
      add column area_id uuid references areas,
      add column event_id uuid references events,
      add column broadcast_id uuid references broadcasts,
      add column consent_id uuid references consents,
      drop constraint messages_state_check,
      add constraint messages_state_check check (
        state in ('queued', 'sending', 'sent', 'retrying', 'failed', 'suppressed'))`.execute(db);
  // What was sent in an area, the newest first, and what of it did not arrive: listMessages.
  await sql`create index messages_of_an_area on messages (area_id, id desc) where area_id is not null`.execute(
    db,
  );
  await sql`
    create index messages_unsent_of_an_area on messages (area_id, state, id desc)
    where area_id is not null and state <> 'sent'`.execute(db);
  // The foreign key: drafts of events are deleted.
  await sql`create index messages_of_an_event on messages (event_id) where event_id is not null`.execute(db);
  // One message a person, whichever job writes it; and how a broadcast is getting on.
  await sql`
    create unique index one_message_of_a_broadcast on messages (broadcast_id, lower(recipient))
    where broadcast_id is not null`.execute(db);

  // The event's area, the person's own, that of the stall at which they signed up, or the only one that there is.
  await sql`
    create function area_of_message() returns trigger language plpgsql as $$
    begin
      if new.area_id is null and new.kind <> 'sign-in' and num_nonnulls(new.event_id, new.champion_id) > 0 then
        new.area_id := coalesce(
          (select area_id from events where id = new.event_id),
          (select n.area_id from champions c join neighbourhoods n on n.id = c.neighbourhood_id
            where c.id = new.champion_id),
          (select e.area_id from sign_ups s join events e on e.id = s.event_id
            where s.champion_id = new.champion_id order by s.made_at desc limit 1),
          (select (array_agg(id))[1] from areas having count(*) = 1));
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger area_of_message before insert on messages
    for each row execute function area_of_message()`.execute(db);
  await sql`
    update messages m set area_id = coalesce(
      (select n.area_id from champions c join neighbourhoods n on n.id = c.neighbourhood_id where c.id = m.champion_id),
      (select e.area_id from sign_ups s join events e on e.id = s.event_id
        where s.champion_id = m.champion_id order by s.made_at desc limit 1),
      (select (array_agg(id))[1] from areas having count(*) = 1))
    where kind <> 'sign-in' and champion_id is not null`.execute(db);

  await sql`
    create table suppressed_addresses (
      email_key text primary key,
      reason text not null,
      since timestamptz not null,
      tried_at timestamptz not null,
      message_id uuid references messages
    )`.execute(db);
};
