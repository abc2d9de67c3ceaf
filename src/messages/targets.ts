import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { Occasion } from '../mail/messages.ts';
import { formatDay, formatWhen, startOfDay } from '../time.ts';

/** The event or campaign whose people a message is for. */
export interface Target {
  kind: 'event' | 'campaign';
  id: string;
  slug: string;
  title: string;
  when: string;
  /** Whose people get it: the event's area, or those of the coordinator's in which the campaign has events. */
  areaIds: string[];
}

interface Reader {
  timeZone: string;
  now: Temporal.Instant;
}

/** An event of these areas; undefined where there is none with this slug. */
export const findEventTarget = async (
  db: Db,
  slug: string,
  areaIds: string[],
  { timeZone, now }: Reader,
): Promise<Target | undefined> => {
  const row = await db
    .selectFrom('events')
    .select(['id', 'title', 'starts_at', 'ends_at', 'area_id'])
    .where('slug', '=', slug)
    .where('area_id', '=', sql<string>`any(${areaIds}::uuid[])`)
    .executeTakeFirst();
  if (!row) return undefined;
  const { id, title, starts_at, ends_at, area_id } = row;
  const when = formatWhen(starts_at, ends_at, timeZone, now);
  return { kind: 'event', id, slug, title, when, areaIds: [area_id] };
};

const daysOf = (startsOn: string, endsOn: string, { timeZone, now }: Reader) => {
  const [first, last] = [startsOn, endsOn].map((day) => formatDay(startOfDay(day, timeZone)!, timeZone, now));
  return first === last ? first! : `${first} to ${last}`;
};

/** A campaign that has events in these areas. */
export const findCampaignTarget = async (
  db: Db,
  slug: string,
  areaIds: string[],
  reader: Reader,
): Promise<Target | undefined> => {
  const row = await db
    .selectFrom('campaigns')
    .innerJoin('events', 'events.campaign_id', 'campaigns.id')
    .select(['campaigns.id', 'campaigns.name', 'campaigns.starts_on', 'campaigns.ends_on'])
    .select(sql<string[]>`array_agg(distinct events.area_id::text)`.as('areaIds'))
    .where('campaigns.slug', '=', slug)
    .where('events.area_id', '=', sql<string>`any(${areaIds}::uuid[])`)
    .groupBy('campaigns.id')
    .executeTakeFirst();
  if (!row) return undefined;
  const { id, name, starts_on, ends_on } = row;
  const when = daysOf(starts_on, ends_on, reader);
  return { kind: 'campaign', id, slug, title: name, when, areaIds: row.areaIds };
};

/** What people are reminded that they hold a place at; nothing for a campaign, where it may be several things. */
export const findOccasion = async (
  db: Db | Trx,
  eventId: string | null,
  timeZone: string,
  now: Temporal.Instant,
): Promise<Occasion | undefined> => {
  if (!eventId) return undefined;
  const row = await db
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select(['events.title', 'events.starts_at', 'events.ends_at', 'venues.name as venue'])
    .where('events.id', '=', eventId)
    .executeTakeFirst();
  if (!row) return undefined;
  const when = formatWhen(row.starts_at, row.ends_at, timeZone, now);
  return { title: row.title, when, place: row.venue ?? 'Online' };
};

/** What a coordinator may want to write about: events of their areas that are to come or were in the last week, and their campaigns. */
export const listTargets = async (
  db: Db,
  areaIds: string[],
  reader: Reader,
): Promise<Pick<Target, 'kind' | 'slug' | 'title' | 'when'>[]> => {
  const { timeZone, now } = reader;
  const mine = sql<string>`any(${areaIds}::uuid[])`;
  const events = await db
    .selectFrom('events')
    .select(['slug', 'title', 'starts_at', 'ends_at'])
    .where('area_id', '=', mine)
    .where('starts_at', '>', now.subtract({ hours: 7 * 24 }))
    .where('state', '!=', 'draft')
    .orderBy('starts_at')
    .orderBy('id')
    .limit(20)
    .execute();
  const campaigns = await db
    .selectFrom('campaigns')
    .select(['slug', 'name', 'starts_on', 'ends_on'])
    .where(
      'ends_on',
      '>=',
      now
        .subtract({ hours: 7 * 24 })
        .toZonedDateTimeISO(timeZone)
        .toPlainDate()
        .toString(),
    )
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('events')
          .select('events.id')
          .whereRef('events.campaign_id', '=', 'campaigns.id')
          .where('events.area_id', '=', mine),
      ),
    )
    .orderBy('starts_on')
    .limit(20)
    .execute();
  return [
    ...campaigns.map(({ slug, name, starts_on, ends_on }) => ({
      kind: 'campaign' as const,
      slug,
      title: name,
      when: daysOf(starts_on, ends_on, reader),
    })),
    ...events.map(({ slug, title, starts_at, ends_at }) => ({
      kind: 'event' as const,
      slug,
      title,
      when: formatWhen(starts_at, ends_at, timeZone, now),
    })),
  ];
};
