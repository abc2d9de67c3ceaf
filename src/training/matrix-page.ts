import type { ChampionState } from '../schema.ts';
import { formatDate } from '../time.ts';
import type { MatrixRow } from './matrix.ts';
import { type MatrixPlaces, STANDINGS, STATUSES, WITHIN } from './matrix-query.ts';
import type { Module } from './modules.ts';
import type { ModuleStanding, ModuleStatus } from './standing.ts';

/** A shape for each status, beside its word. */
const SHAPES: Record<ModuleStatus, string> = {
  'not started': '○',
  booked: '◇',
  current: '●',
  'due soon': '◐',
  expired: '✕',
};

const STATES: Partial<Record<ChampionState, string>> = {
  paused: 'Paused',
  suspended: 'Suspended',
  declined: 'Declined',
};

export const shortDate = (day: Temporal.PlainDate) =>
  formatDate(day, { weekday: undefined, month: 'short', year: 'numeric' });

/** A status in words and shape, with the day that goes with it. */
export const statusWords = ({ status, until, inGrace }: ModuleStanding) => ({
  status: status.replace(' ', '-'),
  shape: SHAPES[status],
  text: STATUSES[status],
  day:
    until === undefined
      ? undefined
      : until === 'for good'
        ? 'for good'
        : `${status === 'expired' ? 'on' : inGrace ? 'to be done by' : 'until'} ${shortDate(until)}`,
});

/** How a champion stands as a whole. */
export const standingWords = ({ state, standing }: Pick<MatrixRow, 'state' | 'standing'>) => ({
  text: STATES[state] ?? STANDINGS[standing],
  tag:
    standing === 'ready'
      ? 'govuk-tag--green'
      : standing === 'lapsed' || state === 'suspended'
        ? 'govuk-tag--red'
        : standing === 'in training'
          ? 'govuk-tag--blue'
          : 'govuk-tag--grey',
});

const choices = (words: Record<string, string>, any: string) => [
  { value: '', text: any },
  ...Object.entries(words).map(([value, text]) => ({ value, text })),
];

const named = (rows: { slug: string; name: string }[], any: string) => [
  { value: '', text: any },
  ...rows.map(({ slug, name }) => ({ value: slug, text: name })),
];

const PATH = '/coordinate/training/matrix';

interface Shown {
  rows: MatrixRow[];
  next: { id: string } | undefined;
  modules: Module[];
  places: MatrixPlaces;
  query: Record<string, string>;
  /** Whether it is a page after the first. */
  later: boolean;
}

/** What the matrix and the form above it show. */
export const matrixPage = ({ rows, next, modules, places, query, later }: Shown) => {
  const address = (path: string, more: Record<string, string> = {}) => {
    const all = new URLSearchParams({ ...query, ...more }).toString();
    return all ? `${path}?${all}` : path;
  };
  const { week, ...rest } = query;
  const withoutWeek = new URLSearchParams(rest).toString();
  const areas = new Map(places.areas.map(({ id, name }) => [id, name]));
  const module = modules.find(({ slug }) => slug === query.module);
  const columns = module ? [module] : modules;
  return {
    values: query,
    choices: {
      areas: places.areas.length > 1 ? named(places.areas, 'All of yours') : undefined,
      neighbourhoods: named(places.neighbourhoods, 'Any'),
      modules: named(modules, 'Any'),
      statuses: choices(STATUSES, 'Any'),
      standings: choices(STANDINGS, 'Anyone'),
      within: [
        { value: '', text: 'Any time' },
        ...WITHIN.map((days) => ({ value: String(days), text: `Within ${days} days` })),
      ],
    },
    week: week && {
      from: formatDate(Temporal.PlainDate.from(week)),
      without: withoutWeek ? `${PATH}?${withoutWeek}` : PATH,
    },
    filtered: Object.keys(query).length > 0,
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) => ({
      id: row.id,
      name: row.fullName,
      number: row.number,
      where: row.neighbourhood ?? (places.areas.length > 1 ? areas.get(row.areaId) : undefined),
      standing: standingWords(row),
      statuses: row.training.modules
        .filter(({ moduleId }) => !module || moduleId === module.id)
        .map((one, at) => ({ module: columns[at]!.name, ...statusWords(one) })),
    })),
    csv: address(`${PATH}.csv`),
    pages: (later || next) && {
      previous: later ? { href: address(PATH), text: 'First page' } : undefined,
      next: next ? { href: address(PATH, { after: next.id }), text: 'Next page' } : undefined,
    },
  };
};
