import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>) => {
  // The sessions to come of all modules, as champions choose from them: listChoices.
  await sql`create index sessions_to_come on sessions (starts_at, id) where state = 'scheduled'`.execute(db);
};
