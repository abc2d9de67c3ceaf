import { type Static, Type } from 'typebox';
import { readDate } from '../events/filters.ts';
import type { FieldErrors } from '../http/forms.ts';
import { formatDate } from '../time.ts';
import { MOST_COPIES } from './copies.ts';

const several = (maxLength: number, maxItems: number) =>
  Type.Optional(Type.Array(Type.String({ maxLength }), { maxItems }));

/** What the form for copies sends; `look` where it was sent at all. */
export const CopiesForm = Type.Object(
  {
    look: Type.Optional(Type.String()),
    date: several(10, MOST_COPIES),
    more: Type.Optional(Type.String({ maxLength: 2_000 })),
    pitch: several(36, 1_000),
    submission: Type.Optional(Type.String({ format: 'uuid' })),
  },
  { additionalProperties: false },
);
export type CopiesForm = Static<typeof CopiesForm>;

export interface ReadCopies {
  dates: Temporal.PlainDate[];
  pitchIds: string[];
  errors: FieldErrors;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

const readDates = (typed: CopiesForm, today: Temporal.PlainDate) => {
  const lines = (typed.more ?? '').split(/[\n\r,;]+/).map((line) => line.trim());
  const dates = new Map<string, Temporal.PlainDate>();
  for (const text of [...(typed.date ?? []), ...lines].filter(Boolean)) {
    const iso = readDate(text);
    if (!iso) return { error: `Write each day like 16/10/2027, one on a line: ‘${text}’ is not a day` };
    const date = Temporal.PlainDate.from(iso);
    if (Temporal.PlainDate.compare(date, today) < 0)
      return { error: `Choose days from today on: ${formatDate(date, { year: 'numeric' })} is over` };
    dates.set(iso, date);
  }
  return { dates: [...dates.values()].sort(Temporal.PlainDate.compare) };
};

/** The days and pitches of a form; a sentence for what is wrong with either. */
export const readCopies = (typed: CopiesForm, today: Temporal.PlainDate, online: boolean): ReadCopies => {
  const { dates = [], error } = readDates(typed, today);
  const pitchIds = [...new Set(typed.pitch ?? [])].filter((id) => UUID.test(id));
  const errors: FieldErrors = {};
  if (error) errors.more = error;
  else if (dates.length === 0) errors.date = 'Choose at least one day';
  if (!online && pitchIds.length === 0) errors.pitch = 'Choose at least one pitch';
  const many = dates.length * (online ? 1 : pitchIds.length);
  if (many > MOST_COPIES)
    errors.date = `That would be ${many} copies. Choose fewer days or pitches: up to ${MOST_COPIES} at once`;
  return { dates, pitchIds, errors };
};
