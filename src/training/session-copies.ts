import { instantOf, readDay } from '../events/typed-times.ts';
import type { FieldErrors } from '../http/forms.ts';
import { formatDate } from '../time.ts';
import type { PlannedSession } from './planned-sessions.ts';
import type { SessionPlan } from './save-session.ts';

export const MOST_COPIES = 50;
const WEEKS = 8;

const dayOf = (instant: Temporal.Instant, timeZone: string) =>
  instant.toZonedDateTimeISO(timeZone).toPlainDate();

/** The same weekday in the weeks after a session, or after today where it is over. */
export const daysToChoose = ({ startsAt }: PlannedSession, timeZone: string, now: Temporal.Instant) => {
  const day = dayOf(startsAt, timeZone);
  const weeksAgo = Math.floor(day.until(dayOf(now, timeZone)).days / 7);
  const base = day.add({ weeks: Math.max(0, weeksAgo) });
  return Array.from({ length: WEEKS }, (_, week) => base.add({ weeks: week + 1 }));
};

interface Typed {
  date?: string[] | undefined;
  more?: string | undefined;
}

/**
 * Reads the days that were chosen for copies of a session: each begins and ends when the clocks show the same.
 * @returns a plan for each day, in order, or a sentence for what is wrong
 */
export const readSessionCopies = (
  session: PlannedSession,
  { date = [], more = '' }: Typed,
  timeZone: string,
  now: Temporal.Instant,
): { plans: SessionPlan[]; errors?: undefined } | { errors: FieldErrors } => {
  const lines = more.split(/[\n\r,;]+/).map((line) => line.trim());
  const days = new Map<string, Temporal.PlainDate>();
  for (const text of [...date, ...lines].filter(Boolean)) {
    const day = readDay(text);
    if (!day) return { errors: { more: `Write each day like 16/10/2027: ‘${text.slice(0, 40)}’ is no day` } };
    days.set(day.toString(), day);
  }
  if (days.size === 0) return { errors: { date: 'Choose at least one day' } };
  if (days.size > MOST_COPIES) return { errors: { date: `Choose ${MOST_COPIES} days or fewer` } };
  const plans: SessionPlan[] = [];
  for (const day of [...days.values()].sort(Temporal.PlainDate.compare)) {
    const words = formatDate(day, { year: 'numeric' });
    const start = instantOf(day, session.startsAt.toZonedDateTimeISO(timeZone).toPlainTime(), timeZone);
    const end = instantOf(day, session.endsAt.toZonedDateTimeISO(timeZone).toPlainTime(), timeZone);
    const wrong = [start, end].find((read) => !('instant' in read));
    if (wrong)
      return { errors: { more: `${words}: ${'never' in wrong ? wrong.never : 'the clocks go back then'}` } };
    const [startsAt, endsAt] = [start, end].map((read) => ('instant' in read ? read.instant : now)) as [
      Temporal.Instant,
      Temporal.Instant,
    ];
    if (Temporal.Instant.compare(startsAt, now) <= 0)
      return { errors: { more: `Choose days that are still to come: ${words} is over` } };
    plans.push({ ...session, startsAt, endsAt });
  }
  return { plans };
};
