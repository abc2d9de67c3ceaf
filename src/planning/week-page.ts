import type { Clash } from '../events/clashes.ts';
import { STATES } from '../events/planned-page.ts';
import { stateAt } from '../events/states.ts';
import { KINDS } from '../events/words.ts';
import type { EventState } from '../schema.ts';
import { formatDate, formatTimes } from '../time.ts';
import type { WeekEvent, weekOf } from './week.ts';

interface Shown {
  week: ReturnType<typeof weekOf>;
  events: readonly WeekEvent[];
  /** By the event's id. */
  clashes: ReadonlyMap<string, Clash[]>;
  campaigns: readonly { slug: string; name: string }[];
  campaign: string | undefined;
  timeZone: string;
  now: Temporal.Instant;
}

const OFF = new Set<EventState>(['postponed', 'cancelled']);
const OVER = new Set<EventState>(['closed', 'reported']);

/** The address of a week, by any of its days. */
export const weekAddress = (day: Temporal.PlainDate, campaign?: string) =>
  `/coordinate/week?${new URLSearchParams({ from: day.toString(), ...(campaign ? { campaign } : {}) })}`;

const shortDate = { weekday: 'short', month: 'short' } as const;

const clockNote = (day: Temporal.PlainDate, timeZone: string) => {
  const hours = day.toZonedDateTime(timeZone).hoursInDay;
  if (hours === 24) return undefined;
  return hours > 24 ? 'Clocks go back' : 'Clocks go forward';
};

/** The clocks stand beside the day. */
const SHORT: Record<Exclude<Clash['kind'], 'clocks'>, string> = {
  lead: 'Lead is in two places',
  travel: 'Too little time to travel',
  hours: 'Outside the venue’s hours',
  permission: 'Late to ask the venue',
  people: 'More people than allowed',
};

interface Gap {
  text: string;
  /** Where it is explained. */
  href?: string;
}

/** What is missing, and how much does not fit. */
const gapsOf = ({ slug, leadId }: WeekEvent, state: EventState, clashes: readonly Clash[] = []): Gap[] => {
  if (OFF.has(state) || OVER.has(state)) return [];
  const kinds = clashes.flatMap(({ kind }) => (kind === 'clocks' ? [] : kind));
  const text = kinds.length === 1 ? SHORT[kinds[0]!] : `${kinds.length} things do not fit`;
  return [
    ...(leadId ? [] : [{ text: 'No lead yet' }]),
    ...(kinds.length > 0 ? [{ text, href: `/coordinate/events/${slug}#clashes` }] : []),
  ];
};

/** '3 events, 2 of them need something'. */
const summaryOf = (shown: readonly { gaps: Gap[] }[]) => {
  const needy = shown.filter(({ gaps }) => gaps.length > 0).length;
  const all = shown.length === 1 ? '1 event' : `${shown.length} events`;
  if (needy === 0) return `${all}. Nothing stands out.`;
  return `${all}. ${needy === 1 ? '1 needs' : `${needy} need`} something: look for the red words.`;
};

/** What the week shows: its days, and its events by pitch and by day, each put into words once. */
export const weekPage = ({ week, events, clashes, campaigns, campaign, timeZone, now }: Shown) => {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const [monday, sunday] = [week.days[0]!, week.days[6]!];
  const chosen = campaign ? events.filter((event) => event.campaign === campaign) : events;

  const shown = chosen.map((event) => {
    const state = stateAt(event, now);
    return {
      slug: event.slug,
      title: event.title,
      kind: KINDS[event.kind],
      times: formatTimes(event.startsAt, event.endsAt, timeZone),
      state: STATES[state],
      off: OFF.has(state),
      gaps: gapsOf(event, state, clashes.get(event.id)),
      day: event.startsAt.toZonedDateTimeISO(timeZone).dayOfWeek - 1,
      pitchId: event.pitchId,
      venue: event.venue ?? 'Online',
      pitch: event.pitch,
    };
  });
  const places = [...Map.groupBy(shown, ({ pitchId }) => pitchId).values()].map((theirs) => ({
    venue: theirs[0]!.venue,
    pitch: theirs[0]!.pitch,
    days: week.days.map((_, day) => theirs.filter((event) => event.day === day)),
  }));
  places.sort(
    (a, b) =>
      Number(a.pitch === null) - Number(b.pitch === null) ||
      a.venue.localeCompare(b.venue) ||
      String(a.pitch).localeCompare(String(b.pitch)),
  );

  return {
    title: `${formatDate(monday, monday.year === sunday.year ? {} : { year: 'numeric' })} to ${formatDate(sunday, { year: 'numeric' })}`,
    summary: summaryOf(shown),
    anyEvents: shown.length > 0,
    days: week.days.map((day, at) => ({
      iso: day.toString(),
      short: formatDate(day, shortDate),
      long: formatDate(day),
      today: day.equals(today),
      clocks: clockNote(day, timeZone),
      events: shown.filter((event) => event.day === at),
    })),
    places,
    filtered: campaign,
    values: { from: monday.toString(), campaign },
    campaigns: [
      { value: '', text: 'Every event' },
      ...campaigns.map(({ slug, name }) => ({ value: slug, text: name })),
    ],
    previous: weekAddress(monday.subtract({ days: 7 }), campaign),
    next: weekAddress(monday.add({ days: 7 }), campaign),
    thisWeek: week.days.some((day) => day.equals(today)) ? undefined : weekAddress(today, campaign),
    everyEvent: weekAddress(monday),
  };
};
