import { randomUUIDv7 } from 'node:crypto';
import type { Trx } from '../db.ts';
import { writeTogether } from '../write-together.ts';

interface NewBooking {
  bookingId: string;
  /** The calendar invite that goes with it. */
  inviteId: string;
  sessionId: string;
  championId: string;
  now: Temporal.Instant;
}

/** A booking and its calendar invite, to be written together. */
export const bookingInserts = (trx: Trx, { bookingId, inviteId, sessionId, championId, now }: NewBooking) => [
  trx
    .insertInto('bookings')
    .values({ id: bookingId, session_id: sessionId, champion_id: championId, booked_at: now }),
  trx.insertInto('invites').values({ id: inviteId, champion_id: championId, booking_id: bookingId }),
];

/**
 * Books a champion on a session and makes the calendar invite that goes with it.
 * @returns the invite's id
 * @throws the violation of `sessions_never_overbooked` where the last place has gone: see `isFull`
 */
export const bookSession = async (trx: Trx, to: Pick<NewBooking, 'sessionId' | 'championId' | 'now'>) => {
  const booking = { bookingId: randomUUIDv7(), inviteId: randomUUIDv7(), ...to };
  await writeTogether(trx, bookingInserts(trx, booking));
  return booking.inviteId;
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
    .set({ state: 'withdrawn', withdrawn_at: now })
    .where('id', '=', bookingId)
    .where('champion_id', '=', championId)
    .where('state', '=', 'booked')
    .executeTakeFirst();
  return released.numUpdatedRows > 0n;
};
