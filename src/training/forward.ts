import { sql } from 'kysely';
import type { Db } from '../db.ts';
import { dateOf, goesOn, modulesOf, openGraceOf, type Question, untilOf } from './matrix-filter.ts';

type Day = Temporal.PlainDate;

/** The weeks that the forward view shows, this one first: about 90 days. */
export const WEEKS = 13;

export const forwardSpan = (today: Day) => {
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  return { monday, from: today, to: monday.add({ days: 7 * WEEKS - 1 }) };
};

/** How many people's module runs out: on a day, or, without one, in a neighbourhood. */
export interface Lapses {
  moduleId: string;
  areaId: string;
  day: Day | null;
  neighbourhood: string | null;
  people: number;
  /** Of them, those who hold a place at a session of the module on or before their last day. */
  booked: number;
}

interface Row {
  moduleId: string | null;
  areaId: string | null;
  day: string | null;
  neighbourhood: string | null;
  byDay: boolean;
  people: number;
  booked: number;
}

/**
 * What runs out from today on, counted in the database: by module, area and day, by module and neighbourhood, and the
 * people of each week. Those who are paused or suspended are left out.
 */
const selectLapses = (areaIds: string[], question: Question) => {
  const { day, timeZone, now, modules } = question;
  const { from, to } = forwardSpan(day);
  const graced = modules.filter((module) => openGraceOf(module, question));
  const plain = modules.filter((module) => !graced.includes(module)).map(({ id }) => id);
  const ofGraced =
    graced.length === 0
      ? sql``
      : sql`union all
        select m.id, c.id, c.area_id, c.neighbourhood_id, ${untilOf(dateOf(day))}
        from champions c cross join lateral (select m.*, l.last_day from ${modulesOf(graced, question)}) m
          cross join lateral (select m.last_day) l
        where c.area_id = any(${areaIds}::uuid[]) and ${goesOn}
          and ${untilOf(dateOf(day))} between ${dateOf(from)} and ${dateOf(to)}`;
  return sql<Row>`
    with lapsing (module_id, champion_id, area_id, neighbourhood_id, last_day) as materialized (
      select l.module_id, c.id, c.area_id, c.neighbourhood_id, l.last_day
      from module_last_days l join champions c on c.id = l.champion_id
      where l.module_id = any(${plain}::uuid[]) and l.last_day between ${dateOf(from)} and ${dateOf(to)}
        and c.area_id = any(${areaIds}::uuid[]) and ${goesOn}
      ${ofGraced}),
    held as materialized (
      select b.champion_id, s.module_id, min((s.starts_at at time zone ${timeZone})::date) as day
      from sessions s join bookings b on b.session_id = s.id
      where s.state = 'scheduled' and s.ends_at > ${now} and b.state = 'booked'
      group by b.champion_id, s.module_id)
    select l.module_id as "moduleId", l.area_id as "areaId", l.last_day as day, n.name as neighbourhood,
      grouping(l.last_day) = 0 as "byDay", count(*)::int as people,
      (count(*) filter (where held.day <= l.last_day))::int as booked
    from lapsing l
      left join held on held.champion_id = l.champion_id and held.module_id = l.module_id
      left join neighbourhoods n on n.id = l.neighbourhood_id
    group by grouping sets ((l.module_id, l.area_id, l.last_day), (l.module_id, l.area_id, n.name))
    union all
    select null, null, date_trunc('week', last_day)::date, null, true, count(distinct champion_id)::int, 0
    from lapsing group by 3`;
};

/** Places left at sessions to come, by module, area and day, and the usual size of a session of each module. */
const readPlaces = async (db: Db, areaIds: string[], { timeZone, now }: Question, to: Day) => {
  const mine = sql`s.area_id = any(${areaIds}::uuid[]) and s.state = 'scheduled'`;
  const [places, sizes] = await Promise.all([
    sql<{ moduleId: string; areaId: string; day: string; left: number }>`
      select s.module_id as "moduleId", s.area_id as "areaId", (s.starts_at at time zone ${timeZone})::date as day,
        sum(s.capacity - s.booked)::int as left
      from sessions s
      where ${mine} and s.starts_at > ${now}
        and s.starts_at < ${to.add({ days: 1 }).toZonedDateTime({ timeZone }).toInstant()}
      group by 1, 2, 3`.execute(db),
    sql<{ moduleId: string; size: number }>`
      select s.module_id as "moduleId", percentile_disc(0.5) within group (order by s.capacity) as size
      from sessions s where ${mine} and s.starts_at > ${now.subtract({ hours: 365 * 24 })} group by 1`.execute(
      db,
    ),
  ]);
  return {
    places: places.rows.map((row) => ({ ...row, day: Temporal.PlainDate.from(row.day) })),
    sizes: new Map(sizes.rows.map(({ moduleId, size }) => [moduleId, size])),
  };
};

/** All that the forward view is made of. */
export const readForward = async (db: Db, areaIds: string[], question: Question) => {
  const [{ rows }, supply] = await Promise.all([
    selectLapses(areaIds, question).execute(db),
    readPlaces(db, areaIds, question, forwardSpan(question.day).to),
  ]);
  const lapses = rows
    .filter(({ moduleId }) => moduleId !== null)
    .map(
      ({ byDay, ...row }): Lapses => ({
        ...row,
        moduleId: row.moduleId!,
        areaId: row.areaId!,
        day: byDay && row.day ? Temporal.PlainDate.from(row.day) : null,
      }),
    );
  const peopleByWeek = new Map(
    rows.filter(({ moduleId }) => moduleId === null).map(({ day, people }) => [day!, people]),
  );
  return { lapses, peopleByWeek, ...supply };
};

export type Forward = Awaited<ReturnType<typeof readForward>>;

/**
 * How many places are missing so that everyone can renew on or before their last day, and by when the first of them:
 * whatever places there are by a day serve those whose last day it is.
 */
export const placesMissing = (
  needed: { day: Day; people: number }[],
  places: { day: Day; left: number }[],
): { places: number; by: Day | undefined } => {
  const compare = (a: { day: Day }, b: { day: Day }) => Temporal.PlainDate.compare(a.day, b.day);
  const supply = places.toSorted(compare);
  let wanted = 0;
  let there = 0;
  let at = 0;
  let most = 0;
  let by: Day | undefined;
  for (const { day, people } of needed.toSorted(compare)) {
    wanted += people;
    for (; at < supply.length && Temporal.PlainDate.compare(supply[at]!.day, day) <= 0; at++)
      there += supply[at]!.left;
    if (wanted - there > 0) by ??= day;
    most = Math.max(most, wanted - there);
  }
  return { places: most, by };
};
