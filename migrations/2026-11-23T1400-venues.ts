import { type Kysely, sql } from 'kysely';

/** What coordinators' pages of venues ask for, and events that stay where their venue is. */
export const up = async (db: Kysely<unknown>) => {
  // listVenues, and the neighbourhood's foreign key.
  await sql`create index venues_of_a_neighbourhood on venues (neighbourhood_id)`.execute(db);
  // comingUpAt and listVenues: what is on at a pitch, from an instant on.
  await sql`create index events_of_a_pitch on events (pitch_id, starts_at, id) where pitch_id is not null`.execute(
    db,
  );
  // The feed and the page of a neighbourhood.
  await sql`create index events_of_a_neighbourhood on events (neighbourhood_id, starts_at, id)`.execute(db);
  // The campaigns of the coordinators' list, the newest first.
  await sql`create index campaigns_in_time on campaigns (starts_on desc, id)`.execute(db);

  await sql`
    create function follow_venue() returns trigger language plpgsql as $$
    begin
      update events set area_id = n.area_id, neighbourhood_id = n.id
      from pitches p, neighbourhoods n
      where events.pitch_id = p.id and p.venue_id = new.id and n.id = new.neighbourhood_id;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger follow_venue after update of neighbourhood_id on venues
    for each row when (old.neighbourhood_id <> new.neighbourhood_id) execute function follow_venue()`.execute(
    db,
  );
};
