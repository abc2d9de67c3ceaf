import { sql } from 'kysely';
import type { Db } from './db.ts';

export interface Limit {
  /** Who is counted: never an address in clear. */
  key: string;
  max: number;
  windowSeconds: number;
}

/**
 * Counts one try against each limit, in one statement that all processes share.
 * @returns the seconds to wait where a limit is passed, else undefined
 */
export const countTry = async (
  db: Db,
  limits: Limit[],
  now: Temporal.Instant,
): Promise<number | undefined> => {
  const inOrder = limits.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const rows = await db
    .insertInto('rate_limits')
    .values(
      inOrder.map(({ key, windowSeconds }) => ({
        key,
        hits: 1,
        resets_at: now.add({ seconds: windowSeconds }),
      })),
    )
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        hits: sql`case when rate_limits.resets_at <= ${now} then 1 else rate_limits.hits + 1 end`,
        resets_at: sql`case when rate_limits.resets_at <= ${now} then excluded.resets_at else rate_limits.resets_at end`,
      }),
    )
    .returning(['key', 'hits', 'resets_at'])
    .execute();
  const waits = rows
    .filter(({ key, hits }) => hits > (inOrder.find((limit) => limit.key === key)?.max ?? 0))
    .map(({ resets_at }) => Math.ceil(resets_at.since(now).total('seconds')));
  return waits.length > 0 ? Math.max(1, ...waits) : undefined;
};

/** Forgets the tries of one kind by one person, once they got it right. */
export const forgetTries = async (db: Db, key: string) => {
  await db.deleteFrom('rate_limits').where('key', '=', key).execute();
};

/** Forgets the counts whose time is over. */
export const sweepRateLimits = async (db: Db, now: Temporal.Instant) => {
  await db.deleteFrom('rate_limits').where('resets_at', '<', now).execute();
};
