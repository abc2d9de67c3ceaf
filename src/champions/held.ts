import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { type CalendarEntry, cancelInvites, inviteDetails } from '../mail/calendar-entries.ts';
import { type Occasion, queueMessage, removedFromCalendarMessage } from '../mail/messages.ts';
import { formatWhen } from '../time.ts';

export interface LiveInvite extends CalendarEntry, Occasion {
  id: string;
  bookingId: string | null;
}

/** Calendar entries with the session or the event that they are for, and its place. */
export const invitesInFull = (db: Db | Trx) =>
  db
    .selectFrom('invites')
    .leftJoin('bookings', 'bookings.id', 'invites.booking_id')
    .leftJoin('sessions', 'sessions.id', 'bookings.session_id')
    .leftJoin('modules', 'modules.id', 'sessions.module_id')
    .leftJoin('events', 'events.id', 'invites.event_id')
    .leftJoin('pitches', (join) =>
      join.on((eb) => eb('pitches.id', '=', eb.fn.coalesce('sessions.pitch_id', 'events.pitch_id'))),
    )
    .leftJoin('venues', 'venues.id', 'pitches.venue_id');

/** The calendar entries to come that a champion holds: booked sessions and events, the next first. */
export const liveInvites = async (
  trx: Trx,
  championId: string,
  timeZone: string,
  now: Temporal.Instant,
): Promise<LiveInvite[]> => {
  const rows = await invitesInFull(trx)
    .select((eb) => [
      'invites.id',
      'invites.booking_id as bookingId',
      'venues.name as venue',
      eb.fn
        .coalesce('modules.calendar_title', sql<string>`invites.told ->> 'title'`, 'events.title')
        .as('title'),
      eb.fn.coalesce('sessions.starts_at', 'events.starts_at').as('startsAt'),
      eb.fn.coalesce('sessions.ends_at', 'events.ends_at').as('endsAt'),
    ])
    .where('invites.champion_id', '=', championId)
    .where('invites.cancelled_at', 'is', null)
    .execute();
  return rows
    .map((row) => ({ ...row, title: row.title!, startsAt: row.startsAt!, endsAt: row.endsAt! }))
    .filter(({ endsAt }) => Temporal.Instant.compare(endsAt, now) > 0)
    .sort((a, b) => Temporal.Instant.compare(a.startsAt, b.startsAt))
    .map((row) => ({
      ...row,
      place: row.venue ?? 'Online',
      when: formatWhen(row.startsAt, row.endsAt, timeZone, now),
    }));
};

/** Ends these entries and says what their cancellations carry. */
export const cancelHeld = async (trx: Trx, held: LiveInvite[], publicUrl: string, now: Temporal.Instant) => {
  const rows = await cancelInvites(
    trx,
    held.map(({ id }) => id),
    now,
  );
  return held.flatMap((entry) => {
    const row = rows.find(({ id }) => id === entry.id);
    const { title, when, place } = entry;
    return row
      ? [{ occasion: { title, when, place }, invite: inviteDetails(row, 'CANCEL', entry, publicUrl) }]
      : [];
  });
};

/** Queues one message for each ended entry, to take it out of the champion's calendar. */
export const tellCancelled = async (
  trx: Trx,
  queue: Queue,
  cancelled: Awaited<ReturnType<typeof cancelHeld>>,
  { championId, recipient, now }: { championId: string; recipient: string; now: Temporal.Instant },
) => {
  for (const { occasion, invite } of cancelled) {
    const message = removedFromCalendarMessage({ championId, recipient, released: occasion, invite });
    await queueMessage(trx, queue, message, now);
  }
};
