import type { Db } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { bookedMessage, queueMessage } from '../mail/messages.ts';
import { bookSession, isFull, withdrawBooking } from '../training/bookings.ts';
import { bookedSessions, type InductionSession } from '../training/sessions.ts';
import { cancelHeld, liveInvites, tellCancelled } from './held.ts';

interface Context {
  championId: string;
  timeZone: string;
  publicUrl: string;
  now: Temporal.Instant;
}

export type BookingRefusal = { refused: 'full' | 'already booked' | 'not yet' };

/** Books a champion on an induction session and sends the invite. One induction at a time. */
export const bookInduction = async (
  db: Db,
  queue: Queue,
  { championId, session, timeZone, publicUrl, now }: Context & { session: InductionSession },
): Promise<'booked' | BookingRefusal> => {
  try {
    return await db.transaction().execute(async (trx) => {
      const champion = await trx
        .selectFrom('champions')
        .select(['email', 'full_name', 'state'])
        .where('id', '=', championId)
        .forUpdate()
        .executeTakeFirstOrThrow();
      if (!['confirmed', 'in training', 'active'].includes(champion.state))
        return { refused: 'not yet' as const };
      const held = await bookedSessions(trx, championId, timeZone, now);
      if (held.length > 0) return { refused: 'already booked' as const };
      const { id, title, when, place } = session;
      const invite = await bookSession(trx, { session: { id, entry: session }, championId, publicUrl, now });
      const message = bookedMessage({
        championId,
        recipient: champion.email,
        fullName: champion.full_name,
        booking: { title, when, place },
        invite,
      });
      await queueMessage(trx, queue, message, now);
      return 'booked' as const;
    });
  } catch (error) {
    if (isFull(error)) return { refused: 'full' };
    throw error;
  }
};

/** Releases one booking and takes it out of the champion's calendar; false where there is no such live booking. */
export const releaseBooking = (
  db: Db,
  queue: Queue,
  { championId, bookingId, timeZone, publicUrl, now }: Context & { bookingId: string },
) =>
  db.transaction().execute(async (trx) => {
    const champion = await trx
      .selectFrom('champions')
      .select('email')
      .where('id', '=', championId)
      .forUpdate()
      .executeTakeFirst();
    if (!champion || !(await withdrawBooking(trx, { bookingId, championId, now }))) return false;
    const held = (await liveInvites(trx, championId, timeZone, now)).filter(
      (invite) => invite.bookingId === bookingId,
    );
    const cancelled = await cancelHeld(trx, held, publicUrl, now);
    await tellCancelled(trx, queue, cancelled, { championId, recipient: champion.email, now });
    return true;
  });
