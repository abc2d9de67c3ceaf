import { sql } from 'kysely';
import type { Db } from '../db.ts';
import { placeOf } from '../events/entry.ts';
import { untilWords } from '../events/offers.ts';
import { formatWhen } from '../time.ts';

/** How long before a session the link to join it is shown. */
const LINK_HOURS = 24;

/**
 * The sessions that a champion is booked on, is offered a place at or waits for, and that are not over, the next first;
 * with the joining link from 24 hours before, for those who are booked.
 */
export const ownSessions = async (db: Db, championId: string, timeZone: string, now: Temporal.Instant) => {
  const rows = await db
    .selectFrom('bookings')
    .innerJoin('sessions', 'sessions.id', 'bookings.session_id')
    .innerJoin('modules', 'modules.id', 'sessions.module_id')
    .leftJoin('pitches', 'pitches.id', 'sessions.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select([
      'bookings.id as bookingId',
      'bookings.state',
      'bookings.offered_until as offeredUntil',
      'sessions.id as sessionId',
      'sessions.online_url as onlineUrl',
      'sessions.starts_at as startsAt',
      'sessions.ends_at as endsAt',
      'sessions.cancelled_reason as cancelledReason',
      'modules.id as moduleId',
      'modules.slug as module',
      'modules.name as title',
      'venues.directions',
      placeOf.as('place'),
      sql<boolean>`sessions.state = 'cancelled'`.as('cancelled'),
    ])
    .where('bookings.champion_id', '=', championId)
    .where(sql<boolean>`bookings.state <> 'withdrawn'`)
    .where('bookings.state', 'in', ['booked', 'waiting', 'offered'])
    .where('sessions.ends_at', '>', now)
    .orderBy('sessions.starts_at')
    .execute();
  return rows
    .filter(({ state, startsAt }) => state === 'booked' || Temporal.Instant.compare(startsAt, now) > 0)
    .map(({ onlineUrl, offeredUntil, ...row }) => {
      const linkFrom = row.startsAt.subtract({ hours: LINK_HOURS });
      const booked = row.state === 'booked' && !row.cancelled;
      const isShown = Temporal.Instant.compare(linkFrom, now) <= 0;
      return {
        ...row,
        booked,
        waiting: row.state === 'waiting' && !row.cancelled,
        offered: row.state === 'offered' && !row.cancelled,
        until: offeredUntil && untilWords(offeredUntil, timeZone, now),
        when: formatWhen(row.startsAt, row.endsAt, timeZone, now),
        joinUrl: booked && isShown ? onlineUrl : null,
        joinFrom: booked && onlineUrl && !isShown ? untilWords(linkFrom, timeZone, now) : null,
      };
    });
};

export type OwnSession = Awaited<ReturnType<typeof ownSessions>>[number];
