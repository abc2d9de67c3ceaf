import type { EventKind, EventState } from '../schema.ts';

/** What has to be in place before an event is published. */
export const GATES = ['permission', 'risk assessment', 'insurance', 'lead', 'briefing', 'kit'] as const;
export type Gate = (typeof GATES)[number];

export interface NeededFor {
  kind: EventKind;
  /** Where it is at a venue: the least that the venue wants it to be insured for, in pounds. */
  venue?: { insuranceMinimum: number } | undefined;
  hasKit: boolean;
}

/** The gates of an event's kind and venue, in the order of the work. */
export const neededGates = ({ kind, venue, hasKit }: NeededFor): Gate[] =>
  GATES.filter((gate) => {
    if (gate === 'permission' || gate === 'insurance') return venue !== undefined;
    if (gate === 'kit') return hasKit || kind === 'stall';
    return true;
  });

/** Where an event stands that nobody outside has heard of, by what was done for it. */
export const preparedState = (
  needed: readonly Gate[],
  passed: ReadonlySet<Gate>,
  venueRequested: boolean,
): 'draft' | 'venue requested' | 'permitted' | 'ready' => {
  if (needed.every((gate) => passed.has(gate))) return 'ready';
  if (needed.includes('permission') && passed.has('permission')) return 'permitted';
  return venueRequested ? 'venue requested' : 'draft';
};

interface InTime {
  state: EventState;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
}

/**
 * 'Live' and 'closed' follow the clock: they are found out when they are asked for, and never written. A job that
 * wrote them would be late, or down, while pages say otherwise; and each write would make every public page anew.
 */
export const stateAt = ({ state, startsAt, endsAt }: InTime, now: Temporal.Instant): EventState => {
  if (state !== 'published' && state !== 'live') return state;
  if (Temporal.Instant.compare(endsAt, now) <= 0) return 'closed';
  return Temporal.Instant.compare(startsAt, now) <= 0 ? 'live' : 'published';
};

const PREPARED: readonly EventState[] = ['draft', 'venue requested', 'permitted', 'ready'];

/** Nobody outside has heard of it yet. */
export const isPrepared = (state: EventState) => PREPARED.includes(state);

export type Step =
  | 'venue request'
  | 'gate'
  | 'reopening'
  | 'edit'
  | 'publication'
  | 'postponement'
  | 'cancellation'
  | 'report';

export type StepRefusal = 'not ready' | 'past' | 'over' | 'not over' | 'cancelled' | 'done' | 'not public';

/**
 * Whether an event may take a step now, and if not, why not.
 * @param ready every gate is passed
 */
export const refusalOf = (
  step: Step,
  event: InTime,
  now: Temporal.Instant,
  ready: boolean,
): StepRefusal | undefined => {
  const state = stateAt(event, now);
  const started = Temporal.Instant.compare(event.startsAt, now) <= 0;
  if (state === 'cancelled') return step === 'cancellation' ? 'done' : 'cancelled';
  if (step === 'report') {
    if (state === 'reported') return 'done';
    return state === 'closed' ? undefined : 'not over';
  }
  if (state === 'closed' || state === 'reported') return 'over';
  switch (step) {
    case 'publication':
      if (state === 'published' || state === 'live') return 'done';
      if (started) return 'past';
      return ready ? undefined : 'not ready';
    case 'postponement':
      if (state === 'postponed') return 'done';
      return isPrepared(state) ? 'not public' : undefined;
    case 'venue request':
      return isPrepared(state) || state === 'postponed' ? undefined : 'done';
    default:
      return undefined;
  }
};
