import { formatWhen } from '../time.ts';
import type { ChangeRefusal } from './change.ts';
import type { TakenBy } from './plan.ts';
import type { Step, StepRefusal } from './states.ts';

const VERBS: Record<Step, string> = {
  'venue request': 'the venue cannot be asked',
  gate: 'nothing can be noted for it',
  reopening: 'nothing can be reopened',
  edit: 'it cannot be changed',
  publication: 'it cannot be published',
  postponement: 'it cannot be postponed',
  cancellation: 'it cannot be cancelled',
  report: 'it cannot be reported on',
};

const DONE: Partial<Record<Step, string>> = {
  'venue request': 'This event is published, so the venue has been asked',
  publication: 'This event is published already',
  postponement: 'This event is postponed already',
  cancellation: 'This event is cancelled already',
  report: 'Someone has said already how it went',
};

/** Why an event could not take a step. */
export const stepRefusal = (step: Step, refused: StepRefusal): string => {
  switch (refused) {
    case 'done':
      return DONE[step] ?? 'That is done already';
    case 'cancelled':
      return `This event is cancelled, so ${VERBS[step]}`;
    case 'over':
      return `This event is over, so ${VERBS[step]}`;
    case 'not over':
      return `This event is not over yet, so ${VERBS[step]}`;
    case 'past':
      return 'The time of this event has passed. Give it a new day first';
    case 'not ready':
      return 'Something is not in place yet. See to the list below first';
    case 'not public':
      return 'Nobody has heard of this event yet. Give it another day instead';
  }
};

const LINK = (by: TakenBy) => ({ href: `/coordinate/events/${by.slug}`, text: `See ‘${by.title}’` });

export interface PlanSentences {
  errors: Record<string, string>;
  /** Who has the pitch or the kit, to go and see. */
  taken?: { field: 'pitch' | 'kit'; href: string; text: string };
}

/** Why an event could not be planned so, beside the field where it arises. */
export const planRefusal = (
  refusal: Exclude<ChangeRefusal, { refused: 'stale' | StepRefusal }>,
  timeZone: string,
  now: Temporal.Instant,
): PlanSentences => {
  const when = (by: TakenBy) => formatWhen(by.startsAt, by.endsAt, timeZone, now);
  switch (refusal.refused) {
    case 'pitch taken':
      return {
        errors: {
          pitch: `‘${refusal.by.title}’ has this pitch then: ${when(refusal.by)}, and the time to set up and take down. Choose another pitch or time`,
        },
        taken: { field: 'pitch', ...LINK(refusal.by) },
      };
    case 'kit taken':
      return {
        errors: {
          kit: `‘${refusal.kit}’ goes to ‘${refusal.by.title}’ then: ${when(refusal.by)}, and the time to set up and take down. Choose other kit or another time`,
        },
        taken: { field: 'kit', ...LINK(refusal.by) },
      };
    case 'elsewhere':
      return { errors: { pitch: 'Something that you chose is not there any more. Choose again' } };
    case 'reference taken':
      return { errors: { title: 'Another event has the same reference' } };
    case 'booked':
      return {
        errors: { capacity: 'More people than that have a place already. Enter a higher number' },
      };
  }
};
