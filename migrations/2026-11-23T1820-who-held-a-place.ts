import { type Kysely, sql } from 'kysely';

/** Those who held a place at an event that was cancelled can be written to. */
export const up = async (db: Kysely<unknown>) => {
  // recipientsOf, beside live_invites_of_an_event.
  await sql`
    create index ended_invites_of_an_event on invites (event_id, cancelled_at)
    where cancelled_at is not null and event_id is not null`.execute(db);
};
