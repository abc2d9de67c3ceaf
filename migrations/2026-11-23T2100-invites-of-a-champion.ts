import { type Kysely, sql } from 'kysely';

/** Ended entries are found by their champion too: their own calendar shows what was cancelled for all. */
export const up = async (db: Kysely<unknown>) => {
  // A champion's own calendar (listHeld); also leaving (liveInvites), for which the partial one was.
  await sql`create index invites_of_a_champion on invites (champion_id)`.execute(db);
  await sql`drop index live_invites_of_a_champion`.execute(db);
};
