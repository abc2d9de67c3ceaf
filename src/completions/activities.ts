import { type Actor, audit } from '../audit.ts';
import type { Db } from '../db.ts';

/** What other systems call our modules. */
export const listActivities = (db: Db) =>
  db
    .selectFrom('module_activities')
    .innerJoin('modules', 'modules.id', 'module_activities.module_id')
    .select(['module_activities.activity', 'modules.name as module'])
    .orderBy('modules.position')
    .orderBy('module_activities.activity')
    .execute();

/** Says which module an activity is; what it was before is forgotten. */
export const nameActivity = (
  db: Db,
  actor: Actor,
  { activity, moduleId }: { activity: string; moduleId: string },
  now: Temporal.Instant,
) =>
  db.transaction().execute(async (trx) => {
    await trx
      .insertInto('module_activities')
      .values({ activity, module_id: moduleId })
      .onConflict((conflict) => conflict.column('activity').doUpdateSet({ module_id: moduleId }))
      .execute();
    await audit(trx, actor, { action: 'add', subjectKind: 'module activity', subjectId: moduleId }, now);
  });

export const forgetActivity = (db: Db, actor: Actor, activity: string, now: Temporal.Instant) =>
  db.transaction().execute(async (trx) => {
    const gone = await trx
      .deleteFrom('module_activities')
      .where('activity', '=', activity)
      .returning('module_id')
      .executeTakeFirst();
    if (!gone) return;
    await audit(
      trx,
      actor,
      { action: 'remove', subjectKind: 'module activity', subjectId: gone.module_id },
      now,
    );
  });
