import { sql } from 'kysely';
import type { Db } from '../db.ts';
import { formatWhen } from '../time.ts';
import { isPublic } from './events.ts';

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
      sql<string>`coalesce(nullif(concat_ws(', ', venues.name, pitches.name, venues.address), ''), 'Online')`.as(
        'place',
      ),
    ])
    .where('events.slug', '=', slug)
    .where(isPublic)
    .executeTakeFirst();
  if (!row) return undefined;
  const toCome = row.state === 'published' && Temporal.Instant.compare(row.startsAt, now) > 0;
  return { ...row, toCome, when: formatWhen(row.startsAt, row.endsAt, timeZone, now) };
};
