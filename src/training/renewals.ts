import { asks, type ModuleTerms, type Standing } from './standing.ts';

type Day = Temporal.PlainDate;

/** How many days before the last day people are reminded to renew: 0 is on the day itself. */
export const DAYS_BEFORE = [0, 7, 30, 60] as const;
export type DaysBefore = (typeof DAYS_BEFORE)[number];

/** Nobody is reminded earlier in the day, by the clocks on the walls. */
const MORNING = 9;

/** The day for which reminders go out at this moment; undefined early in the morning. */
export const reminderDay = (now: Temporal.Instant, timeZone: string): Day | undefined => {
  const here = now.toZonedDateTimeISO(timeZone);
  return here.hour < MORNING ? undefined : here.toPlainDate();
};

/**
 * Which reminder a last day calls for on a day: the one whose time came last. So where days were missed the nearest one
 * goes out late, and the others never.
 */
export const reminderOn = (day: Day, lastDay: Day): DaysBefore | undefined => {
  const left = day.until(lastDay, { largestUnit: 'day' }).days;
  return left < 0 ? undefined : DAYS_BEFORE.find((days) => left <= days);
};

/**
 * The modules of which people are reminded: what every champion needs, and what greeters or leads need, since who lets
 * that lapse is turned away from a shift on the day. On what nobody asks for, nothing depends.
 */
export const isReminded = (module: ModuleTerms) =>
  (['champion', 'greeter', 'lead'] as const).some((role) => asks(module, role));

export interface Renewal {
  moduleId: string;
  lastDay: Day;
  daysBefore: DaysBefore;
}

/**
 * What someone is to be reminded of on a day.
 * @param bookedOn the day of the first session of a module at which they have a place, by module
 */
export const renewalsOn = (
  day: Day,
  modules: ModuleTerms[],
  standing: Standing,
  bookedOn: ReadonlyMap<string, Day>,
): Renewal[] =>
  standing.modules.flatMap(({ moduleId, status, until }, index) => {
    if (status !== 'due soon' || until === undefined || until === 'for good') return [];
    const daysBefore = reminderOn(day, until);
    const booked = bookedOn.get(moduleId);
    const inTime = booked && Temporal.PlainDate.compare(booked, until) <= 0;
    if (daysBefore === undefined || inTime || !isReminded(modules[index]!)) return [];
    return [{ moduleId, lastDay: until, daysBefore }];
  });
