import type { Db, Trx } from '../db.ts';
import type { Learner } from './learner.ts';

/** Notes that a champion has read a page, in the module's present version. */
export const markRead = async (
  db: Db | Trx,
  { championId, module }: Learner,
  page: string,
  now: Temporal.Instant,
) => {
  const read = { module_version: module.version, read_at: now };
  await db
    .insertInto('pages_read')
    .values({ champion_id: championId, module_id: module.id, page, ...read })
    .onConflict((conflict) => conflict.columns(['champion_id', 'module_id', 'page']).doUpdateSet(read))
    .execute();
};

/** The names of the pages that a champion has read of the module's present version. */
export const pagesRead = async (db: Db | Trx, { championId, module }: Learner): Promise<Set<string>> => {
  const rows = await db
    .selectFrom('pages_read')
    .select('page')
    .where('champion_id', '=', championId)
    .where('module_id', '=', module.id)
    .where('module_version', '=', module.version)
    .execute();
  return new Set(rows.map(({ page }) => page));
};

/** The number of the first page, from 1, that is still to be read; undefined where all are. */
export const firstUnread = ({ course }: Pick<Learner, 'course'>, read: ReadonlySet<string>) => {
  const at = course.pages.findIndex(({ name }) => !read.has(name));
  return at < 0 ? undefined : at + 1;
};
