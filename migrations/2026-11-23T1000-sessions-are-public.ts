import { type Kysely, sql } from 'kysely';

/** Sessions and modules are public content: whoever keeps them in memory learns of a change by the version. */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create trigger bump_public_version after insert or update or delete or truncate on modules
    for each statement execute function bump_public_version()`.execute(db);
  // Not for the count of bookings: nobody is shown it.
  await sql`
    create trigger bump_public_version
    after insert or delete or truncate
      or update of id, module_id, pitch_id, online_url, starts_at, ends_at, state on sessions
    for each statement execute function bump_public_version()`.execute(db);
};
