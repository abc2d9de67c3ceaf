import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import { areasBySlug } from './coordinators.ts';
import { endSessions } from './devices.ts';

const selectListed = (db: Db | Trx) =>
  db
    .selectFrom('coordinators')
    .leftJoin('coordinator_areas', 'coordinator_areas.coordinator_id', 'coordinators.id')
    .leftJoin('areas', 'areas.id', 'coordinator_areas.area_id')
    .select([
      'coordinators.id',
      'coordinators.full_name as fullName',
      'coordinators.email',
      'coordinators.administrator',
      'coordinators.created_at as since',
      sql<
        string[]
      >`coalesce(array_agg(areas.name order by areas.name) filter (where areas.id is not null), '{}')`.as(
        'areas',
      ),
      sql<
        string[]
      >`coalesce(array_agg(areas.slug order by areas.name) filter (where areas.id is not null), '{}')`.as(
        'areaSlugs',
      ),
    ])
    .where('coordinators.ended_at', 'is', null)
    .groupBy('coordinators.id');

/** All coordinators, by name. */
export const listCoordinators = (db: Db) =>
  selectListed(db).orderBy('coordinators.full_name').orderBy('coordinators.id').execute();

/** One of them; undefined once they have ended. */
export const findListed = (db: Db, id: string) =>
  selectListed(db).where('coordinators.id', '=', id).executeTakeFirst();

export type NotChanged = { refused: 'unknown' | 'unknown area' | 'last administrator' | 'yourself' };

/** What the database says when nobody would be left who may change the programme. */
const orLastAdministrator = async <T>(work: Promise<T>): Promise<T | NotChanged> => {
  try {
    return await work;
  } catch (error) {
    if ((error as { constraint?: string }).constraint !== 'at_least_one_administrator') throw error;
    return { refused: 'last administrator' };
  }
};

interface Standing {
  id: string;
  areaSlugs: string[];
  administrator: boolean;
  now: Temporal.Instant;
}

/** Gives a coordinator these areas and no others, and makes them an administrator or not. */
export const changeCoordinator = (
  db: Db,
  actor: Actor,
  { id, areaSlugs, administrator, now }: Standing,
): Promise<'changed' | NotChanged> =>
  orLastAdministrator(
    db.transaction().execute(async (trx) => {
      const areas = await areasBySlug(trx, areaSlugs);
      if (areas.length < new Set(areaSlugs).size) return { refused: 'unknown area' } as const;
      const changed = await trx
        .updateTable('coordinators')
        .set({ administrator })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      if (changed.numUpdatedRows === 0n) return { refused: 'unknown' } as const;
      await trx.deleteFrom('coordinator_areas').where('coordinator_id', '=', id).execute();
      if (areas.length > 0)
        await trx
          .insertInto('coordinator_areas')
          .values(areas.map((area) => ({ coordinator_id: id, area_id: area.id })))
          .execute();
      const details = { areaSlugs, administrator };
      await audit(trx, actor, { action: 'change', subjectKind: 'coordinator', subjectId: id, details }, now);
      return 'changed' as const;
    }),
  );

/** Ends a coordinator: they are signed out at once, and no code lets them in any more. Nobody ends themselves. */
export const endCoordinator = async (
  db: Db,
  actor: Actor,
  { id, now }: { id: string; now: Temporal.Instant },
): Promise<'ended' | NotChanged> => {
  if (id === actor.coordinatorId) return { refused: 'yourself' };
  return orLastAdministrator(
    db.transaction().execute(async (trx) => {
      const ended = await trx
        .updateTable('coordinators')
        .set({ ended_at: now })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      if (ended.numUpdatedRows === 0n) return { refused: 'unknown' } as const;
      await trx.deleteFrom('sign_in_codes').where('coordinator_id', '=', id).execute();
      await endSessions(trx, { coordinatorId: id });
      await audit(trx, actor, { action: 'end', subjectKind: 'coordinator', subjectId: id }, now);
      return 'ended' as const;
    }),
  );
};
