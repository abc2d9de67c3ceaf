import { sql } from 'kysely';
import type { Db } from '../db.ts';
import { NEAR_HOURS, spotOf } from '../events/clash-facts.ts';
import { type Clash, type ClashFacts, findClashes, type Neighbour } from '../events/clashes.ts';
import type { selectWeek } from './week.ts';

type Hours = NonNullable<ClashFacts['venue']>['hours'];
type Place = { latitude: number | null; longitude: number | null };

interface Row {
  id: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  capacity: number | null;
  permitted: boolean;
  venue: (Omit<NonNullable<ClashFacts['venue']>, 'spot'> & Place) | null;
  setUpMinutes: number;
  takeDownMinutes: number;
  hours: Hours;
  neighbours: (Omit<Neighbour, 'spot' | 'from' | 'until'> & Place & { from: string; until: string })[];
}

const factsOf = ({ venue, neighbours, setUpMinutes, takeDownMinutes, hours, ...row }: Row): ClashFacts => ({
  ...row,
  from: row.startsAt.subtract({ minutes: setUpMinutes }),
  until: row.endsAt.add({ minutes: takeDownMinutes }),
  venue: venue ? { ...venue, hours, spot: spotOf(venue) } : undefined,
  neighbours: neighbours.map(({ from, until, ...one }) => ({
    ...one,
    spot: spotOf(one),
    from: Temporal.Instant.from(from),
    until: Temporal.Instant.from(until),
  })),
});

/** What the clash rules need to know of every event of a week that is still to be seen to: as `clashFacts`, in one query. */
const weekFacts = async (
  ...[db, areaIds, { from, until }]: Parameters<typeof selectWeek>
): Promise<Row[]> => {
  const near = sql.lit(`${NEAR_HOURS} hours`);
  const { rows } = await sql<Row>`
    select e.id, e.starts_at as "startsAt", e.ends_at as "endsAt", e.capacity,
      exists (select from event_gates g where g.event_id = e.id and g.gate = 'permission' and g.reopened_at is null)
        as permitted,
      case when v.id is not null then json_build_object('id', v.id, 'name', v.name, 'latitude', v.latitude,
        'longitude', v.longitude, 'mostPeople', v.most_people, 'permissionDays', v.permission_days) end as venue,
      coalesce(v.set_up_minutes, 0) as "setUpMinutes", coalesce(v.take_down_minutes, 0) as "takeDownMinutes",
      (select coalesce(json_agg(json_build_object('weekday', weekday, 'opens', opens, 'closes', closes)), '[]')
        from venue_hours where venue_id = v.id) as hours,
      (select coalesce(json_agg(json_build_object('slug', o.slug, 'title', o.title, 'venue', ov.name,
          'latitude', ov.latitude, 'longitude', ov.longitude, 'from', lower(o.occupied), 'until', upper(o.occupied),
          'shared', shares.shared, 'isLead', shares.is_lead)), '[]')
        from (
          select led.id, 'lead' as shared, true as is_lead from events led where led.lead_id = e.lead_id
            and led.starts_at between around.first and around.last
          union all
          select other.event_id, kit_items.name, false from event_kit mine
            join event_kit other on other.kit_item_id = mine.kit_item_id and other.held
              and other.occupied && tstzrange(around.first, around.last)
            join kit_items on kit_items.id = mine.kit_item_id
          where mine.event_id = e.id
        ) as shares
          join events o on o.id = shares.id left join pitches op on op.id = o.pitch_id left join venues ov on ov.id = op.venue_id
        where o.id <> e.id and o.state not in ('postponed', 'cancelled')
          and o.starts_at between around.first and around.last) as neighbours
    from events e
      left join pitches p on p.id = e.pitch_id left join venues v on v.id = p.venue_id
      cross join lateral (select
        e.starts_at - make_interval(mins => coalesce(v.set_up_minutes, 0)) - interval ${near} as first,
        e.ends_at + make_interval(mins => coalesce(v.take_down_minutes, 0)) + interval ${near} as last) as around
    where e.area_id = any(${areaIds}::uuid[]) and e.starts_at >= ${from}::timestamptz
      and e.starts_at < ${until}::timestamptz and e.state not in ('postponed', 'cancelled', 'reported')`.execute(
    db,
  );
  return rows;
};

/** What does not fit about each event of a week, by the event's id. */
export const readWeekClashes = async (
  db: Db,
  areaIds: string[],
  week: { from: Temporal.Instant; until: Temporal.Instant },
  timeZone: string,
  now: Temporal.Instant,
): Promise<Map<string, Clash[]>> => {
  const rows = await weekFacts(db, areaIds, week);
  return new Map(rows.map((row) => [row.id, findClashes(factsOf(row), timeZone, now)]));
};
