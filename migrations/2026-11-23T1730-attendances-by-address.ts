import { type Kysely, sql } from 'kysely';

/** Who types a code a second time, or too late, is told so: given-up places are looked up too. */
export const up = async (db: Kysely<unknown>) => {
  await sql`drop index attendances_of_an_address`.execute(db);
  // What an address came to: the typed code, my page, leaving.
  await sql`create index attendances_of_an_address on attendances (email_key, said_at desc)`.execute(db);
};
