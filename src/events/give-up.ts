import { isSameCode } from '../accounts/code.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { endInvite } from '../mail/calendar-entries.ts';
import { queueMessage } from '../mail/messages.ts';
import { cancelledMessage } from '../mail/place-messages.ts';
import { isLiveAttendance, isOpenToAttend, personOf, sendInvite } from './attend.ts';
import { findHeldEvent, type HeldEvent, occasionOf } from './entry.ts';
import { offerFreePlaces } from './offers.ts';

interface Moment {
  publicUrl: string;
  now: Temporal.Instant;
}

/** As many of an address's newest as a typed code is compared with. */
const MOST = 50;

/** The attendance of this address that the typed code belongs to, given up or not. */
export const findByTypedCode = async (
  db: Db,
  { emailKey, typed, secret }: { emailKey: string; typed: string; secret: string },
) => {
  const rows = await db
    .selectFrom('attendances')
    .select('id')
    .where('email_key', '=', emailKey)
    .orderBy('said_at', 'desc')
    .limit(MOST)
    .execute();
  return rows.find(({ id }) => isSameCode(typed, id, secret))?.id;
};

const lock = (trx: Trx, id: string) =>
  trx.selectFrom('attendances').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

/**
 * Gives up a place, or one's turn on the waiting list, and offers it to the next. A second call changes nothing.
 * @returns the event, or that there is no such attendance or the event is over
 */
export const giveUp = async (
  trx: Trx,
  queue: Queue,
  id: string,
  why: 'self' | 'coordinator',
  moment: Moment,
): Promise<HeldEvent | { refused: 'unknown' | 'over' }> => {
  const row = await lock(trx, id);
  const event = row && (await findHeldEvent(trx, row.event_id));
  if (!row || !event) return { refused: 'unknown' };
  if (row.state === 'withdrawn') return event;
  const { now } = moment;
  if (Temporal.Instant.compare(event.entry.endsAt, now) <= 0) return { refused: 'over' };
  await trx
    .updateTable('attendances')
    .set({ state: 'withdrawn', withdrawn_at: now, offered_until: null })
    .where('id', '=', id)
    .execute();
  const invite = await endInvite(trx, 'attendance_id', id, { ...moment, page: `/events/${event.slug}` });
  if (invite || why === 'coordinator') {
    const news = { occasion: occasionOf(event, now), reason: null, why };
    await queueMessage(trx, queue, cancelledMessage(personOf(row), news, invite), now);
  }
  await offerFreePlaces(trx, queue, event, now);
  return event;
};

/** Gives up all that an address has said it comes to: who leaves hears no more of us. */
export const giveUpAll = async (trx: Trx, queue: Queue, emailKey: string, moment: Moment) => {
  const rows = await trx
    .selectFrom('attendances')
    .select('id')
    .where('email_key', '=', emailKey)
    .where(isLiveAttendance)
    .orderBy('event_id')
    .execute();
  for (const { id } of rows) await giveUp(trx, queue, id, 'self', moment);
};

export type Accepted = HeldEvent | { refused: 'ran out' | 'not yet' | 'not open' };

/** Takes the place that was offered; a second call changes nothing. */
export const acceptOffer = (db: Db, queue: Queue, id: string, moment: Moment): Promise<Accepted> =>
  db.transaction().execute(async (trx): Promise<Accepted> => {
    const row = await lock(trx, id);
    const event = row && (await findHeldEvent(trx, row.event_id));
    if (!row || !event) return { refused: 'ran out' };
    if (row.state === 'booked') return event;
    if (row.state === 'waiting') return { refused: 'not yet' };
    if (!isOpenToAttend(event, moment.now)) return { refused: 'not open' };
    const isRunning = row.offered_until && Temporal.Instant.compare(row.offered_until, moment.now) > 0;
    if (!isRunning) return { refused: 'ran out' };
    await trx
      .updateTable('attendances')
      .set({ state: 'booked', offered_until: null })
      .where('id', '=', id)
      .execute();
    await sendInvite(trx, queue, event, row, row.email_key, moment);
    return event;
  });

/** Ends the waiting for an event that is cancelled, and says so. */
export const endWaiting = (db: Db, queue: Queue, eventId: string, now: Temporal.Instant) =>
  db.transaction().execute(async (trx) => {
    const event = await findHeldEvent(trx, eventId);
    if (event?.state !== 'cancelled') return;
    const ended = await trx
      .updateTable('attendances')
      .set({ state: 'withdrawn', withdrawn_at: now, offered_until: null })
      .where('event_id', '=', eventId)
      .where(isLiveAttendance)
      .where('state', 'in', ['waiting', 'offered'])
      .returning(['id', 'event_id', 'full_name', 'email'])
      .execute();
    const news = { occasion: occasionOf(event, now), reason: event.reason, why: 'event' as const };
    for (const row of ended) await queueMessage(trx, queue, cancelledMessage(personOf(row), news), now);
  });
