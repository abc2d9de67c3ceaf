import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import { MODULE_COLUMNS, type Module, withTerms } from './modules.ts';

/** A module as administrators keep it, retired ones included. */
export interface KeptModule extends Module {
  edits: number;
  closedAt: Temporal.Instant | null;
}

const selectKept = (db: Db | Trx) =>
  db.selectFrom('modules').select([...MODULE_COLUMNS, 'edits', 'closed_at as closedAt']);

/** Every module in the order in which champions take them, retired ones last. */
export const listKeptModules = async (db: Db): Promise<KeptModule[]> => {
  const rows = await selectKept(db).orderBy(sql`closed_at is not null`).orderBy('position').execute();
  return rows.map(withTerms);
};

export const findKeptModule = async (db: Db | Trx, slug: string): Promise<KeptModule | undefined> => {
  const row = await selectKept(db).where('slug', '=', slug).executeTakeFirst();
  return row && withTerms(row);
};
