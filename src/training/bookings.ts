import { randomUUIDv7 } from 'node:crypto';
import type { Trx } from '../db.ts';

export interface Booked {
  bookingId: string;
  inviteId: string;
}

/**
 * Books a champion on a session and makes the calendar invite that goes with it.
 * @throws the violation of `sessions_never_overbooked` where the last place has gone: see `isFull`
 */
export const bookSession = async (
  trx: Trx,
  { sessionId, championId, now }: { sessionId: string; championId: string; now: Temporal.Instant },
): Promise<Booked> => {
  const bookingId = randomUUIDv7();
  const inviteId = randomUUIDv7();
  await trx
    .with('booking', (with_) =>
      with_
        .insertInto('bookings')
        .values({ id: bookingId, session_id: sessionId, champion_id: championId, booked_at: now })
        .returning('id'),
    )
    .insertInto('invites')
    .columns(['id', 'champion_id', 'booking_id'])
    .expression((eb) =>
      eb
        .selectFrom('booking')
        .select((row) => [row.val(inviteId).as('id'), row.val(championId).as('champion_id'), 'booking.id']),
    )
    .execute();
  return { bookingId, inviteId };
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
