import { clockTime, formatDay, formatWhen } from '../time.ts';

export interface Spot {
  latitude: number;
  longitude: number;
}

/** Another event of the same lead, or with the same kit. */
export interface Neighbour {
  slug: string;
  title: string;
  venue: string | null;
  spot: Spot | undefined;
  /** With set-up and take-down. */
  from: Temporal.Instant;
  until: Temporal.Instant;
  /** Who or what cannot be in two places: 'lead', or a piece of kit by its name. */
  shared: string;
  isLead: boolean;
}

/** All that tells whether an event can go well as it is planned. */
export interface ClashFacts {
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  from: Temporal.Instant;
  until: Temporal.Instant;
  capacity: number | null;
  /** The venue has said yes. */
  permitted: boolean;
  venue:
    | {
        id: string;
        name: string;
        spot: Spot | undefined;
        mostPeople: number | null;
        permissionDays: number;
        /** Empty where nobody has entered any. */
        hours: { weekday: number; opens: string; closes: string }[];
      }
    | undefined;
  neighbours: Neighbour[];
}

/** One thing that does not fit: what, and what helps. */
export interface Clash {
  kind: 'lead' | 'travel' | 'hours' | 'clocks' | 'permission' | 'people';
  /** The field of the plan where it arises. */
  field: 'lead' | 'kit' | 'date' | 'from' | 'to' | 'capacity';
  text: string;
  remedy: string;
  link?: { href: string; text: string };
}

/** Streets are longer than the line on the map. */
const DETOUR = 1.3;
const WALKED_KM = 1.5;
const WALKING_KMH = 4;
const DRIVING_KMH = 30;
/** To carry, to park, to find the way in. */
const BUFFER_MINUTES = 15;
const EARTH_KM = 6371;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** As the crow flies (haversine). */
const kilometres = (a: Spot, b: Spot) => {
  const half = (x: number) => Math.sin(radians(x) / 2) ** 2;
  const across =
    half(b.latitude - a.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(b.longitude - a.longitude);
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, across)));
};

/** How long it takes from one place to another, with some minutes to spare; walked up to 1.5 km, else by car. */
export const travelBetween = (a: Spot, b: Spot) => {
  const km = kilometres(a, b) * DETOUR;
  const walked = km <= WALKED_KM;
  const minutes = Math.ceil((km / (walked ? WALKING_KMH : DRIVING_KMH)) * 60);
  return { km, walked, minutes, needed: km < 0.05 ? 0 : minutes + BUFFER_MINUTES };
};

const before = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) < 0;
const minutesBetween = (a: Temporal.Instant, b: Temporal.Instant) => Math.round(a.until(b).total('minutes'));
const linkTo = ({ slug, title }: Neighbour) => ({ href: `/coordinate/events/${slug}`, text: title });

const WEEKDAYS = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];

const inTwoPlaces = (facts: ClashFacts): Clash[] =>
  facts.neighbours
    .filter((one) => one.isLead && before(one.from, facts.until) && before(facts.from, one.until))
    .map((one) => ({
      kind: 'lead',
      field: 'lead',
      text: `The lead is at ‘${one.title}’ at the same time, set-up and take-down included.`,
      remedy: 'Choose another lead, or move one of the two.',
      link: linkTo(one),
    }));

const tooFar = (facts: ClashFacts): Clash[] =>
  facts.neighbours.flatMap((one): Clash[] => {
    const { spot } = facts.venue ?? {};
    if (!spot || !one.spot || (before(one.from, facts.until) && before(facts.from, one.until))) return [];
    const earlier = before(one.from, facts.from);
    const gap = earlier ? minutesBetween(one.until, facts.from) : minutesBetween(facts.until, one.from);
    const { km, walked, minutes, needed } = travelBetween(spot, one.spot);
    if (gap >= needed) return [];
    const way = `about ${Math.max(0.1, km).toFixed(1)} km: ${minutes} minutes ${walked ? 'on foot' : 'by car'}, and ${BUFFER_MINUTES} to spare`;
    const who = one.isLead ? 'The lead' : `‘${one.shared}’`;
    const where = `‘${one.title}’${one.venue ? ` at ${one.venue}` : ''}`;
    return [
      {
        kind: 'travel',
        field: one.isLead ? 'lead' : 'kit',
        text: `${who} has ${gap} minutes ${earlier ? `to get here from ${where}` : `to get from here to ${where}`}, and needs ${needed} (${way}).`,
        remedy: one.isLead
          ? 'Leave more time between the two, or choose another lead.'
          : 'Leave more time between the two, or take other kit.',
        link: linkTo(one),
      },
    ];
  });

