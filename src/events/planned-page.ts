import type { EventState } from '../schema.ts';
import { clockTime, formatDay, formatWhen } from '../time.ts';
import type { Clash } from './clashes.ts';
import type { PassRow } from './gates.ts';
import type { Planned, PlannedRow } from './planned.ts';
import { GATES, type Gate, isPrepared, neededGates, preparedState, refusalOf, stateAt } from './states.ts';
import { KINDS } from './words.ts';

export const STATES: Record<EventState, string> = {
  draft: 'Draft',
  'venue requested': 'Venue asked',
  permitted: 'Permitted',
  ready: 'Ready',
  published: 'Published',
  live: 'On now',
  closed: 'Over',
  reported: 'Reported',
  postponed: 'Postponed',
  cancelled: 'Cancelled',
};

const COLOURS: Partial<Record<EventState, string>> = {
  draft: 'govuk-tag--grey',
  'venue requested': 'govuk-tag--yellow',
  permitted: 'govuk-tag--yellow',
  ready: 'govuk-tag--purple',
  published: 'govuk-tag--green',
  live: 'govuk-tag--green',
  closed: 'govuk-tag--grey',
  reported: 'govuk-tag--grey',
  postponed: 'govuk-tag--orange',
  cancelled: 'govuk-tag--red',
};

const stateTag = (state: EventState) => ({ text: STATES[state], classes: COLOURS[state] });

interface GateWords {
  name: string;
  /** What to have before one says that it is in place. */
  means: string;
}

const GATE_WORDS: Record<Gate, GateWords> = {
  permission: { name: 'Permission', means: 'The venue has said yes to this day, this time and this pitch.' },
  'risk assessment': {
    name: 'Risk assessment',
    means: 'Someone has thought about what could go wrong, and written down what you do about it.',
  },
  insurance: { name: 'Insurance', means: 'The event is insured for at least what the venue asks.' },
  lead: { name: 'Named lead', means: 'The lead has agreed to be there from set-up to take-down.' },
  briefing: {
    name: 'Briefing note',
    means: 'Everyone who helps knows when to come, what to say, and whom to phone.',
  },
  kit: { name: 'Kit', means: 'What the event needs is booked, complete and working.' },
};

/** 'risk assessment' ↔ 'risk-assessment', as it stands in an address. */
const gateSlug = (gate: Gate) => gate.replaceAll(' ', '-');
export const gateFrom = (slug: string): Gate | undefined => GATES.find((gate) => gateSlug(gate) === slug);

export const pounds = (amount: number) => `£${amount.toLocaleString('en-GB')}`;

export const momentOf = (at: Temporal.Instant, timeZone: string, now: Temporal.Instant) =>
  `${formatDay(at, timeZone, now)}, ${clockTime(at.toZonedDateTimeISO(timeZone))}`;

interface Shown {
  event: Planned;
  passes: readonly PassRow[];
  clashes: readonly Clash[];
  saved?: { at: Temporal.Instant; by: string | null } | undefined;
  timeZone: string;
  now: Temporal.Instant;
}

/** Which gates an event needs, and which of them are passed. */
export const gatesOf = (event: Planned, passes: readonly PassRow[]) => {
  const needed = neededGates({
    kind: event.kind,
    venue: event.insuranceMinimum === null ? undefined : { insuranceMinimum: event.insuranceMinimum },
    hasKit: event.kit.length > 0,
  });
  const standing = passes.filter(
    ({ gate, reopenedAt, insuredFor }) =>
      reopenedAt === null && (gate !== 'insurance' || (insuredFor ?? 0) >= (event.insuranceMinimum ?? 0)),
  );
  return { needed, passed: new Set(standing.map(({ gate }) => gate)) };
};

const passInWords = (
  row: PassRow,
  slug: string,
  minimum: number | null,
  timeZone: string,
  now: Temporal.Instant,
) => ({
  passed: `${row.passedBy ?? 'Someone'}, ${momentOf(row.passedAt, timeZone, now)}`,
  note: row.note,
  insured: row.insuredFor === null ? undefined : pounds(row.insuredFor),
  tooLittle: row.insuredFor !== null && row.insuredFor < (minimum ?? 0) ? pounds(minimum ?? 0) : undefined,
  file: row.fileId && {
    name: row.fileName,
    href: `/coordinate/events/${slug}/files/${row.fileId}`,
  },
  reopened:
    row.reopenedAt &&
    `${row.reopenedBy ?? 'Someone'}, ${momentOf(row.reopenedAt, timeZone, now)}: ${row.reopenedReason}`,
});

