import { sql } from 'kysely';
import type { Db } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { enqueueMessages } from './messages.ts';

/**
 * Whether an older message about the same calendar entry is not sent yet: by SEQUENCE, then by age. In the words of the
 * index messages_unsent_about_an_entry.
 */
export const hasOlderUnsent = sql<boolean>`(messages.invite is not null and exists (
  select from messages older
  where older.invite is not null and older.state in ('queued', 'sending', 'retrying')
    and older.invite ->> 'uid' = messages.invite ->> 'uid'
    and ((older.invite ->> 'sequence')::integer, older.created_at, older.id)
      < ((messages.invite ->> 'sequence')::integer, messages.created_at, messages.id)))`;

/**
 * Gives a job to each message that waited for an older one and now has its turn. Whoever ends a batch calls this, so
 * that a message is never forgotten: the last of those who held it and those it waited for sees both.
 * @returns how many have their turn now
 */
export const releaseHeld = async (db: Db, queue: Queue): Promise<number> => {
  // Mostly none is held, and looking takes one statement instead of three.
  const held = await db
    .selectFrom('messages')
    .select('id')
    .where('held', '=', sql.lit(true))
    .limit(1)
    .execute();
  if (held.length === 0) return 0;
  return db.transaction().execute(async (trx) => {
    const released = await trx
      .updateTable('messages')
      .set({ held: false })
      .where('held', '=', sql.lit(true))
      .where((eb) => eb.not(hasOlderUnsent))
      .returning('id')
      .execute();
    if (released.length > 0)
      await enqueueMessages(
        trx,
        queue,
        released.map(({ id }) => id),
      );
    return released.length;
  });
};
