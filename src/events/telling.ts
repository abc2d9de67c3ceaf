import type { Trx } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';

/** Edits that follow each other within this time go out as one message. */
export const SETTLE_MINUTES = 3;
/** The job begins a little later than it is due: the database's clock may be ahead of ours. */
export const LATER_SECONDS = 2;

/**
 * To be called in the transaction of every change to an event that its holders may have to hear of: its time, its
 * place, its cancellation. What they are told is found out once the event has settled: each call puts it off anew.
 */
export const queueTelling = async (trx: Trx, queue: Queue, eventId: string, now: Temporal.Instant) => {
  const dueAt = now.add({ minutes: SETTLE_MINUTES });
  await trx
    .insertInto('tellings')
    .values({ event_id: eventId, due_at: dueAt })
    .onConflict((conflict) => conflict.column('event_id').doUpdateSet({ due_at: dueAt }))
    .execute();
  await queue.enqueue(trx, QUEUES.tellHolders, { eventId }, dueAt.add({ seconds: LATER_SECONDS }));
};
