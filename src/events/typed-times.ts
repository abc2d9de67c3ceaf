import { clockTime } from '../time.ts';

/** A date field sends 2027-10-16; people who type write 16/10/2027. */
export const readDay = (typed: string): Temporal.PlainDate | undefined => {
  const iso = /^(20\d\d)-(\d\d)-(\d\d)$/.exec(typed);
  const british = /^(\d{1,2})[/. -](\d{1,2})[/. -](20\d\d)$/.exec(typed);
  const [year, month, day] = (iso?.slice(1) ?? british?.slice(1).reverse() ?? []).map(Number);
  if (!year || !month || !day) return undefined;
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
  } catch {
    return undefined;
  }
};

/** A time field sends 14:30; people who type write 2:30pm, 2pm, 14.30 or midday. */
export const readTime = (typed: string): Temporal.PlainTime | undefined => {
  const words = typed.toLowerCase().replaceAll(/\s+/g, '');
  if (words === 'midday' || words === 'noon') return new Temporal.PlainTime(12);
  if (words === 'midnight') return new Temporal.PlainTime(0);
  const [, hours = '', minutes, half] = /^(\d{1,2})(?:[:.](\d\d))?(am|pm)?$/.exec(words) ?? [];
  if (hours === '' || (minutes === undefined && !half)) return undefined;
  const clock = Number(hours);
  if (half && (clock < 1 || clock > 12)) return undefined;
  const hour = half ? (clock % 12) + (half === 'pm' ? 12 : 0) : clock;
  try {
    return Temporal.PlainTime.from({ hour, minute: Number(minutes ?? 0) }, { overflow: 'reject' });
  } catch {
    return undefined;
  }
};

export type ReadInstant = { instant: Temporal.Instant } | { never: string } | { twice: string };

/** The instant of a time on a day; a sentence where the clocks leave that time out, or where it comes twice. */
export const instantOf = (
  day: Temporal.PlainDate,
  time: Temporal.PlainTime,
  timeZone: string,
): ReadInstant => {
  const typed = day.toPlainDateTime(time);
  const [early, late] = (['earlier', 'later'] as const).map((disambiguation) =>
    typed.toZonedDateTime(timeZone, { disambiguation }),
  ) as [Temporal.ZonedDateTime, Temporal.ZonedDateTime];
  if (early.epochMilliseconds === late.epochMilliseconds) return { instant: early.toInstant() };
  const change = late.subtract({ hours: 12 }).getTimeZoneTransition('next')!;
  const after = change.toPlainTime();
  if (!late.toPlainDateTime().equals(typed))
    return {
      never: `The clocks go forward that night, and ${clockTime(time)} is left out. Choose ${clockTime(after)} or later`,
    };
  const over = after.add(early.until(late));
  return {
    twice: `The clocks go back that night, and ${clockTime(time)} comes twice. Choose a time before ${clockTime(after)}, or from ${clockTime(over)}`,
  };
};
