import { sql } from 'kysely';
import { areasOf, type Coordinator } from '../accounts/coordinators.ts';
import type { Db, Trx } from '../db.ts';

type OfAreas = Pick<Coordinator, 'areaIds'>;

const PAGE_SIZE = 50;
const COMING_UP = 20;

const selectVenues = (db: Db | Trx, coordinator: OfAreas) =>
  db
    .selectFrom('venues')
    .innerJoin('neighbourhoods', 'neighbourhoods.id', 'venues.neighbourhood_id')
    .innerJoin('areas', 'areas.id', 'neighbourhoods.area_id')
    .where('neighbourhoods.area_id', '=', areasOf(coordinator));

const containing = (word: string) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;

const openPitches = sql<number>`(select count(*)::int from pitches p
  where p.venue_id = venues.id and p.closed_at is null)`;

const eventsToCome = (now: Temporal.Instant) =>
  sql<number>`(select count(*)::int from pitches p join events e on e.pitch_id = p.id
    where p.venue_id = venues.id and e.ends_at > ${now} and e.state <> 'cancelled')`;

/** What stands in the list in order: closed ones last. */
const place = sql`(venues.closed_at is not null, lower(venues.name), venues.id)`;

/**
 * The venues of a coordinator's areas by name, closed ones last; 50 at a time, from the one after `after`.
 * @param words all of which stand in the name, the address or the neighbourhood's name
 */
export const listVenues = async (
  db: Db,
  coordinator: OfAreas,
  { words, after }: { words: string[]; after?: string | undefined },
  now: Temporal.Instant,
) => {
  let query = selectVenues(db, coordinator).select([
    'venues.id',
    'venues.name',
    'venues.address',
    'venues.closed_at as closedAt',
    'neighbourhoods.name as neighbourhood',
    openPitches.as('pitches'),
    eventsToCome(now).as('toCome'),
  ]);
  const searched = sql<string>`concat_ws(' ', venues.name, venues.address, neighbourhoods.name)`;
  for (const word of words) query = query.where(searched, 'ilike', containing(word));
  if (after)
    query = query.where(
      sql<boolean>`${place} > (select v.closed_at is not null, lower(v.name), v.id from venues v where v.id = ${after}::uuid)`,
    );
  const found = await query
    .orderBy(sql`venues.closed_at is not null`)
    .orderBy(sql`lower(venues.name)`)
    .orderBy('venues.id')
    .limit(PAGE_SIZE + 1)
    .execute();
  const venues = found.slice(0, PAGE_SIZE);
  return { venues, next: found.length > PAGE_SIZE ? venues.at(-1)?.id : undefined };
};

const VENUE = [
  'venues.id',
  'venues.name',
  'venues.address',
  'venues.directions',
  'venues.most_people as mostPeople',
  'venues.permission_days as permissionDays',
  'venues.insurance_minimum as insuranceMinimum',
  'venues.set_up_minutes as setUpMinutes',
  'venues.take_down_minutes as takeDownMinutes',
  'venues.rules',
  'venues.contact_name as contactName',
  'venues.contact_email as contactEmail',
  'venues.contact_phone as contactPhone',
  'venues.latitude',
  'venues.longitude',
  'venues.closed_at as closedAt',
  'neighbourhoods.id as neighbourhoodId',
  'neighbourhoods.slug as neighbourhoodSlug',
  'neighbourhoods.name as neighbourhood',
  'areas.id as areaId',
  'areas.name as area',
] as const;

/** A venue of one of the coordinator's areas, its contact included, with its pitches and its opening hours. */
export const findVenue = async (db: Db | Trx, coordinator: OfAreas, id: string) => {
  const venue = await selectVenues(db, coordinator)
    .select(VENUE)
    .where('venues.id', '=', id)
    .executeTakeFirst();
  if (!venue) return undefined;
  const [pitches, hours] = await Promise.all([
    db
      .selectFrom('pitches')
      .select(['id', 'name', 'closed_at as closedAt'])
      .where('venue_id', '=', id)
      .orderBy(sql`closed_at is not null`)
      .orderBy(sql`lower(name)`)
      .execute(),
    db
      .selectFrom('venue_hours')
      .select(['weekday', 'opens', 'closes'])
      .where('venue_id', '=', id)
      .orderBy('weekday')
      .execute(),
  ]);
  return { ...venue, pitches, hours };
};

export type Venue = NonNullable<Awaited<ReturnType<typeof findVenue>>>;

/** The next events at a venue, drafts included, and how many there are in all. */
export const comingUpAt = async (db: Db, venueId: string, now: Temporal.Instant) => {
  const rows = await db
    .selectFrom('events')
    .innerJoin('pitches', 'pitches.id', 'events.pitch_id')
    .select([
      'events.slug',
      'events.title',
      'events.state',
      'events.starts_at as startsAt',
      'events.ends_at as endsAt',
      'pitches.name as pitch',
      sql<number>`count(*) over ()::int`.as('all'),
    ])
    .where('pitches.venue_id', '=', venueId)
    .where('events.ends_at', '>', now)
    .orderBy('events.starts_at')
    .orderBy('events.id')
    .limit(COMING_UP)
    .execute();
  return { events: rows, more: Math.max(0, (rows[0]?.all ?? 0) - rows.length) };
};

/** The neighbourhoods in which a coordinator may put a venue, by area and name. */
export const ownNeighbourhoods = (db: Db | Trx, coordinator: OfAreas) =>
  db
    .selectFrom('neighbourhoods')
    .innerJoin('areas', 'areas.id', 'neighbourhoods.area_id')
    .select([
      'neighbourhoods.id',
      'neighbourhoods.slug',
      'neighbourhoods.name',
      'areas.id as areaId',
      'areas.name as area',
    ])
    .where('neighbourhoods.area_id', '=', areasOf(coordinator))
    .orderBy('areas.name')
    .orderBy('neighbourhoods.name')
    .execute();
