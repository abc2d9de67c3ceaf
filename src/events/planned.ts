import { sql } from 'kysely';
import { areasOf } from '../accounts/coordinators.ts';
import type { Db } from '../db.ts';
import type { EventKind, EventState } from '../schema.ts';
import type { Cursor } from './events.ts';
import { PLAN_COLUMNS } from './plans.ts';

/** An event of these areas, as coordinators see it; undefined where there is none with this slug. */
export const findPlanned = (db: Db, areaIds: string[], slug: string) =>
  db
    .selectFrom('events')
    .innerJoin('areas', 'areas.id', 'events.area_id')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .leftJoin('campaigns', 'campaigns.id', 'events.campaign_id')
    .leftJoin('champions', 'champions.id', 'events.lead_id')
    .leftJoin('event_reports', 'event_reports.event_id', 'events.id')
    .select([
      ...PLAN_COLUMNS,
      'events.code',
      'events.set_up_minutes as setUpMinutes',
      'events.take_down_minutes as takeDownMinutes',
      'events.withheld',
      'events.venue_requested_at as venueRequestedAt',
      'events.postponed_reason as postponedReason',
      'events.cancelled_reason as cancelledReason',
      'events.cancelled_at as cancelledAt',
      'areas.name as area',
      'venues.id as venueId',
      'venues.name as venue',
      'venues.insurance_minimum as insuranceMinimum',
      'venues.permission_days as permissionDays',
      'venues.rules',
      'pitches.name as pitch',
      'campaigns.name as campaign',
      'campaigns.slug as campaignSlug',
      'champions.full_name as lead',
      'event_reports.people as reportedPeople',
      'event_reports.note as reportNote',
      sql<{ id: string; name: string }[]>`(
        select coalesce(json_agg(json_build_object('id', kit_items.id, 'name', kit_items.name) order by kit_items.name), '[]')
        from event_kit join kit_items on kit_items.id = event_kit.kit_item_id
        where event_kit.event_id = events.id)`.as('kit'),
    ])
    .where('events.slug', '=', slug)
    .where('events.area_id', '=', areasOf({ areaIds }))
    .executeTakeFirst();

export type Planned = NonNullable<Awaited<ReturnType<typeof findPlanned>>>;

/** Who saved the event last, and when; the plan of an import or a copy has nobody. */
export const lastSaved = (db: Db, eventId: string) =>
  db
    .selectFrom('audit_entries')
    .leftJoin('coordinators', 'coordinators.id', 'audit_entries.coordinator_id')
    .select(['audit_entries.at', 'coordinators.full_name as by'])
    .where('audit_entries.subject_id', '=', eventId)
    .where('audit_entries.action', 'in', ['add', 'change'])
    .orderBy('audit_entries.at', 'desc')
    .orderBy('audit_entries.id', 'desc')
    .executeTakeFirst();

export interface PlannedFilters {
  state?: EventState | undefined;
  /** The slug of a campaign. */
  campaign?: string | undefined;
  from?: Temporal.Instant | undefined;
  until?: Temporal.Instant | undefined;
}

export interface PlannedRow {
  id: string;
  slug: string;
  title: string;
  kind: EventKind;
  state: EventState;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  venue: string | null;
  pitch: string | null;
  campaign: string | null;
  leadId: string | null;
}

const PAGE_SIZE = 25;

/** The state by the clock, as `stateAt` has it. */
const stateNow = (now: Temporal.Instant) => sql<EventState>`case
  when events.state not in ('published', 'live') then events.state
  when events.ends_at <= ${now}::timestamptz then 'closed'
  when events.starts_at <= ${now}::timestamptz then 'live'
  else 'published' end`;

/** The events of some areas in order of time, 25 at a time, hung on the event that they follow or go before. */
export const listPlanned = async (
  db: Db,
  areaIds: string[],
  { state, campaign, from, until }: PlannedFilters,
  at: Cursor | undefined,
  now: Temporal.Instant,
): Promise<{ rows: PlannedRow[]; previous?: Cursor | undefined; next?: Cursor | undefined }> => {
  const backwards = at?.side === 'before';
  const direction = backwards ? 'desc' : 'asc';
  let query = db
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .leftJoin('campaigns', 'campaigns.id', 'events.campaign_id')
    .select([
      'events.id',
      'events.slug',
      'events.title',
      'events.kind',
      stateNow(now).as('state'),
      'events.starts_at as startsAt',
      'events.ends_at as endsAt',
      'venues.name as venue',
      'pitches.name as pitch',
      'campaigns.name as campaign',
      'events.lead_id as leadId',
    ])
    .where('events.area_id', '=', areasOf({ areaIds }))
    .orderBy('events.starts_at', direction)
    .orderBy('events.id', direction);
  if (state) query = query.where(stateNow(now), '=', state);
  if (campaign) query = query.where('campaigns.slug', '=', campaign);
  if (from) query = query.where('events.ends_at', '>', from);
  if (until) query = query.where('events.starts_at', '<', until);
  if (at) {
    const place = sql`(${at.startsAt}::timestamptz, ${at.id}::uuid)`;
    const row = sql`(events.starts_at, events.id)`;
    query = query.where(backwards ? sql<boolean>`${row} < ${place}` : sql<boolean>`${row} > ${place}`);
  }
  const found = await query.limit(PAGE_SIZE + 1).execute();
  const more = found.length > PAGE_SIZE;
  const rows = found.slice(0, PAGE_SIZE);
  if (backwards) rows.reverse();
  const cursor = (side: Cursor['side'], row: PlannedRow | undefined): Cursor | undefined =>
    row && { side, startsAt: row.startsAt, id: row.id };
  return {
    rows,
    previous: (backwards ? more : at) ? cursor('before', rows[0]) : undefined,
    next: backwards || more ? cursor('after', rows.at(-1)) : undefined,
  };
};
