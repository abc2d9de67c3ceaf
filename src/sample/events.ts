import type { EventKind, EventState } from '../schema.ts';
import { at, awarenessWeekOf, clockChanges, comingSaturday } from './dates.ts';
import {
  AROUND_CLOCK_CHANGES,
  AWARENESS_WEEK,
  COMING_WEEKS,
  type EventWords,
  STALL,
  STALL_WORDS,
  WHAT_TO_EXPECT,
} from './event-words.ts';
import { VENUES, type VenueKey } from './places.ts';

export interface SampleCampaign {
  slug: string;
  name: string;
  summary: string;
  hashtags: string[];
  starts_on: string;
  ends_on: string;
}

export interface SampleEvent {
  venue: VenueKey;
  pitch: string;
  /** The slug of its campaign. */
  campaign: string | undefined;
  slug: string;
  code: string;
  kind: EventKind;
  title: string;
  summary: string;
  what_to_expect: string;
  run_by: string;
  starts_at: Temporal.Instant;
  ends_at: Temporal.Instant;
  state: EventState;
  cancelled_at: Temporal.Instant | null;
  cancelled_reason: string | null;
}

/** This year's and next year's National Hate Crime Awareness Week. */
export const campaigns = (today: Temporal.PlainDate): SampleCampaign[] =>
  [today.year, today.year + 1].map((year) => ({
    slug: `awareness-week-${year}`,
    name: `National Hate Crime Awareness Week ${year}`,
    summary:
      'For eight days in October, people all over the country stand up against hate and beside those it hurts.',
    hashtags: ['WeStandTogether', 'LetsHateHate'],
    starts_on: awarenessWeekOf(year).toString(),
    ends_on: awarenessWeekOf(year).add({ days: 7 }).toString(),
  }));

const slugOf = (title: string, day: Temporal.PlainDate) =>
  `${title.toLowerCase().replace(/[^a-z]+/g, '-')}-${day}`;

const stateOf = (cancelled: boolean, endsAt: Temporal.Instant, now: Temporal.Instant): EventState => {
  if (cancelled) return 'cancelled';
  return Temporal.Instant.compare(endsAt, now) > 0 ? 'published' : 'closed';
};

const event = (words: EventWords, from: Temporal.PlainDate, timeZone: string, now: Temporal.Instant) => {
  const { days, from: startTime, to, cancelled_reason = null, pitch, ...shown } = words;
  const day = from.add({ days });
  const ends_at = at(day, to, timeZone);
  return {
    ...shown,
    day,
    pitch: pitch ?? VENUES[words.venue].pitches[0],
    slug: slugOf(words.title, day),
    what_to_expect: WHAT_TO_EXPECT[words.kind],
    starts_at: at(day, startTime, timeZone),
    ends_at,
    state: stateOf(cancelled_reason !== null, ends_at, now),
    cancelled_at: cancelled_reason ? now : null,
    cancelled_reason,
  };
};

/** The first Awareness Week that starts after the coming Saturday. */
const nextWeek = (saturday: Temporal.PlainDate) => {
  const thisYears = awarenessWeekOf(saturday.year);
  return Temporal.PlainDate.compare(thisYears, saturday) > 0 ? thisYears : awarenessWeekOf(saturday.year + 1);
};

const codeOf = (index: number) => `mk${String(index + 1).padStart(2, '0')}`;

/**
 * The stall on the coming Saturday and on the one before, what is on in the weeks after, around the next changes of
 * the clocks, and in the next Awareness Week.
 */
export const sampleEvents = (now: Temporal.Instant, timeZone: string): SampleEvent[] => {
  const saturday = comingSaturday(now, timeZone, STALL.to);
  const on = (list: readonly EventWords[], day: Temporal.PlainDate) =>
    list.map((words) => event(words, day, timeZone, now));
  const stall = { ...event(STALL_WORDS, saturday, timeZone, now), slug: STALL.slug, code: STALL.code };
  const lastStall = event(STALL_WORDS, saturday.subtract({ weeks: 1 }), timeZone, now);
  const others = [
    ...on(COMING_WEEKS, saturday),
    ...clockChanges(now, timeZone).flatMap((day) => on(AROUND_CLOCK_CHANGES, day)),
    ...on(AWARENESS_WEEK, nextWeek(saturday)),
  ];
  const weeks = campaigns(now.toZonedDateTimeISO(timeZone).toPlainDate());
  return [stall, ...[lastStall, ...others].map((one, index) => ({ ...one, code: codeOf(index) }))].map(
    ({ day, ...one }) => ({
      ...one,
      campaign: weeks.find((week) => week.starts_on <= day.toString() && day.toString() <= week.ends_on)
        ?.slug,
    }),
  );
};
