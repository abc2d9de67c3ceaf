import { audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { reopenPassed } from './gates.ts';
import { type Doing, type LockedEvent, lockEvent, settle } from './locked.ts';
import { bringKit, type EventPlan, type PlanRefusal, placeOf, rowOf } from './plan.ts';
import { type Gate, isPrepared, refusalOf, type StepRefusal } from './states.ts';
import { type Occupying, raise, takenBy, takeTurns } from './taken.ts';
import { queueTelling } from './telling.ts';

export type ChangeRefusal =
  | PlanRefusal
  | { refused: StepRefusal }
  /** Someone else has changed it since. */
  | { refused: 'stale' }
  /** More people hold a place than could come. */
  | { refused: 'booked' };

export interface Change {
  /** The version that the coordinator saw. */
  version: number;
  plan: EventPlan;
}

/** Whether time or place differ; and what was settled for another time, place or person. */
const differencesOf = (event: LockedEvent, plan: EventPlan) => {
  const moved =
    event.pitchId !== plan.pitchId ||
    event.onlineUrl !== plan.onlineUrl ||
    !event.startsAt.equals(plan.startsAt) ||
    !event.endsAt.equals(plan.endsAt);
  const unsettled: { gate: Gate; reason: string }[] = [];
  if (moved) unsettled.push({ gate: 'permission', reason: 'The time or the place has changed' });
  if (event.pitchId !== plan.pitchId) unsettled.push({ gate: 'insurance', reason: 'The place has changed' });
  if (event.leadId !== plan.leadId) unsettled.push({ gate: 'lead', reason: 'The lead has changed' });
  return { moved, unsettled };
};

/**
 * The same within a transaction of the caller's, for many at once: what the database refuses comes as its error.
 * @param onto is told what the change runs up against before the database is
 */
export const changeInside = async (
  trx: Trx,
  queue: Queue,
  { actor, areaIds, slug }: Doing,
  { version, plan }: Change,
  now: Temporal.Instant,
  onto: (around: Occupying, eventId: string) => void,
): Promise<{ id: string } | ChangeRefusal | undefined> => {
  const event = await lockEvent(trx, { areaIds, slug });
  if (!event) return undefined;
  const refused = refusalOf('edit', event, now, event.ready);
  if (refused) return { refused };
  if (event.version !== version) return { refused: 'stale' };
  const place = await placeOf(trx, areaIds, plan, event);
  if (!place) return { refused: 'elsewhere' };
  onto({ ...plan, ...place }, event.id);
  await takeTurns(trx, plan);
  const gone = event.kitItemIds.filter((id) => !plan.kitItemIds.includes(id));
  const added = plan.kitItemIds.filter((id) => !event.kitItemIds.includes(id));
  if (gone.length > 0)
    await trx
      .deleteFrom('event_kit')
      .where('event_id', '=', event.id)
      .where('kit_item_id', 'in', gone)
      .execute();
  const { moved, unsettled } = differencesOf(event, plan);
  await trx
    .updateTable('events')
    .set({
      ...rowOf(plan, place),
      ...(plan.pitchId === null ? { neighbourhood_id: null } : {}),
      version: version + 1,
      updated_at: now,
      ...(moved ? raise : {}),
      ...(event.pitchId === plan.pitchId ? {} : { venue_requested_at: null }),
    })
    .where('id', '=', event.id)
    .execute();
  if (added.length > 0) await bringKit(trx, event.id, added).execute();
  for (const { gate, reason } of unsettled) await reopenPassed(trx, actor, event.id, [gate], reason, now);
  const entry = {
    action: 'change',
    subjectKind: 'event',
    subjectId: event.id,
    areaId: place.areaId,
    details: { version: version + 1, moved },
  };
  await audit(trx, actor, entry, now);
  await settle(trx, { areaIds, slug });
  // Of what is postponed they hear when it is published anew.
  if (moved && !isPrepared(event.state) && event.state !== 'postponed')
    await queueTelling(trx, queue, event.id, now);
  return { id: event.id };
};

/**
 * Changes an event as a whole, over the version that the coordinator saw. Whoever holds a place hears of another time
 * or place; what the venue had agreed to has to be agreed anew.
 */
export const changeEvent = async (
  db: Db,
  queue: Queue,
  doing: Doing,
  change: Change,
  now: Temporal.Instant,
): Promise<{ id: string } | ChangeRefusal | undefined> => {
  let onto: [Occupying, string] | undefined;
  try {
    return await db
      .transaction()
      .execute((trx) => changeInside(trx, queue, doing, change, now, (...wanted) => (onto = wanted)));
  } catch (error) {
    const taken = onto && (await takenBy(db, error, ...onto));
    if (taken) return taken;
    if ((error as { constraint?: string }).constraint === 'events_never_overfilled')
      return { refused: 'booked' };
    throw error;
  }
};
