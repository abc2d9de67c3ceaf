import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../src/db.ts';

/**
 * Resolves once a session of this PostgreSQL database waits for a lock. Not to be asked within a transaction, where
 * PostgreSQL's view of the others stands still.
 */
export const someoneWaits = async (db: Db) => {
  const waits = sql<{ count: number }>`
    select count(*)::integer as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await waits.execute(db)).rows[0]!.count === 0) await pause(20);
};
