import { type Kysely, sql } from 'kysely';

/** For coordinators: who edits an older version of a module is told; registers that are still to be filled in. */
export const up = async (db: Kysely<unknown>) => {
  await sql`alter table modules add column edits integer not null default 0`.execute(db);
  // Of whom it is still to be said whether they were there: registersToFill.
  await sql`create index bookings_to_mark on bookings (session_id) where state = 'booked'`.execute(db);
};
