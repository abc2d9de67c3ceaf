import { audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { clashFacts } from './clash-facts.ts';
import { findClashes } from './clashes.ts';
import { type Doing, type LockedEvent, lockEvent, settle } from './locked.ts';
import { isPrepared, refusalOf, type Step, type StepRefusal, stateAt } from './states.ts';
import { raise, type Taken, takenBy, takeTurns } from './taken.ts';
import { queueTelling } from './telling.ts';

type Outcome<More = never> = Promise<{ id: string } | { refused: StepRefusal } | More | undefined>;

/** Locks the event, asks the rule, does the work, and writes down who did it. */
const take = async <More = never>(
  db: Db,
  { actor, areaIds, slug }: Doing,
  step: Step,
  now: Temporal.Instant,
  work: (trx: Trx, event: LockedEvent) => Promise<More | undefined>,
): Outcome<More> =>
  db.transaction().execute(async (trx) => {
    const event = await lockEvent(trx, { areaIds, slug });
    if (!event) return undefined;
    const refused = refusalOf(step, event, now, event.ready);
    if (refused) return { refused };
    const more = await work(trx, event);
    if (more) return more;
    const subject = { subjectKind: 'event', subjectId: event.id, areaId: event.areaId };
    await audit(trx, actor, { action: step, ...subject, details: { from: event.state } }, now);
    return { id: event.id };
  });

/** The venue was asked. */
export const requestVenue = (
  db: Db,
  doing: Doing,
  now: Temporal.Instant,
): Outcome<{ refused: 'not needed' }> =>
  take(db, doing, 'venue request', now, async (trx, event) => {
    if (event.pitchId === null) return { refused: 'not needed' as const };
    await trx
      .updateTable('events')
      .set({ venue_requested_at: event.venueRequestedAt ?? now })
      .where('id', '=', event.id)
      .execute();
    await settle(trx, doing);
    return undefined;
  });

/**
 * Shows the event to everyone. Nobody is told of it the first time; of one that was postponed, its holders hear when it
 * is now.
 * @param known that the coordinator has seen what does not fit
 */
export const publishEvent = async (
  db: Db,
  queue: Queue,
  doing: Doing,
  { timeZone, known }: { timeZone: string; known: boolean },
  now: Temporal.Instant,
): Outcome<{ refused: 'clashes' } | Taken> => {
  let event: LockedEvent | undefined;
  try {
    return await take<{ refused: 'clashes' } | Taken>(db, doing, 'publication', now, async (trx, locked) => {
      event = locked;
      const facts = await clashFacts(trx, locked, { id: locked.id, permitted: true });
      if (!known && findClashes(facts, timeZone, now).length > 0) return { refused: 'clashes' };
      const postponed = locked.state === 'postponed';
      if (postponed) await takeTurns(trx, locked);
      await trx
        .updateTable('events')
        .set({
          state: 'published',
          updated_at: now,
          postponed_at: null,
          postponed_reason: null,
          ...(postponed ? raise : {}),
        })
        .where('id', '=', locked.id)
        .execute();
      if (postponed) await queueTelling(trx, queue, locked.id, now);
      return undefined;
    });
  } catch (error) {
    // Only what was postponed has given its pitch and kit up, and others may have them now.
    const taken = event && (await takenBy(db, error, event, event.id));
    if (taken) return taken;
    throw error;
  }
};

/** Takes the date back; the pitch and the kit are free for others until there is a new one. */
export const postponeEvent = (
  db: Db,
  queue: Queue,
  doing: Doing,
  reason: string,
  now: Temporal.Instant,
): Outcome =>
  take(db, doing, 'postponement', now, async (trx, event) => {
    await trx
      .updateTable('events')
      .set({
        state: 'postponed',
        postponed_at: now,
        postponed_reason: reason,
        updated_at: now,
        ...raise,
      })
      .where('id', '=', event.id)
      .execute();
    await queueTelling(trx, queue, event.id, now);
    return undefined;
  });

/** Calls the event off, for good. */
export const cancelEvent = (
  db: Db,
  queue: Queue,
  doing: Doing,
  reason: string,
  now: Temporal.Instant,
): Outcome =>
  take(db, doing, 'cancellation', now, async (trx, event) => {
    const withheld = isPrepared(stateAt(event, now));
    await trx
      .updateTable('events')
      .set({
        state: 'cancelled',
        cancelled_at: now,
        cancelled_reason: reason,
        withheld,
        updated_at: now,
        ...raise,
      })
      .where('id', '=', event.id)
      .execute();
    if (!withheld) await queueTelling(trx, queue, event.id, now);
    return undefined;
  });

/** How it went, once it is over. */
export const reportEvent = (
  db: Db,
  doing: Doing,
  { people, note }: { people: number; note: string },
  now: Temporal.Instant,
): Outcome =>
  take(db, doing, 'report', now, async (trx, event) => {
    await trx.updateTable('events').set({ state: 'reported' }).where('id', '=', event.id).execute();
    await trx
      .insertInto('event_reports')
      .values({ event_id: event.id, people, note, reported_at: now, reported_by: doing.actor.coordinatorId })
      .execute();
    return undefined;
  });
