import type { Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { endInvite } from '../mail/calendar-entries.ts';
import { queueMessage } from '../mail/messages.ts';
import { cancelledMessage } from '../mail/place-messages.ts';
import { withdrawBooking } from './bookings.ts';
import { findHeldSession, occasionOf, othersOf } from './held-session.ts';
import { offerFreePlaces } from './offers.ts';

export interface Moment {
  publicUrl: string;
  now: Temporal.Instant;
}

interface Given {
  championId: string;
  bookingId: string;
  /** Who gives it up; of what they only wait for, and did not give up themselves, they hear nothing. */
  why: 'self' | 'coordinator' | 'has another';
}

/**
 * Gives up a place at a session, or one's turn on its waiting list, takes it out of the calendar and offers it to the
 * next. A second call changes nothing.
 */
export const givePlaceUp = async (
  trx: Trx,
  queue: Queue,
  { championId, bookingId, why }: Given,
  { publicUrl, now }: Moment,
): Promise<'given up' | { refused: 'unknown' | 'over' }> => {
  const champion = await trx
    .selectFrom('champions')
    .select(['full_name as fullName', 'email'])
    .where('id', '=', championId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  const booking = await trx
    .selectFrom('bookings')
    .select(['session_id as sessionId', 'state'])
    .where('id', '=', bookingId)
    .where('champion_id', '=', championId)
    .executeTakeFirst();
  const session = booking && (await findHeldSession(trx, booking.sessionId, { lock: true }));
  if (!champion || !session) return { refused: 'unknown' };
  if (booking.state === 'withdrawn') return 'given up';
  if (Temporal.Instant.compare(session.entry.endsAt, now) <= 0) return { refused: 'over' };
  if (!(await withdrawBooking(trx, { bookingId, championId, now }))) return { refused: 'over' };
  const invite = await endInvite(trx, 'booking_id', bookingId, { publicUrl, now });
  if (invite || why === 'coordinator') {
    const person = { championId, attendanceId: null, eventId: null, recipient: champion.email };
    const news = {
      occasion: occasionOf(session, now),
      reason: null,
      why: why === 'coordinator' ? why : ('self' as const),
      others: othersOf(session),
    };
    const message = cancelledMessage({ ...person, fullName: champion.fullName }, news, invite);
    await queueMessage(trx, queue, message, now);
  }
  await offerFreePlaces(trx, queue, session, now);
  return 'given up';
};
