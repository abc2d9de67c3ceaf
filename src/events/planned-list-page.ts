import { type Static, Type } from 'typebox';
import type { FieldErrors } from '../http/forms.ts';
import type { EventState } from '../schema.ts';
import { startOfDay } from '../time.ts';
import type { Cursor } from './events.ts';
import { readCursor, writeCursor } from './filters.ts';
import type { PlannedFilters, PlannedRow } from './planned.ts';
import { plannedRow, STATES } from './planned-page.ts';
import { readDay } from './typed-times.ts';

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

/** What the address of the coordinators' list may say. */
export const PlannedQuery = Type.Object(
  { state: text(20), campaign: text(120), from: text(20), to: text(20), after: text(90), before: text(90) },
  { additionalProperties: false },
);
export type PlannedQuery = Static<typeof PlannedQuery>;

const isState = (typed: string | undefined): typed is EventState =>
  typed !== undefined && Object.hasOwn(STATES, typed);

interface Campaign {
  slug: string;
  name: string;
}

/** Understands the filters of the list: without days it starts today. */
export const readPlannedQuery = (
  typed: PlannedQuery,
  campaigns: readonly Campaign[],
  timeZone: string,
  now: Temporal.Instant,
) => {
  const errors: FieldErrors = {};
  const day = (field: 'from' | 'to') => {
    const date = typed[field]?.trim() ? readDay(typed[field].trim()) : undefined;
    if (typed[field]?.trim() && !date) errors[field] = 'Enter a real date, like 16/10/2027';
    return date;
  };
  const from = day('from');
  const to = day('to');
  if (from && to && Temporal.PlainDate.compare(to, from) < 0)
    errors.to = 'The last day must be on or after the first day';
  const campaign = campaigns.find(({ slug }) => slug === typed.campaign)?.slug;
  const state = isState(typed.state) ? typed.state : undefined;
  const today = now.toZonedDateTimeISO(timeZone).startOfDay().toInstant();
  const until = to && startOfDay(to.add({ days: 1 }).toString(), timeZone);
  const isPast = until && Temporal.Instant.compare(until, today) <= 0;
  const seeksPast = state === 'closed' || state === 'reported' || state === 'cancelled';
  const filters: PlannedFilters = {
    state,
    campaign,
    from: from ? startOfDay(from.toString(), timeZone) : isPast || seeksPast ? undefined : today,
    until,
  };
  const query = { state, campaign, from: from?.toString(), to: to?.toString() };
  return {
    filters,
    at: readCursor({ after: typed.after, before: typed.before }),
    errors: Object.keys(errors).length > 0 ? errors : undefined,
    values: {
      ...query,
      ...(errors.from ? { from: typed.from } : {}),
      ...(errors.to ? { to: typed.to } : {}),
    },
    query: Object.fromEntries(
      Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1])),
    ),
    campaigns,
  };
};

type Read = ReturnType<typeof readPlannedQuery>;
interface Rows {
  rows: PlannedRow[];
  previous?: Cursor | undefined;
  next?: Cursor | undefined;
}

/** What the coordinators' list of events shows. */
export const plannedListPage = (
  read: Read,
  { rows, previous, next }: Rows,
  timeZone: string,
  now: Temporal.Instant,
) => {
  const link = (at: Cursor | undefined, words: string) =>
    at && {
      href: `/coordinate/events?${new URLSearchParams({ ...read.query, [at.side]: writeCursor(at) })}`,
      text: words,
    };
  return {
    values: read.values,
    errors: read.errors,
    filtered: Object.keys(read.query).length > 0,
    states: [
      { value: '', text: 'Every state' },
      ...Object.entries(STATES).map(([value, words]) => ({ value, text: words })),
    ],
    campaigns: [
      { value: '', text: 'Every campaign' },
      ...read.campaigns.map(({ slug, name }) => ({ value: slug, text: name })),
    ],
    events: rows.map((row) => plannedRow(row, timeZone, now)),
    pages: (previous || next) && {
      previous: link(previous, 'Earlier events'),
      next: link(next, 'Later events'),
    },
  };
};
