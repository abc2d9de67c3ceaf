import type { ChampionState } from '../schema.ts';
import { formatDate, formatMoment, formatTime } from '../time.ts';
import { dayOf, hasPassed, type Learner, type Moment } from './learner.ts';

/** 'Monday 23 November', with the year where it is not this one. */
const dayInWords = (day: Temporal.PlainDate, moment: Moment) =>
  formatDate(day, day.year === dayOf(moment).year ? {} : { year: 'numeric' });

/** '3:15pm', with its day where that is not today. */
export const momentInWords = (instant: Temporal.Instant, moment: Moment) => {
  const { timeZone, now } = moment;
  const isToday = dayOf({ timeZone, now: instant }).equals(dayOf(moment));
  return isToday ? formatTime(instant, timeZone) : formatMoment(instant, timeZone, now);
};

/** Why somebody may not learn now, kindly. */
export const notNow = (state: ChampionState) => {
  if (state === 'awaiting guardian')
    return 'You can start your training once a parent or guardian has agreed. We will be in touch with you about it.';
  if (state === 'paused')
    return 'You are taking a break from the programme. Your training will be here when you come back. What you have done so far is kept.';
  return 'Your training is not open to you at the moment. If you would like to know why, please ask your coordinator.';
};

const passedWords = ({ lastPass, course }: Learner, moment: Moment) => {
  const day = dayInWords(lastPass!.passedOn, moment);
  return course.agreement && lastPass!.source === 'e-learning'
    ? `You agreed to version ${lastPass!.version} on ${day}.`
    : `You passed this on ${day}.`;
};

const countsWords = ({ status, until }: Learner, moment: Moment) => {
  if (until === undefined) return 'It does not count any more. Please take it again.';
  if (until === 'for good') return '';
  if (status === 'expired') return `It counted until ${dayInWords(until, moment)}. Please take it again.`;
  const day = `It counts until ${dayInWords(until, moment)}.`;
  return status === 'due soon' ? `${day} You can take it again now.` : day;
};

/** Where somebody stands with a module, in sentences; undefined where they have not passed it yet. */
export const whereTheyStand = (learner: Learner, moment: Moment) => {
  const { lastPass, module, course } = learner;
  if (!lastPass) return undefined;
  const passed = passedWords(learner, moment);
  if (lastPass.version < module.version && !hasPassed(learner)) {
    const ask = course.agreement ? 'Please read it and say if you agree to it.' : 'Please take it again.';
    return `${passed} There is a new version now, version ${module.version}. ${ask}`;
  }
  return `${passed} ${countsWords(learner, moment)}`.trim();
};
