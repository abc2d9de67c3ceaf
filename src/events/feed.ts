import { setImmediate as otherWork } from 'node:timers/promises';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Db } from '../db.ts';
import { isPublic } from './events.ts';
import { type CalendarRow, calendar, vevent } from './vevent.ts';

const PAST_DAYS = 31;
const CHUNK = 100;
/** How long writing VEVENTs may hold up everyone else. */
const PATIENCE_MS = 4;

const selectCalendar = (db: Db) =>
  db
    .selectFrom('events')
    .innerJoin('pitches', 'pitches.id', 'events.pitch_id')
    .innerJoin('venues', 'venues.id', 'pitches.venue_id')
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

/** A fingerprint of all that a VEVENT is written from: any change to the event, its pitch or its venue changes it. */
const listFingerprints = (db: Db, since: Temporal.Instant) =>
  selectCalendar(db)
    .select(['events.id', sql<string>`md5(row(events, pitches, venues)::text)`.as('fingerprint')])
    .where('events.ends_at', '>=', since)
    .orderBy('events.starts_at')
    .orderBy('events.id')
    .execute();

/** The day from which the feed goes on, in the programme's zone. */
const feedStart = (timeZone: string, now: Temporal.Instant) =>
  now.toZonedDateTimeISO(timeZone).startOfDay().subtract({ days: PAST_DAYS }).toInstant();

/** One event as a calendar of its own; undefined where people see none with this slug. */
export const eventCalendar = async (db: Db, slug: string, publicUrl: string): Promise<string | undefined> => {
  const row = await selectRows(db).where('events.slug', '=', slug).executeTakeFirst();
  return row && calendar(`Event at ${row.venue}`, [vevent(row, publicUrl, { busy: true })]);
};

/**
 * The calendar of all events, which people's calendar programs fetch again and again. Each VEVENT is written once and
 * kept until what it is made from changes; the missing ones are written in short stretches, so that nobody waits for it.
 */
export const openFeed = (db: Db, publicUrl: string) => {
  const kept = new LRUCache<string, string>({ max: 20_000 });
  const keyOf = ({ id, fingerprint }: { id: string; fingerprint: string }) => `${id} ${fingerprint}`;

  const write = async (rows: CalendarRow[], keys: Map<string, string>) => {
    let started = performance.now();
    for (const row of rows) {
      const key = keys.get(row.id);
      if (key) kept.set(key, vevent(row, publicUrl, { busy: false }));
      if (performance.now() - started < PATIENCE_MS) continue;
      await otherWork();
      started = performance.now();
    }
  };

  const warm = async (timeZone: string, now: Temporal.Instant) => {
    const wanted = await listFingerprints(db, feedStart(timeZone, now));
    const missing = new Map(wanted.filter((one) => !kept.has(keyOf(one))).map((one) => [one.id, keyOf(one)]));
    const ids = [...missing.keys()];
    for (let at = 0; at < ids.length; at += CHUNK) {
      const rows = await selectRows(db).where('events.id', 'in', ids.slice(at, at + CHUNK)).execute();
      await write(rows, missing);
    }
    return wanted;
  };

  return {
    /** Writes what is missing, ahead of the first request. */
    warm,
    /** The whole calendar, from 31 days ago on. */
    async write(name: string, timeZone: string, now: Temporal.Instant) {
      const wanted = await warm(timeZone, now);
      return calendar(name, wanted.map((one) => kept.get(keyOf(one)) ?? ''));
    },
  };
};
