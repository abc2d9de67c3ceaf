import { randomUUIDv7 } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { isLive } from '../champions/live.ts';
import type { Db, Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import type { Queue } from '../jobs.ts';
import { inviteDetails, toldBy } from '../mail/calendar-entries.ts';
import { queueMessage } from '../mail/messages.ts';
import { comingMessage, type Person, placeFreeMessage, waitingMessage } from '../mail/place-messages.ts';
import type { AttendanceState, Schema } from '../schema.ts';
import { findHeldEvent, type HeldEvent, occasionOf } from './entry.ts';
import { offerUntil, untilWords } from './offers.ts';

export interface Attending {
  eventId: string;
  /** The same for every copy of one submitted form. */
  submissionId: string;
  fullName: string;
  email: EmailAddress;
  publicUrl: string;
  now: Temporal.Instant;
}

export type Attended = { id: string; state: AttendanceState; again: boolean } | { refused: 'not open' };

/** In the words of the index one_live_attendance. */
export const isLiveAttendance = sql<boolean>`state <> 'withdrawn'`;

/** Whether people can say that they come: it counts its places, goes ahead, and has not begun. */
export const isOpenToAttend = ({ kind, capacity, state, entry }: HeldEvent, now: Temporal.Instant) =>
  kind !== 'stall' &&
  capacity !== null &&
  state === 'published' &&
  Temporal.Instant.compare(entry.startsAt, now) > 0;

/** Whether an error is the database's refusal of one person too many. */
export const isOverfilled = (error: unknown) =>
  (error as { constraint?: string } | undefined)?.constraint === 'events_never_overfilled';

/** What goes to a person about where they stand. */
export const personOf = (
  row: Pick<Selectable<Schema['attendances']>, 'id' | 'event_id' | 'full_name' | 'email'>,
): Person => ({
  championId: null,
  attendanceId: row.id,
  eventId: row.event_id,
  fullName: row.full_name,
  recipient: row.email,
});

/**
 * Keeps that a person comes, and sends them the invite; where all places are taken, that they wait for one. Who said so
 * before is told how they stand; the same submission again changes nothing.
 */
export const attend = async (db: Db, queue: Queue, details: Attending): Promise<Attended> => {
  const within = (full: boolean) =>
    db.transaction().execute((trx) => attendWithin(trx, queue, details, full));
  try {
    return await within(false);
  } catch (error) {
    // Others took the last places meanwhile.
    if (isOverfilled(error)) return within(true);
    throw error;
  }
};

export const attendWithin = async (
  trx: Trx,
  queue: Queue,
  details: Attending,
  full: boolean,
): Promise<Attended> => {
  const { eventId, email, now } = details;
  const event = await findHeldEvent(trx, eventId);
  if (!event || !isOpenToAttend(event, now)) return { refused: 'not open' };
  const added = await addAttendance(trx, details, full || (await isTaken(trx, event, now)));
  if (!added) return sayAgain(trx, queue, event, details);
  if (added.state === 'booked') await sendInvite(trx, queue, event, added, email.key, details);
  else
    await queueMessage(
      trx,
      queue,
      waitingMessage(personOf(added), { occasion: occasionOf(event, now), again: false }),
      now,
    );
  return { id: added.id, state: added.state, again: false };
};

/** Whether a newcomer has to wait: there is no free place, or others wait for it. */
const isTaken = async (trx: Trx, event: HeldEvent, now: Temporal.Instant) => {
  const { rows } = await sql<{ full: boolean; waiting: boolean }>`
    select taken >= capacity as full,
      exists (select from attendances where event_id = ${event.id} and state = 'waiting') as waiting
    from event_places where event_id = ${event.id}`.execute(trx);
  const [places] = rows;
  return !places || places.full || (places.waiting && offerUntil(event, now) !== undefined);
};

const addAttendance = (
  trx: Trx,
  { eventId, submissionId, fullName, email, now }: Attending,
  waits: boolean,
) =>
  trx
    .insertInto('attendances')
    .values({
      id: randomUUIDv7(),
      event_id: eventId,
      full_name: fullName,
      email: email.address,
      email_key: email.key,
      state: waits ? 'waiting' : 'booked',
      submission_id: submissionId,
      said_at: now,
      offered_until: null,
      withdrawn_at: null,
    })
    .onConflict((conflict) => conflict.columns(['event_id', 'email_key']).where(isLiveAttendance).doNothing())
    .returningAll()
    .executeTakeFirst();

/** Where the person stands, to those who say so once more. */
const sayAgain = async (trx: Trx, queue: Queue, event: HeldEvent, details: Attending): Promise<Attended> => {
  const { email, submissionId, now } = details;
  const row = await trx
    .selectFrom('attendances')
    .selectAll()
    .where('event_id', '=', event.id)
    .where('email_key', '=', email.key)
    .where(isLiveAttendance)
    .executeTakeFirstOrThrow();
  const standing = { id: row.id, state: row.state, again: true };
  if (row.submission_id === submissionId) return standing;
  const news = { occasion: occasionOf(event, now), again: true };
  const message = () => {
    if (row.state === 'booked') return comingMessage(personOf(row), news);
    if (row.state === 'waiting') return waitingMessage(personOf(row), news);
    return placeFreeMessage(personOf(row), {
      ...news,
      until: untilWords(row.offered_until!, event.timeZone, now),
    });
  };
  await queueMessage(trx, queue, message(), now);
  return standing;
};

/** A champion who signed up at the event has an entry for it already: it stays the one, under its own UID. */
const takeOverInvite = (trx: Trx, eventId: string, attendanceId: string, emailKey: string) =>
  trx
    .updateTable('invites')
    .set((eb) => ({ champion_id: null, attendance_id: attendanceId, sequence: eb('sequence', '+', 1) }))
    .where('event_id', '=', eventId)
    .where('cancelled_at', 'is', null)
    .where('champion_id', 'in', (eb) =>
      eb.selectFrom('champions').select('id').where('email_key', '=', emailKey).where(isLive),
    )
    .returning(['id', 'sequence'])
    .executeTakeFirst();

/** Puts the event into the calendar of someone who now has a place. */
export const sendInvite = async (
  trx: Trx,
  queue: Queue,
  event: HeldEvent,
  row: Selectable<Schema['attendances']>,
  emailKey: string,
  { publicUrl, now }: { publicUrl: string; now: Temporal.Instant },
) => {
  const before = await takeOverInvite(trx, event.id, row.id, emailKey);
  const invite = before ?? { id: randomUUIDv7(), sequence: 0 };
  const details = inviteDetails(invite, 'REQUEST', event.entry, publicUrl, `/events/${event.slug}`);
  const told = JSON.stringify(toldBy(details));
  await (before
    ? trx.updateTable('invites').set({ told }).where('id', '=', invite.id).execute()
    : trx
        .insertInto('invites')
        .values({ id: invite.id, attendance_id: row.id, event_id: event.id, told, created_at: now })
        .execute());
  const message = comingMessage(personOf(row), { occasion: occasionOf(event, now), again: false }, details);
  await queueMessage(trx, queue, message, now);
};
