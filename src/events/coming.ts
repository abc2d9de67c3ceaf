import type { Db } from '../db.ts';
import { formatWhen } from '../time.ts';
import { placeOf } from './entry.ts';

/** What an address has said it comes to, or waits for, and is still to come; the next first. */
export const listComing = async (db: Db, emailKey: string, timeZone: string, now: Temporal.Instant) => {
  const rows = await db
    .selectFrom('attendances')
    .innerJoin('events', 'events.id', 'attendances.event_id')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select([
      'attendances.id',
      'attendances.state',
      'events.slug',
      'events.title',
      'events.starts_at as startsAt',
      'events.ends_at as endsAt',
      placeOf.as('place'),
    ])
    .where('attendances.email_key', '=', emailKey)
    .where('attendances.state', '<>', 'withdrawn')
    .where('events.state', '!=', 'cancelled')
    .where('events.ends_at', '>', now)
    .orderBy('events.starts_at')
    .limit(50)
    .execute();
  return rows.map((row) => ({
    ...row,
    booked: row.state === 'booked',
    offered: row.state === 'offered',
    when: formatWhen(row.startsAt, row.endsAt, timeZone, now),
  }));
};

/** Whether this address said so. */
export const isOwnAttendance = async (db: Db, id: string, emailKey: string) => {
  const row = await db
    .selectFrom('attendances')
    .select('id')
    .where('id', '=', id)
    .where('email_key', '=', emailKey)
    .executeTakeFirst();
  return row !== undefined;
};
