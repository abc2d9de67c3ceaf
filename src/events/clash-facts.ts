import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { ClashFacts, Neighbour, Spot } from './clashes.ts';
import type { EventPlan } from './plan.ts';

export const spotOf = (row: { latitude: number | null; longitude: number | null }): Spot | undefined =>
  row.latitude === null || row.longitude === null
    ? undefined
    : { latitude: row.latitude, longitude: row.longitude };

/** How long before and after an event its lead's and its kit's other events may still be in the way. */
export const NEAR_HOURS = 24;

const EVENT = [
  'events.slug',
  'events.title',
  'venues.name as venue',
  'venues.latitude',
  'venues.longitude',
  sql<Temporal.Instant>`lower(events.occupied)`.as('from'),
  sql<Temporal.Instant>`upper(events.occupied)`.as('until'),
] as const;

const neighboursOf = async (
  db: Db | Trx,
  plan: Pick<EventPlan, 'leadId' | 'kitItemIds'>,
  from: Temporal.Instant,
  until: Temporal.Instant,
  exceptId: string | null,
): Promise<Neighbour[]> => {
  if (!plan.leadId && plan.kitItemIds.length === 0) return [];
  const near = sql<boolean>`events.starts_at between
    ${from.subtract({ hours: NEAR_HOURS })}::timestamptz and ${until.add({ hours: NEAR_HOURS })}::timestamptz
    and events.state not in ('postponed', 'cancelled')
    and events.id is distinct from ${exceptId}::uuid`;
  const select = () =>
    db
      .selectFrom('events')
      .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
      .leftJoin('venues', 'venues.id', 'pitches.venue_id');
  const [led, kit] = await Promise.all([
    plan.leadId ? select().select(EVENT).where('events.lead_id', '=', plan.leadId).where(near).execute() : [],
    plan.kitItemIds.length > 0
      ? select()
          .innerJoin('event_kit', 'event_kit.event_id', 'events.id')
          .innerJoin('kit_items', 'kit_items.id', 'event_kit.kit_item_id')
          .select(EVENT)
          .select('kit_items.name as kit')
          .where('event_kit.kit_item_id', '=', sql<string>`any(${plan.kitItemIds}::uuid[])`)
          .where(near)
          .execute()
      : [],
  ]);
  const toNeighbour = (row: (typeof led)[number], shared: string, isLead: boolean): Neighbour => ({
    slug: row.slug,
    title: row.title,
    venue: row.venue,
    spot: spotOf(row),
    from: row.from,
    until: row.until,
    shared,
    isLead,
  });
  return [
    ...led.map((row) => toNeighbour(row, 'lead', true)),
    ...kit.map((row) => toNeighbour(row, row.kit, false)),
  ].sort((a, b) => Temporal.Instant.compare(a.from, b.from));
};

/** What the clash rules need to know about an event as it is planned, or as it would be. */
export const clashFacts = async (
  db: Db | Trx,
  plan: Pick<EventPlan, 'pitchId' | 'startsAt' | 'endsAt' | 'capacity' | 'leadId' | 'kitItemIds'>,
  { id, permitted }: { id: string | null; permitted: boolean },
): Promise<ClashFacts> => {
  const venue = plan.pitchId
    ? await db
        .selectFrom('pitches')
        .innerJoin('venues', 'venues.id', 'pitches.venue_id')
        .select([
          'venues.id',
          'venues.name',
          'venues.latitude',
          'venues.longitude',
          'venues.most_people as mostPeople',
          'venues.permission_days as permissionDays',
          'venues.set_up_minutes as setUpMinutes',
          'venues.take_down_minutes as takeDownMinutes',
          sql<NonNullable<ClashFacts['venue']>['hours']>`
            (select coalesce(json_agg(json_build_object('weekday', weekday, 'opens', opens, 'closes', closes)), '[]')
             from venue_hours where venue_id = venues.id)`.as('hours'),
        ])
        .where('pitches.id', '=', plan.pitchId)
        .executeTakeFirst()
    : undefined;
  const from = plan.startsAt.subtract({ minutes: venue?.setUpMinutes ?? 0 });
  const until = plan.endsAt.add({ minutes: venue?.takeDownMinutes ?? 0 });
  return {
    startsAt: plan.startsAt,
    endsAt: plan.endsAt,
    from,
    until,
    capacity: plan.capacity,
    permitted,
    venue: venue && { ...venue, spot: spotOf(venue) },
    neighbours: await neighboursOf(db, plan, from, until, id),
  };
};
