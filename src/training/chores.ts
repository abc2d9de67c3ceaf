import type { Config } from '../config.ts';
import type { Db } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';
import type { Chore } from '../mail/worker.ts';
import type { Clock } from '../time.ts';
import { sweepSessionOffers } from './offers.ts';
import { remindToRenew } from './reminders.ts';
import { tellSessionHolders, tellSessionsOverdue } from './tell-session.ts';

const EVERY_FIVE_MINUTES = '*/5 * * * *';
/** Not on the hour, when everybody writes to everybody. */
const EVERY_HALF_HOUR = '7,37 * * * *';

interface Setting {
  config: Config;
  db: Db;
  queue: Queue;
  clock: Clock;
}

/** What the worker does for sessions: tells of changes once they have settled, and now and then what time brings about. */
export const trainingChores = ({ config, db, queue, clock }: Setting): Chore[] => {
  const moment = () => ({ publicUrl: config.publicUrl, now: clock.now() });
  return [
    {
      queue: QUEUES.tellSession,
      work: (data) => tellSessionHolders(db, queue, (data as { sessionId: string }).sessionId, moment()),
    },
    {
      queue: QUEUES.training,
      every: EVERY_FIVE_MINUTES,
      work: async () => {
        await tellSessionsOverdue(db, queue, moment());
        await sweepSessionOffers(db, queue, clock.now());
      },
    },
    {
      queue: QUEUES.renewals,
      every: EVERY_HALF_HOUR,
      work: () => remindToRenew(db, queue, clock.now()),
    },
  ];
};
