import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { type Holder, tell } from '../mail/tell.ts';
import { findHeldEvent, subjectOf } from './entry.ts';
import { endWaiting } from './give-up.ts';

const BATCH = 200;

/** Live invites of an event in the order of their ids, with whose they are; who reads them locks them. */
export const selectHolders = (trx: Trx, eventId: string) =>
  trx
    .selectFrom('invites')
    .leftJoin('champions', 'champions.id', 'invites.champion_id')
    .leftJoin('attendances', 'attendances.id', 'invites.attendance_id')
    .select((eb) => [
      'invites.id as inviteId',
      'invites.sequence',
      'invites.champion_id as championId',
      'invites.attendance_id as attendanceId',
      'invites.event_id as eventId',
      eb.ref('invites.told').$notNull().as('told'),
      eb.fn.coalesce('champions.full_name', 'attendances.full_name').$notNull().as('fullName'),
      eb.fn.coalesce('champions.email', 'attendances.email').$notNull().as('recipient'),
    ])
    .where('invites.event_id', '=', eventId)
    .where('invites.cancelled_at', 'is', null)
    .orderBy('invites.id');

interface Moment {
  publicUrl: string;
  now: Temporal.Instant;
}

/**
 * One batch, in one transaction. It holds the event first, so that no worker with an older reading tells the holders of a
 * time that another has just told them is over; then the invites, so that two workers tell each of them once.
 * @returns the last invite of a full batch: where the next one goes on
 */
const tellBatch = async (
  trx: Trx,
  queue: Queue,
  eventId: string,
  after: string | undefined,
  { publicUrl, now }: Moment,
) => {
  const event = await findHeldEvent(trx, eventId, { lock: true });
  if (!event) return undefined;
  let query = selectHolders(trx, eventId).limit(BATCH).forUpdate('invites');
  if (after) query = query.where('invites.id', '>', after);
  const holders: Holder[] = await query.execute();
  await tell(trx, queue, holders, subjectOf(event), { publicUrl, timeZone: event.timeZone, now });
  return holders.length === BATCH ? holders.at(-1)!.inviteId : undefined;
};

/**
 * Tells everyone who holds a place at an event what they do not know yet, once it has settled. Running it again, or twice
 * at once, sends nothing twice.
 */
export const tellHolders = async (db: Db, queue: Queue, eventId: string, moment: Moment) => {
  const telling = await db
    .selectFrom('tellings')
    .select('due_at')
    .where('event_id', '=', eventId)
    .executeTakeFirst();
  if (telling && Temporal.Instant.compare(telling.due_at, moment.now) > 0) return;
  let after: string | undefined;
  do {
    after = await db.transaction().execute((trx) => tellBatch(trx, queue, eventId, after, moment));
  } while (after);
  await endWaiting(db, queue, eventId, moment.now);
  await db.deleteFrom('tellings').where('event_id', '=', eventId).where('due_at', '<=', moment.now).execute();
};

/** Does what the jobs should have done, where one was lost or came before its time. */
export const tellOverdue = async (db: Db, queue: Queue, moment: Moment) => {
  const overdue = await db
    .selectFrom('tellings')
    .select('event_id')
    .where('due_at', '<=', moment.now)
    .orderBy('due_at')
    .limit(100)
    .execute();
  for (const { event_id } of overdue) await tellHolders(db, queue, event_id, moment);
};
