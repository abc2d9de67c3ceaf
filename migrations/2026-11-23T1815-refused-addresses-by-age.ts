import { type Kysely, sql } from 'kysely';

/** Addresses that were refused long ago are forgotten. */
export const up = async (db: Kysely<unknown>) => {
  // sweepSuppressed.
  await sql`create index suppressed_addresses_by_age on suppressed_addresses (tried_at)`.execute(db);
};
