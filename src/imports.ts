import { randomUUIDv7 } from 'node:crypto';
import type { FileRow } from './csv-file.ts';
import type { Db, Trx } from './db.ts';
import type { ImportKind } from './schema.ts';

const KEPT_HOURS = 4;

interface Whose {
  kind: ImportKind;
  coordinatorId: string;
}

/** Keeps a file's rows until they are confirmed, or for some hours. */
export const saveImport = async (
  db: Db,
  { kind, coordinatorId }: Whose,
  rows: FileRow[],
  now: Temporal.Instant,
) => {
  const id = randomUUIDv7();
  await db
    .insertInto('imports')
    .values({
      id,
      kind,
      coordinator_id: coordinatorId,
      rows: JSON.stringify(rows),
      made_at: now,
      expires_at: now.add({ hours: KEPT_HOURS }),
      done_at: null,
    })
    .execute();
  return id;
};

/** A file that this coordinator chose; undefined once it has expired. With `lock`, nobody else confirms it meanwhile. */
export const findImport = (
  db: Db | Trx,
  { kind, coordinatorId }: Whose,
  id: string,
  now: Temporal.Instant,
  { lock = false } = {},
) => {
  const query = db
    .selectFrom('imports')
    .select(['id', 'rows', 'done_at as doneAt'])
    .where('id', '=', id)
    .where('kind', '=', kind)
    .where('coordinator_id', '=', coordinatorId)
    .where('expires_at', '>', now);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
};

/** Once it is done, it is kept for a while only to say so, without its rows. */
export const endImport = (trx: Trx, id: string, now: Temporal.Instant) =>
  trx
    .updateTable('imports')
    .set({ done_at: now, rows: JSON.stringify([]) })
    .where('id', '=', id)
    .execute();

/** Lets go of the files that have expired: they name people. */
export const sweepImports = async (db: Db, now: Temporal.Instant) => {
  await db.deleteFrom('imports').where('expires_at', '<=', now).execute();
};
