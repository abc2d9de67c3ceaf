import { randomUUIDv7 } from 'node:crypto';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import { ROUTE_COLUMNS } from './reporting.ts';

/** A way to report or to get support, as administrators write it. */
export interface ReportingEntry {
  position: number;
  emergency: boolean;
  name: string;
  whatFor: string;
  phone: string | null;
  url: string | null;
  coverage: string;
  hours: string;
  source: string;
  sourceUrl: string;
  /** The last day on which it is shown. */
  checkBy: string;
}

/** All of them, in the order of the page; also those that hide because nobody checked them in time. */
export const listReporting = (db: Db) =>
  db
    .selectFrom('reporting_routes')
    .select(['id', 'position', ...ROUTE_COLUMNS])
    .orderBy('position')
    .orderBy('id')
    .execute();

export const findReporting = (db: Db, id: string) =>
  db
    .selectFrom('reporting_routes')
    .select(['id', 'position', ...ROUTE_COLUMNS])
    .where('id', '=', id)
    .executeTakeFirst();

const rowOf = ({ whatFor, sourceUrl, checkBy, ...rest }: ReportingEntry) => ({
  ...rest,
  what_for: whatFor,
  source_url: sourceUrl,
  check_by: checkBy,
});

const written = (trx: Trx, actor: Actor, action: string, id: string, now: Temporal.Instant) =>
  audit(trx, actor, { action, subjectKind: 'reporting route', subjectId: id }, now);

export const addReporting = (db: Db, actor: Actor, entry: ReportingEntry, now: Temporal.Instant) =>
  db.transaction().execute(async (trx) => {
    const id = randomUUIDv7();
    await trx
      .insertInto('reporting_routes')
      .values({ id, ...rowOf(entry) })
      .execute();
    await written(trx, actor, 'add', id, now);
  });

/** @returns false where there is none with this id any more */
export const changeReporting = (
  db: Db,
  actor: Actor,
  id: string,
  entry: ReportingEntry,
  now: Temporal.Instant,
) =>
  db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('reporting_routes')
      .set(rowOf(entry))
      .where('id', '=', id)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return false;
    await written(trx, actor, 'change', id, now);
    return true;
  });

/** Takes it off the page for good; 999 and 101 are shown whatever is here. A second press finds nothing to do. */
export const removeReporting = (db: Db, actor: Actor, id: string, now: Temporal.Instant) =>
  db.transaction().execute(async (trx) => {
    const removed = await trx.deleteFrom('reporting_routes').where('id', '=', id).executeTakeFirst();
    if (removed.numDeletedRows > 0n) await written(trx, actor, 'remove', id, now);
  });
