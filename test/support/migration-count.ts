import { readdirSync } from 'node:fs';
import { sql } from 'kysely';
import type { Db } from '../../src/db.ts';

export const migrationFiles = readdirSync(new URL('../../migrations/', import.meta.url)).length;

export const executedMigrations = async (db: Db) => {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from kysely_migration`.execute(
    db,
  );
  return rows[0]!.count;
};
