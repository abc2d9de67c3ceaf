import type { Db } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';
import type { Chore } from '../mail/worker.ts';
import type { Clock } from '../time.ts';
import { expandBroadcast, expandOverdue } from './expand.ts';

const EVERY_TEN_MINUTES = '*/10 * * * *';

interface Setting {
  db: Db;
  queue: Queue;
  clock: Clock;
}

/** What the worker does for messages to an event's or a campaign's people: writes one for each of them. */
export const messageChores = ({ db, queue, clock }: Setting): Chore[] => [
  {
    queue: QUEUES.expandBroadcast,
    every: EVERY_TEN_MINUTES,
    work: (data) =>
      'broadcastId' in data
        ? expandBroadcast(db, queue, String(data.broadcastId), clock.now())
        : expandOverdue(db, queue, clock.now()),
  },
];
