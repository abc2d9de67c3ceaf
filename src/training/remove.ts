import { areasOf } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { givePlaceUp, type Moment } from './give-up.ts';

interface Removing extends Moment {
  actor: Actor;
  /** Whose areas. */
  coordinator: { areaIds: string[] };
  sessionId: string;
  bookingId: string;
}

/**
 * Takes a champion off the list of a session of the coordinator's areas and out of their calendar, says so to them, and
 * offers the place to the next. A second call changes nothing.
 */
export const removeFromSession = (
  db: Db,
  queue: Queue,
  { actor, coordinator, sessionId, bookingId, ...moment }: Removing,
): Promise<'removed' | { refused: 'unknown' | 'over' }> =>
  db.transaction().execute(async (trx) => {
    const booking = await trx
      .selectFrom('bookings')
      .innerJoin('sessions', 'sessions.id', 'bookings.session_id')
      .select(['bookings.champion_id as championId', 'bookings.state', 'sessions.area_id as areaId'])
      .where('bookings.id', '=', bookingId)
      .where('sessions.id', '=', sessionId)
      .where('sessions.area_id', '=', areasOf(coordinator))
      .executeTakeFirst();
    if (!booking) return { refused: 'unknown' };
    const { championId, state, areaId } = booking;
    if (state === 'withdrawn') return 'removed';
    const given = await givePlaceUp(trx, queue, { championId, bookingId, why: 'coordinator' }, moment);
    if (given !== 'given up') return given;
    const entry = { action: 'remove', subjectKind: 'booking', subjectId: bookingId, areaId };
    await audit(trx, actor, { ...entry, details: { sessionId, state } }, moment.now);
    return 'removed';
  });
