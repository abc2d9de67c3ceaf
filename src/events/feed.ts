import { setImmediate as otherWork } from 'node:timers/promises';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Db } from '../db.ts';
import { isPublic } from './events.ts';
import { type CalendarRow, calendar, vevent } from './vevent.ts';

const PAST_DAYS = 31;
const CHUNK = 25;
/** How long writing VEVENTs may hold up everyone else. */
const PATIENCE_MS = 2;

const selectCalendar = (db: Db) =>
  db
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .where(isPublic);

const selectRows = (db: Db) =>
  selectCalendar(db).select([
    'events.id',
    'events.slug',
    'events.kind',
    'events.state',
    'events.starts_at as startsAt',
    'events.ends_at as endsAt',
    'events.cancelled_reason as cancelledReason',
    'events.sequence',
    'events.updated_at as updatedAt',
    'venues.name as venue',
    'pitches.name as pitch',
    'venues.address',
    'venues.directions',
  ]);

/** Which events a feed has: all, or those of one campaign or one neighbourhood. */
export interface FeedOf {
  /** A campaign's feed has all its events, however long ago they were. */
  campaignId?: string;
  neighbourhoodId?: string;
}

/**
 * The events of a feed in order, each as its id and a fingerprint of all that its VEVENT is written from: any change to
 * the event, its pitch or its venue changes it. One text for all, since reading a thousand rows takes a while.
 */
const listKeys = async (db: Db, of: FeedOf, since: Temporal.Instant): Promise<string[]> => {
  let query = selectCalendar(db);
  if (of.campaignId) query = query.where('events.campaign_id', '=', of.campaignId);
  else query = query.where('events.ends_at', '>=', since);
  if (of.neighbourhoodId) query = query.where('events.neighbourhood_id', '=', of.neighbourhoodId);
  const key = sql`concat(events.id, ' ', md5(row(events, pitches, venues)::text))`;
  const { keys } = await query
    .select(sql<string | null>`string_agg(${key}, ',' order by events.starts_at, events.id)`.as('keys'))
    .executeTakeFirstOrThrow();
  return keys?.split(',') ?? [];
};

const idOf = (key: string) => key.split(' ', 1)[0]!;

/** The day from which the feed goes on, in the programme's zone. */
const feedStart = (timeZone: string, now: Temporal.Instant) =>
  now.toZonedDateTimeISO(timeZone).startOfDay().subtract({ days: PAST_DAYS }).toInstant();

/** One event as a calendar of its own; undefined where people see none with this slug. */
export const eventCalendar = async (db: Db, slug: string, publicUrl: string): Promise<string | undefined> => {
  const row = await selectRows(db).where('events.slug', '=', slug).executeTakeFirst();
  return (
    row &&
    calendar(row.venue ? `Event at ${row.venue}` : 'Online event', [vevent(row, publicUrl, { busy: true })])
  );
};

/**
 * The calendars of events, which people's calendar programs fetch again and again: all of them, a campaign's, a
 * neighbourhood's. Each VEVENT is written once and
 * kept until what it is made from changes; the missing ones are written in short stretches, so that nobody waits for it.
 */
export const openFeed = (db: Db, publicUrl: string) => {
  const kept = new LRUCache<string, string>({ max: 20_000 });

  const write = async (rows: CalendarRow[], keys: Map<string, string>) => {
    let started = performance.now();
    for (const row of rows) {
      kept.set(keys.get(row.id)!, vevent(row, publicUrl, { busy: false }));
      if (performance.now() - started < PATIENCE_MS) continue;
      await otherWork();
      started = performance.now();
    }
  };

  const warm = async (timeZone: string, now: Temporal.Instant, of: FeedOf = {}) => {
    const wanted = await listKeys(db, of, feedStart(timeZone, now));
    const missing = new Map(wanted.filter((key) => !kept.has(key)).map((key) => [idOf(key), key]));
    const ids = [...missing.keys()];
    for (let at = 0; at < ids.length; at += CHUNK) {
      const rows = await selectRows(db)
        .where('events.id', 'in', ids.slice(at, at + CHUNK))
        .execute();
      await otherWork();
      await write(rows, missing);
    }
    return wanted;
  };

  return {
    /** Writes what is missing, ahead of the first request. */
    warm,
    /** The whole calendar, from 31 days ago on; a campaign's, from its first event on. */
    async write(name: string, timeZone: string, now: Temporal.Instant, of: FeedOf = {}) {
      const wanted = await warm(timeZone, now, of);
      return calendar(
        name,
        wanted.map((key) => kept.get(key) ?? ''),
      );
    },
  };
};
