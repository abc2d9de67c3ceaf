import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db, Trx } from '../src/db.ts';
import type { Schema } from '../src/schema.ts';

/** Connections of the pool, less the one that holds the table. */
const CONTENDERS = 9;
/** A server that is busy still gets there; a queue that never forms must not outlast the statements' own limit. */
const PATIENCE_MS = 6_000;

/** Resolves once as many sessions of this PostgreSQL database wait for a lock. */
const waiters = async (db: Db | Trx, wanted: number, until = Number.POSITIVE_INFINITY) => {
  // Within a transaction the view of the others stands still until it is cleared.
  const ask = async () => {
    await sql`select pg_stat_clear_snapshot()`.execute(db);
    const { rows } = await sql<{ count: number }>`
      select count(*)::integer as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
    return rows[0]!.count;
  };
  while (Date.now() < until && (await ask()) < wanted) await pause(20);
};

/** Resolves once a session of this PostgreSQL database waits for a lock. */
export const someoneWaits = (db: Db) => waiters(db, 1);

/**
 * Starts all of it while nobody can write to the table, and lets them go on once they wait for it or for each other: as
 * many as there are connections have then read what they decide by, and none has written. So a race that nothing guards
 * is lost on any machine, however slow or fast.
 */
export const atOnce = async <T>(
  db: Db,
  table: keyof Schema,
  work: readonly (() => Promise<T>)[],
): Promise<T[]> => {
  const { all } = await db.transaction().execute(async (trx) => {
    await sql`lock table ${sql.table(table)} in share mode`.execute(trx);
    const all = Promise.all(work.map((start) => start()));
    all.catch(() => {});
    await waiters(trx, Math.min(work.length, CONTENDERS), Date.now() + PATIENCE_MS);
    return { all };
  });
  return all;
};
