import type { PlannedEvent } from '../events/plans.ts';
import type { FieldErrors } from '../http/forms.ts';
import { formatDate, formatTimes, formatWhen } from '../time.ts';
import type { Copy } from './copies.ts';
import type { CopiesForm, ReadCopies } from './copies-form.ts';
import type { Fit } from './fit.ts';
import { type Pitch, placeWords } from './pitches.ts';

interface Shown {
  source: PlannedEvent;
  pitches: readonly Pitch[];
  typed: CopiesForm;
  copies: readonly Copy[] | undefined;
  read: ReadCopies | undefined;
  errors?: FieldErrors;
  submission: string;
  timeZone: string;
  now: Temporal.Instant;
}

/** How a copy fits, in words; `by` is the event in its place. */
export const fitWords = (fit: Fit, timeZone: string, now: Temporal.Instant) => {
  if (fit.fits) {
    const kit = fit.kitTaken.map(({ name }) => name).join(', ');
    return { kit: kit ? `Without ${kit}, which is in use then` : undefined };
  }
  if (fit.why === 'pitch closed') return { refusal: 'This pitch is not to be chosen any more' };
  if (fit.why === 'past') return { refusal: 'That time is over' };
  if (fit.why === 'taken before') return { refusal: 'Another of these has this pitch at that time' };
  return {
    by: {
      slug: fit.by.slug,
      title: fit.by.title,
      when: formatWhen(fit.by.startsAt, fit.by.endsAt, timeZone, now),
    },
  };
};

/** What the preview says of one copy. */
export const copyRow = ({ plan, pitch, fit }: Copy, timeZone: string, now: Temporal.Instant) => ({
  title: plan.title,
  when: formatWhen(plan.startsAt, plan.endsAt, timeZone, now),
  place: placeWords(pitch),
  fits: fit.fits,
  ...fitWords(fit, timeZone, now),
});

export const countOf = (many: number, one: string, more: string) => (many === 1 ? one : `${many} ${more}`);

/** '5 copies can be added. 1 clashes, and is left out.' */
export const sumUp = (copies: readonly Copy[]) => {
  const can = copies.filter(({ fit }) => fit.fits).length;
  const not = copies.length - can;
  const leftOut = countOf(not, '1 clashes, and is left out.', 'clash, and are left out.');
  if (can === 0) return 'None of them can be added: choose other days or pitches.';
  return `${countOf(can, '1 copy', 'copies')} can be added.${not > 0 ? ` ${leftOut}` : ''}`;
};

/** Two weeks of days to choose from: those of the event, or those to come where it is over. */
const daysToChoose = (source: PlannedEvent, timeZone: string, now: Temporal.Instant) => {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const day = source.startsAt.toZonedDateTimeISO(timeZone).toPlainDate();
  const monday = day.subtract({ days: day.dayOfWeek - 1 });
  const first = Temporal.PlainDate.compare(monday, today) < 0 ? today : monday;
  return Array.from({ length: 14 }, (_, days) => first.add({ days }));
};

/** The form for copies of an event and, once days and pitches are chosen, what would come of it. */
export const copiesPage = (shown: Shown) => {
  const { source, pitches, typed, copies, read, submission, timeZone, now } = shown;
  const chosenPitches = new Set(typed.look ? typed.pitch : [source.pitchId]);
  return {
    slug: source.slug,
    title: source.title,
    when: formatWhen(source.startsAt, source.endsAt, timeZone, now),
    times: formatTimes(source.startsAt, source.endsAt, timeZone),
    place: placeWords(pitches.find(({ id }) => id === source.pitchId)),
    online: source.pitchId === null,
    errors: shown.errors ?? (read && Object.keys(read.errors).length > 0 ? read.errors : undefined),
    values: { more: typed.more },
    dateItems: daysToChoose(source, timeZone, now).map((day) => ({
      value: day.toString(),
      text: formatDate(day),
      checked: typed.date?.includes(day.toString()) ?? false,
    })),
    pitchItems: pitches.map((pitch) => ({
      value: pitch.id,
      text: placeWords(pitch),
      checked: chosenPitches.has(pitch.id),
    })),
    preview: copies && {
      sum: sumUp(copies),
      rows: copies.map((copy) => copyRow(copy, timeZone, now)),
      button: `Add ${countOf(copies.filter(({ fit }) => fit.fits).length, '1 draft', 'drafts')}`,
      any: copies.some(({ fit }) => fit.fits),
      submission,
      dates: read?.dates.map(String),
      pitchIds: read?.pitchIds,
    },
  };
};

/** 'We added 5 drafts. We left out Saturday 16 October, 11am to 3pm at …: another event is there.' */
export const copiedNotice = (
  { added, leftOut }: { added: readonly Copy[]; leftOut: readonly Copy[] },
  timeZone: string,
  now: Temporal.Instant,
) => {
  const done =
    added.length > 0 ? `We added ${countOf(added.length, '1 draft', 'drafts')}.` : 'We added nothing.';
  const rows = leftOut.slice(0, 5).map((copy) => copyRow(copy, timeZone, now));
  const named = rows.map(({ when, place }) => `${when}, ${place}`).join('; ');
  const more = leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : '';
  return leftOut.length > 0 ? `${done} We left out what clashes: ${named}${more}.` : done;
};
