import { type Static, Type } from 'typebox';
import type { MatrixFilter } from './matrix-filter.ts';
import type { Module } from './modules.ts';
import type { ChampionStanding, ModuleStatus } from './standing.ts';

const short = Type.Optional(Type.String({ maxLength: 100 }));

/** The form above the matrix, as it is sent. */
export const MatrixQuery = Type.Object({
  words: short,
  area: short,
  neighbourhood: short,
  module: short,
  status: short,
  standing: short,
  within: short,
  week: short,
  after: short,
});
export type MatrixQuery = Static<typeof MatrixQuery>;

export const STATUSES: Record<ModuleStatus, string> = {
  'not started': 'Not started',
  booked: 'Booked',
  current: 'Current',
  'due soon': 'Due soon',
  expired: 'Expired',
};

export const STANDINGS: Record<ChampionStanding, string> = {
  ready: 'Ready',
  'in training': 'In training',
  lapsed: 'Lapsed',
  stopped: 'Paused or suspended',
  'not confirmed': 'Address not confirmed',
  guardian: 'Waiting for a guardian',
};

/** Days within which something runs out, to choose from. */
export const WITHIN = [7, 30, 60, 90];

const oneOf = <T extends string>(words: Record<T, string>, typed: string | undefined): T | undefined =>
  typed !== undefined && Object.hasOwn(words, typed) ? (typed as T) : undefined;

/** The Monday of a week, as the forward view's links name it. */
const readMonday = (typed: string | undefined) => {
  if (!typed || !/^20\d\d-\d\d-\d\d$/.test(typed)) return undefined;
  try {
    const day = Temporal.PlainDate.from(typed, { overflow: 'reject' });
    return day.subtract({ days: day.dayOfWeek - 1 });
  } catch {
    return undefined;
  }
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface MatrixPlaces {
  areas: { id: string; slug: string; name: string }[];
  neighbourhoods: { id: string; slug: string; name: string; areaId: string }[];
}

/** Understands the form; what is none of its choices counts as not chosen. */
export const readMatrixQuery = (
  typed: MatrixQuery,
  { areas, neighbourhoods }: MatrixPlaces,
  modules: Module[],
  today: Temporal.PlainDate,
) => {
  const area = areas.find(({ slug }) => slug === typed.area);
  const neighbourhood = neighbourhoods.find(({ slug }) => slug === typed.neighbourhood);
  const module = modules.find(({ slug }) => slug === typed.module);
  const status = oneOf(STATUSES, typed.status);
  const standing = oneOf(STANDINGS, typed.standing);
  const within = WITHIN.find((days) => String(days) === typed.within);
  const monday = within === undefined ? readMonday(typed.week) : undefined;
  const words = (typed.words ?? '')
    .normalize('NFC')
    .split(/[\s\p{Cc}]+/u)
    .filter(Boolean)
    .slice(0, 5);
  const number = words.length === 1 && /^\d{1,9}$/.test(words[0]!) ? Number(words[0]) : undefined;
  const filter: MatrixFilter = {
    areaIds: (area ? [area] : areas).map(({ id }) => id),
    neighbourhoodId: neighbourhood?.id,
    words: number === undefined ? words : [],
    number,
    moduleId: module?.id,
    status,
    standing,
    ends:
      within === undefined
        ? monday && { from: monday, to: monday.add({ days: 6 }) }
        : { from: today, to: today.add({ days: within }) },
  };
  const query: Record<string, string | undefined> = {
    words: words.join(' '),
    area: area?.slug,
    neighbourhood: neighbourhood?.slug,
    module: module?.slug,
    status,
    standing,
    within: within?.toString(),
    week: monday?.toString(),
  };
  return {
    filter,
    /** What was understood, in one order. */
    query: Object.fromEntries(
      Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1])),
    ),
    after: typed.after && UUID.test(typed.after) ? typed.after : undefined,
  };
};
