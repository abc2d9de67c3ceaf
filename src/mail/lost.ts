import { sql } from 'kysely';
import type { Db } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';

/** How long a message may be on its way before it is given up. */
const LONGEST = { hours: 78 };
const BATCH = 1_000;

/**
 * Gives a new job to each unsent message that has none: the queue drops a job whose last try died with its process.
 * A message that is older than all tries together is marked as failed instead.
 */
export const requeueLostMessages = async (db: Db, queue: Queue, now: Temporal.Instant) => {
  await db.transaction().execute(async (trx) => {
    const lost = await trx
      .selectFrom('messages as m')
      .select(['m.id', 'm.created_at'])
      .where('m.state', 'in', ['queued', 'sending', 'retrying'])
      .where('m.held', '=', false)
      .where(
        sql<boolean>`not exists (
          select from pgboss.job j
          where j.name = ${QUEUES.sendMessage} and j.state < 'completed' and j.data ->> 'messageId' = m.id::text)`,
      )
      .orderBy('m.created_at')
      .limit(BATCH)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { id, created_at } of lost) {
      if (Temporal.Instant.compare(created_at.add(LONGEST), now) > 0) {
        await queue.enqueue(trx, QUEUES.sendMessage, { messageId: id });
      } else {
        await trx
          .updateTable('messages')
          .set({ state: 'failed', last_error: 'gave up' })
          .where('id', '=', id)
          .execute();
      }
    }
  });
};
