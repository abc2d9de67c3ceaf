const SATURDAY = 6;

/** Midnight-free arithmetic: a calendar date and a wall clock time become the instant they name in the zone. */
export const at = (day: Temporal.PlainDate, time: string, timeZone: string): Temporal.Instant =>
  day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).toInstant();

/** Today where today is a Saturday and it is before `endsAt` there, else the next Saturday. */
export const comingSaturday = (
  now: Temporal.Instant,
  timeZone: string,
  endsAt: string,
): Temporal.PlainDate => {
  const here = now.toZonedDateTimeISO(timeZone);
  const isOver = Temporal.PlainTime.compare(here.toPlainTime(), endsAt) >= 0;
  const days = here.dayOfWeek === SATURDAY && isOver ? 7 : (SATURDAY - here.dayOfWeek + 7) % 7;
  return here.toPlainDate().add({ days });
};

/** The day on which National Hate Crime Awareness Week starts: the second Saturday of October. */
export const awarenessWeekOf = (year: number): Temporal.PlainDate => {
  const first = Temporal.PlainDate.from({ year, month: 10, day: 1 });
  return first.add({ days: ((SATURDAY - first.dayOfWeek + 7) % 7) + 7 });
};

/** The days on which the clocks change next, at most two. */
export const clockChanges = (now: Temporal.Instant, timeZone: string): Temporal.PlainDate[] => {
  const first = now.toZonedDateTimeISO(timeZone).getTimeZoneTransition('next');
  const second = first?.getTimeZoneTransition('next');
  return [first, second].flatMap((change) => change?.toPlainDate() ?? []);
};
