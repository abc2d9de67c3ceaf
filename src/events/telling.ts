import type { Trx } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';

/** Edits that follow each other within this time go out as one message. */
const SETTLE_MINUTES = 3;

/**
 * To be called in the transaction of every change to an event that its holders may have to hear of: its time, its
 * place, its cancellation. What they are told is found out once the event has settled.
 */
export const queueTelling = (trx: Trx, queue: Queue, eventId: string, now: Temporal.Instant) =>
  queue.enqueue(trx, QUEUES.tellHolders, { eventId }, now.add({ minutes: SETTLE_MINUTES }));
