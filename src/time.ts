/** Where the time comes from: tests pass their own. */
export interface Clock {
  now(): Temporal.Instant;
}

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

/** What a date tile shows; `iso` is the calendar date for `<time datetime>`. */
export interface DateTile {
  weekday: string;
  day: string;
  month: string;
  iso: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

const format = (timeZone: string, options: Intl.DateTimeFormatOptions) => {
  const key = timeZone + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
    formats.set(key, found);
  }
  return found;
};

const inZone = (instant: Temporal.Instant, timeZone: string) => instant.toZonedDateTimeISO(timeZone);

/** '11am', '11:30am', 'midday', 'midnight'. */
export const clockTime = (zoned: Temporal.PlainTime | Temporal.ZonedDateTime) => {
  if (zoned.minute === 0 && zoned.hour === 12) return 'midday';
  if (zoned.minute === 0 && zoned.hour === 0) return 'midnight';
  const minutes = zoned.minute === 0 ? '' : `:${String(zoned.minute).padStart(2, '0')}`;
  return `${zoned.hour % 12 || 12}${minutes}${zoned.hour < 12 ? 'am' : 'pm'}`;
};

/** '11:05am': a moment of a day. */
export const formatTime = (instant: Temporal.Instant, timeZone: string) =>
  clockTime(inZone(instant, timeZone));

/** 'Saturday 16 October', with the year when it is not the year of `now`. */
export const formatDay = (instant: Temporal.Instant, timeZone: string, now: Temporal.Instant) => {
  const sameYear = inZone(instant, timeZone).year === inZone(now, timeZone).year;
  return format(timeZone, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
    .format(instant.epochMilliseconds)
    .replace(',', '');
};

/** 'Saturday 16 October, 11:05am'. */
export const formatMoment = (instant: Temporal.Instant, timeZone: string, now: Temporal.Instant) =>
  `${formatDay(instant, timeZone, now)}, ${clockTime(inZone(instant, timeZone))}`;

/** 'Saturday 16 October, 11am to 3pm'; names both days when it ends on another one. */
export const formatWhen = (
  startsAt: Temporal.Instant,
  endsAt: Temporal.Instant,
  timeZone: string,
  now: Temporal.Instant,
) => {
  const start = inZone(startsAt, timeZone);
  const end = inZone(endsAt, timeZone);
  const first = `${formatDay(startsAt, timeZone, now)}, ${clockTime(start)}`;
  if (start.toPlainDate().equals(end.toPlainDate())) return `${first} to ${clockTime(end)}`;
  return `${first} to ${formatDay(endsAt, timeZone, now)}, ${clockTime(end)}`;
};

/** '11am to 3pm'. */
export const formatTimes = (startsAt: Temporal.Instant, endsAt: Temporal.Instant, timeZone: string) =>
  `${clockTime(inZone(startsAt, timeZone))} to ${clockTime(inZone(endsAt, timeZone))}`;

/** 'Saturday 16 October', of a calendar date. */
export const formatDate = (date: Temporal.PlainDate, options: Intl.DateTimeFormatOptions = {}) =>
  format('UTC', { weekday: 'long', day: 'numeric', month: 'long', ...options })
    .format(date.toZonedDateTime('UTC').epochMilliseconds)
    .replace(',', '');

export const dateTile = (instant: Temporal.Instant, timeZone: string): DateTile => {
  const zoned = inZone(instant, timeZone);
  return {
    weekday: format(timeZone, { weekday: 'short' }).format(instant.epochMilliseconds),
    day: String(zoned.day),
    month: format(timeZone, { month: 'short' }).format(instant.epochMilliseconds),
    iso: zoned.toPlainDate().toString(),
  };
};

/** The instant at which a calendar date starts in the programme's zone; undefined when it is no date. */
export const startOfDay = (isoDate: string, timeZone: string): Temporal.Instant | undefined => {
  try {
    return Temporal.PlainDate.from(isoDate).toZonedDateTime({ timeZone }).toInstant();
  } catch {
    return undefined;
  }
};

/** The instant at which the minute of `instant` began: how often a page that speaks of 'now' is made anew. */
export const startOfMinute = (instant: Temporal.Instant) =>
  instant.round({ smallestUnit: 'minute', roundingMode: 'floor' });
