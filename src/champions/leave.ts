import type { Db, Trx } from '../db.ts';
import { forgetLearning } from '../elearning/forget.ts';
import { giveUpAll } from '../events/give-up.ts';
import type { Queue } from '../jobs.ts';
import { leftMessage, queueMessage } from '../mail/messages.ts';
import { withdrawBooking } from '../training/bookings.ts';
import { findHeldSession } from '../training/held-session.ts';
import { offerFreePlaces } from '../training/offers.ts';
import { withdrawNewsConsent } from './confirm.ts';
import { cancelHeld, liveInvites, tellCancelled } from './held.ts';
import { isLive } from './live.ts';

interface Leaving {
  championId: string;
  timeZone: string;
  publicUrl: string;
  now: Temporal.Instant;
}

/**
 * Takes a champion out of the programme: releases what is booked, ends consents, codes and sessions, and sends a
 * CANCEL for everything that their calendar holds. A second call changes nothing.
 */
export const leaveProgramme = (db: Db, queue: Queue, { championId, timeZone, publicUrl, now }: Leaving) =>
  db.transaction().execute(async (trx) => {
    const champion = await trx
      .updateTable('champions')
      .set({ state: 'left', left_at: now })
      .where('id', '=', championId)
      .where(isLive)
      .returning(['full_name as fullName', 'email as recipient', 'email_key as emailKey'])
      .executeTakeFirst();
    if (!champion) return;
    const { emailKey, ...person } = champion;
    await giveUpAll(trx, queue, emailKey, { publicUrl, now });
    const held = await liveInvites(trx, championId, timeZone, now);
    await releaseBookings(trx, queue, championId, now);
    await withdrawNewsConsent(trx, championId, now);
    await trx.deleteFrom('sign_in_codes').where('champion_id', '=', championId).execute();
    await trx.deleteFrom('calendar_links').where('champion_id', '=', championId).execute();
    await trx.deleteFrom('browser_sessions').where('champion_id', '=', championId).execute();
    await forgetLearning(trx, championId);

    const [first, ...others] = await cancelHeld(trx, held, publicUrl, now);
    const released = held.map(({ title, when, place }) => ({ title, when, place }));
    await queueMessage(
      trx,
      queue,
      leftMessage({ championId, ...person, released, invite: first?.invite }),
      now,
    );
    await tellCancelled(trx, queue, others, { championId, recipient: champion.recipient, now });
  });

/**
 * Places, turns on waiting lists and offers: free for the next. In the order of the sessions' ids, as every release of
 * several does, so that two of them cannot wait for each other.
 */
const releaseBookings = async (trx: Trx, queue: Queue, championId: string, now: Temporal.Instant) => {
  const bookings = await trx
    .selectFrom('bookings')
    .select(['id', 'session_id as sessionId'])
    .where('champion_id', '=', championId)
    .where('state', 'in', ['booked', 'waiting', 'offered'])
    .orderBy('session_id')
    .execute();
  for (const { id, sessionId } of bookings) {
    const session = await findHeldSession(trx, sessionId, { lock: true });
    await withdrawBooking(trx, { bookingId: id, championId, now });
    if (session) await offerFreePlaces(trx, queue, session, now);
  }
};
