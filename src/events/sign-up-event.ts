import type { Db } from '../db.ts';
import { formatWhen } from '../time.ts';
import { placeOf } from './entry.ts';
import { isPublic } from './events.ts';
import { neutralTitle } from './vevent.ts';

/** An event as the sign-up form names it; undefined where there is no public one with this slug. */
export const findSignUpEvent = async (db: Db, slug: string, timeZone: string, now: Temporal.Instant) => {
  const row = await db
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select([
      'events.id',
      'events.slug',
      'events.title',
      'events.state',
      'events.starts_at as startsAt',
      'events.ends_at as endsAt',
      'events.kind',
      'events.online_url as onlineUrl',
      'venues.name as venue',
      placeOf.as('place'),
    ])
    .where('events.slug', '=', slug)
    .where(isPublic)
    .executeTakeFirst();
  if (!row) return undefined;
  const toCome = row.state === 'published' && Temporal.Instant.compare(row.startsAt, now) > 0;
  const calendarTitle = neutralTitle(row.kind, row.venue);
  return { ...row, toCome, calendarTitle, when: formatWhen(row.startsAt, row.endsAt, timeZone, now) };
};
