import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import type { Db } from './db.ts';

const migrationFolder = fileURLToPath(new URL('../migrations', import.meta.url));
const UNDEFINED_TABLE = '42P01';

const executed = async (db: Db) => {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
    return new Set(rows.map(({ name }) => name));
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return new Set<string>();
    throw error;
  }
};

/** True when every migration that this code knows has run. */
export const isMigrated = async (db: Db) => {
  const known = (await fs.readdir(migrationFolder)).map((file) => path.parse(file).name);
  const done = await executed(db);
  return known.every((name) => done.has(name));
};

/** Brings the schema up to date; safe however many processes do it at once, since Kysely takes a lock. */
export const migrate = async (db: Db) => {
  if (await isMigrated(db)) return;
  const provider = new FileMigrationProvider({ fs, path, migrationFolder, import: (file) => import(file) });
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
};
