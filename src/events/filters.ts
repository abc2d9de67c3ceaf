import { type Static, Type } from 'typebox';
import type { FieldErrors, FieldWords } from '../http/forms.ts';
import type { EventKind } from '../schema.ts';
import { startOfDay } from '../time.ts';
import type { Cursor, EventFilters } from './events.ts';
import { KINDS } from './words.ts';

const MOST_WORDS = 100;
const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

/** What the address of the list of events may say; anything else in it is left out. */
export const FilterQuery = Type.Object(
  {
    words: text(MOST_WORDS),
    neighbourhood: text(100),
    kind: text(20),
    from: text(20),
    to: text(20),
    after: text(90),
    before: text(90),
  },
  { additionalProperties: false },
);
export type FilterQuery = Static<typeof FilterQuery>;

const DATE = 'like 16/10/2027';
const CHOOSE_NEIGHBOURHOOD = 'Choose a neighbourhood from the list';
const CHOOSE_KIND = 'Choose a kind of event from the list';
const FROM = `Enter a real date to look from, ${DATE}`;
const TO = `Enter a real date to look up to, ${DATE}`;

/** In the order of the form. */
export const FILTER_WORDS: FieldWords = {
  words: {
    maxLength: `Search with ${MOST_WORDS} letters or fewer`,
    otherwise: 'Type the words to look for once',
  },
  neighbourhood: CHOOSE_NEIGHBOURHOOD,
  kind: CHOOSE_KIND,
  from: FROM,
  to: TO,
};

/** A date field sends 2027-10-16; people who type write 16/10/2027. */
export const readDate = (typed: string): string | undefined => {
  const iso = /^(20\d\d)-(\d\d)-(\d\d)$/.exec(typed);
  const british = /^(\d{1,2})[/. -](\d{1,2})[/. -](20\d\d)$/.exec(typed);
  const [year, month, day] = (iso?.slice(1) ?? british?.slice(1).reverse() ?? []).map(Number);
  if (!year || !month || !day) return undefined;
  const yearMonth = Temporal.PlainYearMonth.from({ year, month: Math.min(month, 12) });
  if (month > 12 || day > yearMonth.daysInMonth) return undefined;
  return yearMonth.toPlainDate({ day }).toString();
};

const CURSOR = /^(20\d\d-\d\d-\d\dT[\d:.]{5,15}Z)_([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

export const writeCursor = ({ startsAt, id }: Cursor) => `${startsAt}_${id}`;

/** The place in the list that an address names; undefined where it is none. */
export const readCursor = ({ after, before }: FilterQuery): Cursor | undefined => {
  const [, startsAt, id] = CURSOR.exec(after ?? before ?? '') ?? [];
  if (!startsAt || !id) return undefined;
  try {
    return { side: after ? 'after' : 'before', startsAt: Temporal.Instant.from(startsAt), id };
  } catch {
    return undefined;
  }
};

export interface ReadFilters {
  filters: EventFilters;
  errors: FieldErrors;
  /** What was understood, in one order: the same filters have the same address. */
  query: Record<string, string>;
}

const isKind = (kind: string): kind is EventKind => Object.hasOwn(KINDS, kind);

/**
 * Understands the filter form. Without dates the list starts now; a date to look up to that lies in the past shows what
 * was on until then.
 */
export const readFilters = (
  typed: FilterQuery,
  neighbourhoods: readonly { slug: string }[],
  timeZone: string,
  now: Temporal.Instant,
): ReadFilters => {
  const errors: FieldErrors = {};
  const from = typed.from === undefined ? undefined : readDate(typed.from);
  const to = typed.to === undefined ? undefined : readDate(typed.to);
  if (typed.neighbourhood && !neighbourhoods.some(({ slug }) => slug === typed.neighbourhood)) {
    errors.neighbourhood = CHOOSE_NEIGHBOURHOOD;
  }
  if (typed.kind && !isKind(typed.kind)) errors.kind = CHOOSE_KIND;
  if (typed.from && !from) errors.from = FROM;
  if (typed.to && !to) errors.to = TO;
  if (from && to && to < from) errors.to = 'The last day must be on or after the first day';

  const until = to && startOfDay(Temporal.PlainDate.from(to).add({ days: 1 }).toString(), timeZone);
  const isPast = until && Temporal.Instant.compare(until, now) <= 0;
  const words = (typed.words ?? '').split(/\s+/).filter(Boolean);
  const query = { words: words.join(' '), neighbourhood: typed.neighbourhood, kind: typed.kind, from, to };
  return {
    filters: {
      neighbourhood: typed.neighbourhood,
      kind: typed.kind && isKind(typed.kind) ? typed.kind : undefined,
      from: from ? startOfDay(from, timeZone) : isPast ? undefined : now,
      until: until || undefined,
      words,
    },
    errors,
    query: Object.fromEntries(
      Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1])),
    ),
  };
};
