import type { Db } from '../db.ts';

/** How many messages are queued, being sent, waiting for another try, or failed. */
export const countUnsent = (db: Db) =>
  db
    .selectFrom('messages')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', '<>', 'sent')
    .groupBy('state')
    .execute();
