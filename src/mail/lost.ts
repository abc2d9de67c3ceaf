import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';
import { enqueueMessages } from './messages.ts';

/** How long a message may be on its way before it is given up. */
const LONGEST = { hours: 78 };
const BATCH = 1_000;

/**
 * Takes up the oldest unsent messages without a job. One set less the other: whatever PostgreSQL believes of how many
 * there are, it goes through each once, where it would look for each message in all the jobs.
 */
const findLost = async (trx: Trx) => {
  const { rows } = await sql<{ id: string; created_at: Temporal.Instant }>`
    with lost as materialized (
      select id::text from messages where state in ('queued', 'sending', 'retrying') and not held
      except
      select data ->> 'messageId' from pgboss.job where name = ${QUEUES.sendMessage} and state < 'completed'
    )
    select id, created_at from messages
    where id = any(array(select id::uuid from lost order by id limit ${BATCH})) and sent_at is null
    order by created_at for update skip locked`.execute(trx);
  return rows;
};

/**
 * Gives a new job to each unsent message that has none: the queue drops a job whose last try died with its process.
 * A message that is older than all tries together is marked as failed instead.
 */
export const requeueLostMessages = async (db: Db, queue: Queue, now: Temporal.Instant) => {
  await db.transaction().execute(async (trx) => {
    const lost = await findLost(trx);
    const { tooOld = [], again = [] } = Object.groupBy(lost, ({ created_at }) =>
      Temporal.Instant.compare(created_at.add(LONGEST), now) > 0 ? 'again' : 'tooOld',
    );
    const ids = (messages: typeof lost) => messages.map(({ id }) => id);
    if (tooOld.length > 0)
      await trx
        .updateTable('messages')
        .set({ state: 'failed', last_error: 'gave up' })
        .where('id', 'in', ids(tooOld))
        .execute();
    if (again.length > 0) await enqueueMessages(trx, queue, ids(again));
  });
};
