import type { Db, Trx } from '../db.ts';

/** Tries are there for the pause and for what was wrong; pages, to go on where somebody stopped. */
const ATTEMPTS_KEPT_DAYS = 90;
const PAGES_KEPT_DAYS = 365;

const daysBefore = (now: Temporal.Instant, days: number) => now.subtract({ hours: 24 * days });

/** Forgets tries and pages of long ago. */
export const sweepLearning = async (db: Db, now: Temporal.Instant) => {
  await db.deleteFrom('quiz_attempts').where('began_at', '<', daysBefore(now, ATTEMPTS_KEPT_DAYS)).execute();
  await db.deleteFrom('pages_read').where('read_at', '<', daysBefore(now, PAGES_KEPT_DAYS)).execute();
};

/** Forgets how far a champion got, and their tries. */
export const forgetLearning = async (trx: Trx, championId: string) => {
  await trx.deleteFrom('quiz_attempts').where('champion_id', '=', championId).execute();
  await trx.deleteFrom('pages_read').where('champion_id', '=', championId).execute();
};