const outsideHours = ({ venue, startsAt, endsAt }: ClashFacts, timeZone: string): Clash[] => {
  if (!venue || venue.hours.length === 0) return [];
  const start = startsAt.toZonedDateTimeISO(timeZone);
  const end = endsAt.toZonedDateTimeISO(timeZone);
  const link = { href: `/coordinate/venues/${venue.id}`, text: `${venue.name}’s hours` };
  const remedy = 'Choose a time within its hours, or ask the venue to open for you.';
  const hours = venue.hours.find(({ weekday }) => weekday === start.dayOfWeek);
  const base = { kind: 'hours', remedy, link } as const;
  if (!hours)
    return [{ ...base, field: 'date', text: `${venue.name} is closed on ${WEEKDAYS[start.dayOfWeek - 1]}.` }];
  const opens = Temporal.PlainTime.from(hours.opens);
  const closes = Temporal.PlainTime.from(hours.closes);
  const sameDay = start.toPlainDate().equals(end.toPlainDate());
  const early = Temporal.PlainTime.compare(start.toPlainTime(), opens) < 0;
  const late = !sameDay || Temporal.PlainTime.compare(end.toPlainTime(), closes) > 0;
  if (!early && !late) return [];
  const text = `${venue.name} is open from ${clockTime(opens)} to ${clockTime(closes)} on ${WEEKDAYS[start.dayOfWeek - 1]}.`;
  return [{ ...base, field: early ? 'from' : 'to', text }];
};

const clocksChange = ({ startsAt, endsAt }: ClashFacts, timeZone: string, now: Temporal.Instant): Clash[] => {
  const start = startsAt.toZonedDateTimeISO(timeZone).startOfDay();
  const change = start.getTimeZoneTransition('next');
  const dayAfter = endsAt.toZonedDateTimeISO(timeZone).startOfDay().add({ days: 1 });
  if (!change || Temporal.ZonedDateTime.compare(change, dayAfter) >= 0) return [];
  const forward = change.subtract({ nanoseconds: 1 }).offsetNanoseconds < change.offsetNanoseconds;
  return [
    {
      kind: 'clocks',
      field: 'date',
      text: `The clocks go ${forward ? 'forward' : 'back'} on ${formatDay(change.toInstant(), timeZone, now)}.`,
      remedy: `The time is kept as the clocks show it then: ${formatWhen(startsAt, endsAt, timeZone, now)}. Remind everyone who helps, or choose another day.`,
    },
  ];
};

const tooLateToAsk = (
  { venue, permitted, startsAt }: ClashFacts,
  timeZone: string,
  now: Temporal.Instant,
): Clash[] => {
  if (!venue || permitted || venue.permissionDays === 0) return [];
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const days = today.until(startsAt.toZonedDateTimeISO(timeZone).toPlainDate()).days;
  if (days >= venue.permissionDays || days < 0) return [];
  return [
    {
      kind: 'permission',
      field: 'date',
      text: `${venue.name} wants to be asked ${venue.permissionDays} days ahead, and it is ${days === 1 ? '1 day' : `${days} days`} until then.`,
      remedy: 'Phone the venue before you do anything else, or choose a later day.',
      link: { href: `/coordinate/venues/${venue.id}`, text: `Whom to ask at ${venue.name}` },
    },
  ];
};

const tooMany = ({ venue, capacity }: ClashFacts): Clash[] =>
  venue?.mostPeople && capacity && capacity > venue.mostPeople
    ? [
        {
          kind: 'people',
          field: 'capacity',
          text: `${venue.name} allows ${venue.mostPeople} people, and ${capacity} can come.`,
          remedy: `Let ${venue.mostPeople} or fewer come, or choose a larger place.`,
          link: { href: `/coordinate/venues/${venue.id}`, text: venue.name },
        },
      ]
    : [];

/** What does not fit about an event as it is planned: nothing of it is refused, all of it has to be known. */
export const findClashes = (facts: ClashFacts, timeZone: string, now: Temporal.Instant): Clash[] => [
  ...inTwoPlaces(facts),
  ...tooFar(facts),
  ...outsideHours(facts, timeZone),
  ...clocksChange(facts, timeZone, now),
  ...tooLateToAsk(facts, timeZone, now),
  ...tooMany(facts),
];
