import type { Config } from '../config.ts';
import type { Db } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';
import type { Chore } from '../mail/worker.ts';
import type { Clock } from '../time.ts';
import { sweepOffers } from './offers.ts';
import { sendReminders } from './reminders.ts';
import { tellHolders, tellOverdue } from './tell-holders.ts';

const EVERY_FIVE_MINUTES = '*/5 * * * *';

interface Setting {
  config: Config;
  db: Db;
  queue: Queue;
  clock: Clock;
}

/** What the worker does for events: tells of changes once they have settled, and now and then what time brings about. */
export const eventChores = ({ config, db, queue, clock }: Setting): Chore[] => {
  const moment = () => ({ publicUrl: config.publicUrl, now: clock.now() });
  return [
    {
      queue: QUEUES.tellHolders,
      work: (data) => tellHolders(db, queue, (data as { eventId: string }).eventId, moment()),
    },
    {
      queue: QUEUES.remind,
      every: EVERY_FIVE_MINUTES,
      work: async () => {
        await tellOverdue(db, queue, moment());
        await sweepOffers(db, queue, clock.now());
        await sendReminders(db, queue, clock.now());
      },
    },
  ];
};