/** One gate: whether it is passed, and all that was said about it. */
export const gateInWords = (gate: Gate, { event, passes, timeZone, now }: Omit<Shown, 'clashes'>) => {
  const { passed } = gatesOf(event, passes);
  const rows = passes
    .filter((row) => row.gate === gate)
    .map((row) => passInWords(row, event.slug, event.insuranceMinimum, timeZone, now));
  const isPassed = passed.has(gate);
  return {
    ...GATE_WORDS[gate],
    href: `/coordinate/events/${event.slug}/gates/${gateSlug(gate)}`,
    passed: isPassed,
    last: rows[0],
    history: rows,
    minimum: gate === 'insurance' && event.insuranceMinimum ? pounds(event.insuranceMinimum) : undefined,
  };
};

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);

const nextStep = (event: Planned, state: EventState, missing: number, now: Temporal.Instant) => {
  const things = `${count(missing, 'thing', 'things')} on the list below`;
  const late = Temporal.Instant.compare(event.startsAt, now) <= 0;
  if (late && (isPrepared(state) || state === 'postponed'))
    return state === 'postponed'
      ? 'Give it a new day.'
      : 'Its time has passed. Give it a new day, or cancel it.';
  switch (state) {
    case 'draft':
      return event.pitchId ? `Ask the venue, then see to ${things}.` : `See to ${things}.`;
    case 'venue requested':
      return 'Wait for the venue’s answer, then note it under Permission.';
    case 'permitted':
      return `See to ${things}.`;
    case 'ready':
      return 'Everything is in place. Publish it, so that people hear of it.';
    case 'published':
      return missing > 0
        ? `People can see it, but ${count(missing, 'thing is', 'things are')} open again on the list below.`
        : 'People can see it. Nothing else to do before the day.';
    case 'live':
      return 'It is on now.';
    case 'closed':
      return 'Say how it went.';
    case 'postponed':
      return missing > 0
        ? `Give it a new day, see to ${things}, then publish it again.`
        : 'Give it a new day, then publish it again.';
    default:
      return undefined;
  }
};

/** All of an event on one page: where it stands, what comes next, what is in place, what does not fit. */
export const plannedPage = ({ event, passes, clashes, saved, timeZone, now }: Shown) => {
  const state = stateAt(event, now);
  const { needed, passed } = gatesOf(event, passes);
  const ready = preparedState(needed, passed, false) === 'ready';
  const missing = needed.filter((gate) => !passed.has(gate)).length;
  const may = (step: Parameters<typeof refusalOf>[0]) => refusalOf(step, event, now, ready) === undefined;
  const open = may('gate');
  return {
    event: {
      ...event,
      kind: KINDS[event.kind],
      when: formatWhen(event.startsAt, event.endsAt, timeZone, now),
      place: event.venue ? `${event.venue}, ${event.pitch}` : undefined,
      around: event.setUpMinutes + event.takeDownMinutes > 0,
      kit: event.kit.map(({ name }) => name).join(', '),
      cancelledAt: event.cancelledAt && momentOf(event.cancelledAt, timeZone, now),
    },
    tag: stateTag(state),
    cancelled: state === 'cancelled',
    next: nextStep(event, state, missing, now),
    gates: needed.map((gate) => gateInWords(gate, { event, passes, timeZone, now })),
    gatesOpen: open,
    clashes: open ? clashes : [],
    isPublic: !isPrepared(event.state) && !event.withheld,
    canEdit: may('edit'),
    canRequest:
      event.pitchId !== null && !event.venueRequestedAt && may('venue request') && !passed.has('permission'),
    requested: event.venueRequestedAt && momentOf(event.venueRequestedAt, timeZone, now),
    canPublish: may('publication'),
    again: event.state === 'postponed',
    canPostpone: may('postponement'),
    canCancel: may('cancellation'),
    canReport: may('report'),
    heard: !isPrepared(state),
    saved: saved && `Last saved: ${saved.by ?? 'by the programme'}, ${momentOf(saved.at, timeZone, now)}.`,
  };
};

/** A row of the list. */
export const plannedRow = (row: PlannedRow, timeZone: string, now: Temporal.Instant) => ({
  slug: row.slug,
  title: row.title,
  kind: KINDS[row.kind],
  tag: stateTag(row.state),
  when: formatWhen(row.startsAt, row.endsAt, timeZone, now),
  place: row.venue ? `${row.venue}, ${row.pitch}` : 'Online',
  campaign: row.campaign,
});
