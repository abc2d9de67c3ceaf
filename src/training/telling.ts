import type { Trx } from '../db.ts';
import { LATER_SECONDS, SETTLE_MINUTES } from '../events/telling.ts';
import { QUEUES, type Queue } from '../jobs.ts';

/**
 * To be called in the transaction of every change to a session that those booked may have to hear of: its time, its
 * place, its cancellation. What they are told is found out once the session has settled: each call puts it off anew.
 */
export const queueSessionTelling = async (
  trx: Trx,
  queue: Queue,
  sessionId: string,
  now: Temporal.Instant,
) => {
  const dueAt = now.add({ minutes: SETTLE_MINUTES });
  await trx
    .insertInto('session_tellings')
    .values({ session_id: sessionId, due_at: dueAt })
    .onConflict((conflict) => conflict.column('session_id').doUpdateSet({ due_at: dueAt }))
    .execute();
  await queue.enqueue(trx, QUEUES.tellSession, { sessionId }, dueAt.add({ seconds: LATER_SECONDS }));
};
