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
  /** An event that does not take place: people held a place at it. */
  cancelled: boolean;
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
    .select(['id', 'title', 'starts_at', 'ends_at', 'area_id', 'state'])
    .where('slug', '=', slug)
    .where('area_id', '=', sql<string>`any(${areaIds}::uuid[])`)
    .executeTakeFirst();
  if (!row) return undefined;
  const { id, title, starts_at, ends_at, area_id, state } = row;
  const when = formatWhen(starts_at, ends_at, timeZone, now);
  return { kind: 'event', id, slug, title, when, areaIds: [area_id], cancelled: state === 'cancelled' };
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
  return { kind: 'campaign', id, slug, title: name, when, areaIds: row.areaIds, cancelled: false };
};

/** What people are reminded that they hold, or held, a place at; nothing for a campaign, where it may be several things. */
export const findAbout = async (
  db: Db | Trx,
  eventId: string | null,
  timeZone: string,
  now: Temporal.Instant,
): Promise<{ occasion?: Occasion; cancelled: boolean }> => {
  if (!eventId) return { cancelled: false };
  const row = await db
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select(['events.title', 'events.state', 'events.starts_at', 'events.ends_at', 'venues.name as venue'])
    .where('events.id', '=', eventId)
    .executeTakeFirst();
  if (!row) return { cancelled: false };
  const when = formatWhen(row.starts_at, row.ends_at, timeZone, now);
  return {
    occasion: { title: row.title, when, place: row.venue ?? 'Online' },
    cancelled: row.state === 'cancelled',
  };
};

export type Choice = Pick<Target, 'kind' | 'slug' | 'title' | 'when' | 'cancelled'>;

/** What a coordinator may want to write about: events of their areas that are to come or were in the last week, and their campaigns. */
export const listTargets = async (db: Db, areaIds: string[], reader: Reader): Promise<Choice[]> => {
  const { timeZone, now } = reader;
  const mine = sql<string>`any(${areaIds}::uuid[])`;
  const events = await db
    .selectFrom('events')
    .select(['slug', 'title', 'starts_at', 'ends_at', 'state'])
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
      cancelled: false,
    })),
    ...events.map(({ slug, title, starts_at, ends_at, state }) => ({
      kind: 'event' as const,
      slug,
      title,
      when: formatWhen(starts_at, ends_at, timeZone, now),
      cancelled: state === 'cancelled',
    })),
  ];
};
