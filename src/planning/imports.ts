import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import { changeInside } from '../events/change.ts';
import { createEvent } from '../events/plan.ts';
import { endImport, findImport } from '../imports.ts';
import type { Queue } from '../jobs.ts';
import type { EventRow } from './import-file.ts';
import { fingerprintOf, type Preview, previewImport } from './import-preview.ts';

/** A row that was refused though the preview had a place for it: everything is undone. */
class Unplaced extends Error {
  readonly row: number;
  constructor(row: number) {
    super(`Row ${row} found no place`);
    this.row = row;
  }
}

/** Does work that the database may refuse, without losing what was done before it. */
const attempt = async (trx: Trx, work: () => Promise<boolean>): Promise<boolean> => {
  await sql`savepoint a_row`.execute(trx);
  try {
    const done = await work();
    await sql`release savepoint a_row`.execute(trx);
    return done;
  } catch (error) {
    if (!String((error as { code?: unknown }).code).startsWith('23')) throw error;
    await sql`rollback to savepoint a_row`.execute(trx);
    return false;
  }
};

interface Doing {
  queue: Queue;
  actor: Actor;
  areaIds: string[];
  now: Temporal.Instant;
}

/** Changes rows in an order in which each finds the place that another leaves. */
const changeAll = async (trx: Trx, { queue, actor, areaIds, now }: Doing, changed: Preview['changed']) => {
  let waiting = changed;
  while (waiting.length > 0) {
    const still: typeof waiting = [];
    for (const one of waiting) {
      const { slug, version } = one.current;
      const done = await attempt(trx, async () => {
        const doing = { actor, areaIds, slug };
        const outcome = await changeInside(trx, queue, doing, { version, plan: one.plan }, now, () => {});
        return outcome !== undefined && !('refused' in outcome);
      });
      if (!done) still.push(one);
    }
    if (still.length === waiting.length) throw new Unplaced(still[0]!.row);
    waiting = still;
  }
};

type Outcome =
  | { added: number; changed: number; first: Temporal.Instant | undefined }
  | { refused: 'unknown' }
  | { refused: 'done before' }
  /** Something was planned since the preview. */
  | { refused: 'looks different now' }
  | { refused: 'no place'; row: number };

/**
 * Adds and changes what a preview showed, all of it or nothing: where the plans have changed since, it is to be looked
 * at again. Done twice, it does nothing the second time.
 */
export const confirmImport = async (
  db: Db,
  doing: Doing & { coordinatorId: string; timeZone: string },
  { id, fingerprint }: { id: string; fingerprint: string },
): Promise<Outcome> => {
  const { actor, areaIds, timeZone, now } = doing;
  try {
    return await db.transaction().execute(async (trx): Promise<Outcome> => {
      const whose = { kind: 'events' as const, coordinatorId: doing.coordinatorId };
      const found = await findImport(trx, whose, id, now, { lock: true });
      if (!found) return { refused: 'unknown' };
      if (found.doneAt) return { refused: 'done before' };
      const preview = await previewImport(trx, areaIds, found.rows as EventRow[], timeZone, now);
      if (fingerprintOf(preview) !== fingerprint) return { refused: 'looks different now' };
      await changeAll(trx, doing, preview.changed);
      const inOrder = preview.added.toSorted(
        (a, b) =>
          String(a.plan.pitchId).localeCompare(String(b.plan.pitchId)) ||
          Temporal.Instant.compare(a.plan.startsAt, b.plan.startsAt),
      );
      for (const { row, plan } of inOrder)
        if ('refused' in (await createEvent(trx, actor, areaIds, plan, now))) throw new Unplaced(row);
      await endImport(trx, id, now);
      const counts = { added: preview.added.length, changed: preview.changed.length };
      const entry = { action: 'import', subjectKind: 'events', subjectId: id, details: counts };
      await audit(trx, actor, entry, now);
      const starts = [...preview.added, ...preview.changed].map(({ plan }) => plan.startsAt);
      return { ...counts, first: starts.sort(Temporal.Instant.compare)[0] };
    });
  } catch (error) {
    if (error instanceof Unplaced) return { refused: 'no place', row: error.row };
    throw error;
  }
};
