import type { Actor } from '../audit.ts';
import type { Db, Trx } from '../db.ts';

/** For so long a form that is sent again changes nothing: far longer than anyone leaves a page open. */
const KEPT_HOURS = 30 * 24;

/** Notes a form as sent; false where it was sent before. */
export const isFirstSubmission = async (
  trx: Trx,
  { coordinatorId }: Actor,
  submissionId: string,
  now: Temporal.Instant,
): Promise<boolean> => {
  const added = await trx
    .insertInto('submissions')
    .values({ id: submissionId, coordinator_id: coordinatorId!, made_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return added !== undefined;
};

/** Forgets forms that were sent long ago. */
export const sweepSubmissions = async (db: Db, now: Temporal.Instant) => {
  await db
    .deleteFrom('submissions')
    .where('made_at', '<', now.subtract({ hours: KEPT_HOURS }))
    .execute();
};
