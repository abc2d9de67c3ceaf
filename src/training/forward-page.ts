import { formatDate } from '../time.ts';
import { type Forward, forwardSpan, placesMissing, WEEKS } from './forward.ts';
import { shortDate } from './matrix-page.ts';
import type { MatrixPlaces } from './matrix-query.ts';
import type { Module } from './modules.ts';

const USUAL_SIZE = 12;
const MATRIX = '/coordinate/training/matrix';

const sum = <T>(rows: T[], of: (row: T) => number) => rows.reduce((all, row) => all + of(row), 0);
const sessionsOf = (count: number, size: number) =>
  `${count === 1 ? '1 session' : `${count} sessions`} of ${size} ${size === 1 ? 'place' : 'places'}`;

/** One row a module and area in which something runs out, with what to do about it. */
const needs = ({ lapses, places, sizes }: Forward, modules: Module[], areas: MatrixPlaces['areas']) =>
  modules.flatMap((module) =>
    areas.flatMap((area) => {
      const mine = (row: { moduleId: string; areaId: string }) =>
        row.moduleId === module.id && row.areaId === area.id;
      const days = lapses.filter((row) => mine(row) && row.day);
      if (days.length === 0) return [];
      const near = lapses.filter((row) => mine(row) && !row.day);
      const free = places.filter(mine);
      const needed = days.map(({ day, people, booked }) => ({ day: day!, people: people - booked }));
      const missing = placesMissing(needed, free);
      const size = sizes.get(module.id) || USUAL_SIZE;
      const byLearning = module.ways.includes('e-learning');
      return [
        {
          module: module.name,
          area: areas.length > 1 ? area.name : undefined,
          people: sum(days, ({ people }) => people),
          booked: sum(days, ({ booked }) => booked),
          left: sum(free, ({ left }) => left),
          byLearning,
          enough: !byLearning && missing.places === 0,
          add:
            byLearning || missing.places === 0
              ? undefined
              : {
                  words: sessionsOf(Math.ceil(missing.places / size), size),
                  by: formatDate(missing.by!),
                  href: `/coordinate/training/sessions/new?module=${encodeURIComponent(module.slug)}`,
                },
          near: near
            .toSorted((a, b) => b.people - a.people)
            .slice(0, 6)
            .map(({ neighbourhood, people }) => `${neighbourhood ?? 'No neighbourhood'} ${people}`)
            .join(', '),
        },
      ];
    }),
  );

/** What the forward view shows: what runs out week by week, and which sessions would prevent it. */
export const forwardPage = (
  forward: Forward,
  modules: Module[],
  { areas }: MatrixPlaces,
  today: Temporal.PlainDate,
) => {
  const { monday } = forwardSpan(today);
  const concerned = modules.filter(({ id }) => forward.lapses.some(({ moduleId }) => moduleId === id));
  const weeks = Array.from({ length: WEEKS }, (_, week) => monday.add({ days: 7 * week })).map((from) => {
    const link = (more: Record<string, string>) =>
      `${MATRIX}?${new URLSearchParams({ ...more, week: from.toString() })}`;
    const inWeek = forward.lapses.filter(
      ({ day }) =>
        day && Temporal.PlainDate.compare(day, from) >= 0 && day.since(from, { largestUnit: 'day' }).days < 7,
    );
    return {
      from: shortDate(from),
      people: forward.peopleByWeek.get(from.toString()) ?? 0,
      href: link({}),
      counts: concerned.map(({ id, name, slug }) => ({
        module: name,
        people: sum(
          inWeek.filter(({ moduleId }) => moduleId === id),
          ({ people }) => people,
        ),
        href: link({ module: slug }),
      })),
    };
  });
  return {
    any: concerned.length > 0,
    columns: concerned.map(({ name }) => name),
    weeks,
    needs: needs(forward, concerned, areas),
    until: formatDate(forwardSpan(today).to, { year: 'numeric' }),
  };
};
