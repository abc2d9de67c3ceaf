import { formatWhen } from '../time.ts';
import type { listKit, ownAreas } from './kit.ts';

interface Shown {
  items: Awaited<ReturnType<typeof listKit>>;
  areas: Awaited<ReturnType<typeof ownAreas>>;
  timeZone: string;
  now: Temporal.Instant;
}

type Item = Shown['items'][number];

const nextOf = ({ slug, title, startsAt, endsAt, venue }: Item, timeZone: string, now: Temporal.Instant) =>
  slug && startsAt && endsAt
    ? { slug, title, venue: venue ?? 'Online', when: formatWhen(startsAt, endsAt, timeZone, now) }
    : undefined;

/** The kit of each of the coordinator's areas; an area's name only where there are several. */
export const kitPage = ({ items, areas, timeZone, now }: Shown) => ({
  areas: areas.map(({ id, name }) => ({
    id,
    name,
    items: items
      .filter(({ areaId }) => areaId === id)
      .map((item) => ({
        id: item.id,
        name: item.name,
        retired: item.closedAt !== null,
        next: nextOf(item, timeZone, now),
      })),
  })),
  areaItems:
    areas.length > 1
      ? [{ value: '', text: 'Choose' }, ...areas.map(({ slug, name }) => ({ value: slug, text: name }))]
      : undefined,
});
