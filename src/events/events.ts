import { sql } from 'kysely';
import type { Db } from '../db.ts';
import type { EventKind } from '../schema.ts';
import { type CardRow, type EventCard, type EventPage, toCard, toPage } from './words.ts';

/** What a person may see. Written out, so that the planner can tell that the index events_in_time serves it. */
export const isPublic = sql<boolean>`events.state in ('published', 'live', 'closed', 'reported', 'postponed', 'cancelled') and not events.withheld`;

const PAGE_SIZE = 20;

export interface EventFilters {
  neighbourhood?: string;
  kind?: EventKind;
  /** Only what ends after this instant. */
  from?: Temporal.Instant;
  /** Only what starts before this instant. */
  until?: Temporal.Instant;
  words: string[];
}

/** A place in the list, between two events: where the page after or before it starts. */
export interface Cursor {
  side: 'after' | 'before';
  startsAt: Temporal.Instant;
  id: string;
}

export interface EventList {
  events: EventCard[];
  previous?: Cursor;
  next?: Cursor;
}

const selectPublic = (db: Db) =>
  db
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .leftJoin('neighbourhoods', 'neighbourhoods.id', 'events.neighbourhood_id')
    .where(isPublic);

const CARD = [
  'events.slug',
  'events.title',
  'events.kind',
  'events.state',
  'events.starts_at as startsAt',
  'events.ends_at as endsAt',
  'venues.name as venue',
  'pitches.name as pitch',
  'neighbourhoods.name as neighbourhood',
] as const;

const containing = (word: string) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;

const selectFiltered = (db: Db, filters: EventFilters) => {
  const { neighbourhood, kind, from, until, words } = filters;
  let query = selectPublic(db).select(CARD).select('events.id');
  if (neighbourhood) query = query.where('neighbourhoods.slug', '=', neighbourhood);
  if (kind) query = query.where('events.kind', '=', kind);
  if (from) query = query.where('events.ends_at', '>', from);
  if (until) query = query.where('events.starts_at', '<', until);
  const searched = sql<string>`concat_ws(' ', events.title, events.summary, coalesce(venues.name, 'Online'), neighbourhoods.name)`;
  for (const word of words) query = query.where(searched, 'ilike', containing(word));
  return query;
};

const cursorAt = (side: Cursor['side'], row: { startsAt: Temporal.Instant; id: string } | undefined) =>
  row && { side, startsAt: row.startsAt, id: row.id };

/**
 * The events that fit the filters, in order of time, 20 at a time. Pages hang on the event they follow or go before,
 * so that none is lost or shown twice when others are added, and an address keeps its meaning.
 */
export const listEvents = async (
  db: Db,
  filters: EventFilters,
  at: Cursor | undefined,
  timeZone: string,
  now: Temporal.Instant,
): Promise<EventList> => {
  const backwards = at?.side === 'before';
  const direction = backwards ? 'desc' : 'asc';
  let query = selectFiltered(db, filters)
    .orderBy('events.starts_at', direction)
    .orderBy('events.id', direction);
  if (at) {
    const place = sql`(${at.startsAt}::timestamptz, ${at.id}::uuid)`;
    const row = sql`(events.starts_at, events.id)`;
    query = query.where(backwards ? sql<boolean>`${row} < ${place}` : sql<boolean>`${row} > ${place}`);
  }
  const found = await query.limit(PAGE_SIZE + 1).execute();
  const more = found.length > PAGE_SIZE;
  if (backwards && !more) return listEvents(db, filters, undefined, timeZone, now);
  const rows = found.slice(0, PAGE_SIZE);
  if (backwards) rows.reverse();
  return {
    events: rows.map((event) => toCard(event, timeZone, now)),
    previous: backwards || at ? cursorAt('before', rows[0]) : undefined,
    next: backwards || more ? cursorAt('after', rows.at(-1)) : undefined,
  };
};

const selectToCome = (db: Db, now: Temporal.Instant) =>
  selectPublic(db)
    .where(sql<boolean>`events.state in ('published', 'live')`)
    .where('events.ends_at', '>', now);

/** What goes ahead next, what is on now included. */
export const nextEvents = async (db: Db, limit: number, timeZone: string, now: Temporal.Instant) => {
  const rows: CardRow[] = await selectToCome(db, now)
    .select(CARD)
    .orderBy('events.starts_at')
    .orderBy('events.id')
    .limit(limit)
    .execute();
  return rows.map((row) => toCard(row, timeZone, now));
};

/** All events of a campaign that people may see, in order of time. */
export const eventsOfCampaign = (db: Db, campaignId: string): Promise<CardRow[]> =>
  selectPublic(db)
    .select(CARD)
    .where('events.campaign_id', '=', campaignId)
    .orderBy('events.starts_at')
    .orderBy('events.id')
    .execute();

/** An event that people may see, in words; undefined where there is none with this slug. */
export const findEvent = async (
  db: Db,
  slug: string,
  timeZone: string,
  now: Temporal.Instant,
): Promise<EventPage | undefined> => {
  const row = await selectPublic(db)
    .leftJoin('campaigns', 'campaigns.id', 'events.campaign_id')
    .select(CARD)
    .select([
      'events.summary',
      'events.what_to_expect as whatToExpect',
      'events.run_by as runBy',
      'events.cancelled_reason as cancelledReason',
      'events.capacity',
      'venues.address',
      'venues.directions',
      'campaigns.name as campaign',
      'campaigns.slug as campaignSlug',
    ])
    .where('events.slug', '=', slug)
    .executeTakeFirst();
  return row && toPage(row, timeZone, now);
};

/** The slug of the event that a stall's short code stands for, and the other way round. */
export const findSlugByCode = async (db: Db, code: string) =>
  (await db.selectFrom('events').select('slug').where('code', '=', code).where(isPublic).executeTakeFirst())
    ?.slug;

export const findCodeBySlug = async (db: Db, slug: string) =>
  (await db.selectFrom('events').select('code').where('slug', '=', slug).where(isPublic).executeTakeFirst())
    ?.code;

/** Every event that has a page, with the time of its last change. */
export const listEventPages = (db: Db) =>
  db
    .selectFrom('events')
    .select(['slug', 'updated_at as updatedAt'])
    .where(isPublic)
    .orderBy('starts_at')
    .orderBy('id')
    .execute();
