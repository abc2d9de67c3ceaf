import { randomUUIDv7 } from 'node:crypto';
import type { Trx } from '../db.ts';
import { type CalendarEntry, insertInvite, newInvite } from '../mail/calendar-entries.ts';
import type { BookingState } from '../schema.ts';

/** Whether a live booking has a place: not where they wait for one, or are offered it. */
export const hasPlace = ({ state }: { state: BookingState }) => state !== 'waiting' && state !== 'offered';

interface ToBook {
  session: { id: string; entry: CalendarEntry };
  championId: string;
  publicUrl: string;
  now: Temporal.Instant;
}

/**
 * Books a champion on a session and makes the calendar invite that goes with it.
 * @returns what the message carries for their calendar
 * @throws the violation of `sessions_never_overbooked` where the last place has gone: see `isFull`
 */
export const bookSession = async (trx: Trx, { session, championId, publicUrl, now }: ToBook) => {
  const id = randomUUIDv7();
  await trx
    .insertInto('bookings')
    .values({ id, session_id: session.id, champion_id: championId, booked_at: now })
    .execute();
  const { row, details } = newInvite({ championId, bookingId: id }, session.entry, { publicUrl, now });
  await insertInvite(trx, row);
  return details;
};

/** The place that was offered to them is theirs; their invite comes with it. */
export const bookOffered = async (
  trx: Trx,
  { bookingId, session, championId, publicUrl, now }: ToBook & { bookingId: string },
) => {
  await trx
    .updateTable('bookings')
    .set({ state: 'booked', offered_until: null })
    .where('id', '=', bookingId)
    .execute();
  const { row, details } = newInvite({ championId, bookingId }, session.entry, { publicUrl, now });
  await insertInvite(trx, row);
  return details;
};

/** Whether an error is the database's refusal of one booking too many. */
export const isFull = (error: unknown) =>
  (error as { constraint?: string } | undefined)?.constraint === 'sessions_never_overbooked';

/** Releases a booking that is still to come; false where the champion has no such live booking. */
export const withdrawBooking = async (
  trx: Trx,
  { bookingId, championId, now }: { bookingId: string; championId: string; now: Temporal.Instant },
) => {
  const released = await trx
    .updateTable('bookings')
    .set({ state: 'withdrawn', withdrawn_at: now, offered_until: null })
    .where('id', '=', bookingId)
    .where('champion_id', '=', championId)
    .where('state', 'in', ['booked', 'waiting', 'offered'])
    .executeTakeFirst();
  return released.numUpdatedRows > 0n;
};
