import { type Kysely, sql } from 'kysely';

/** A message about a calendar entry waits for the older ones about the same entry: no CANCEL before its REQUEST. */
export const up = async (db: Kysely<unknown>) => {
  await sql`alter table messages add column held boolean not null default false`.execute(db);
  // The older unsent messages about the same entry: claimMessages, releaseHeld.
  await sql`
    create index messages_unsent_about_an_entry on messages ((invite ->> 'uid'))
    where invite is not null and state in ('queued', 'sending', 'retrying')`.execute(db);
  // What waits for its turn: releaseHeld.
  await sql`create index messages_held on messages (id) where held`.execute(db);
};
