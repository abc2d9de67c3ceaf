import { type Kysely, sql } from 'kysely';

/** Forms that were sent long ago are forgotten. */
export const up = async (db: Kysely<unknown>) => {
  // sweepSubmissions.
  await sql`create index submissions_by_age on submissions (made_at)`.execute(db);
};
