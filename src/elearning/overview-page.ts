import { type Attempt, isUpToDate, pauseUntil } from './attempts.ts';
import { hasPassed, isOutdated, type Learner, type Moment } from './learner.ts';
import { neededOf } from './marking.ts';
import { firstUnread } from './progress.ts';
import { momentInWords, whereTheyStand } from './words.ts';

interface Overview {
  learner: Learner;
  read: ReadonlySet<string>;
  last: Attempt | undefined;
  moment: Moment;
}

const nextStep = ({ learner, read, last, moment }: Overview, address: string) => {
  if (hasPassed(learner) || isOutdated(learner)) return undefined;
  const unread = firstUnread(learner, read);
  if (unread)
    return { href: `${address}/${unread}`, text: read.size > 0 ? `Go on with page ${unread}` : 'Start' };
  if (pauseUntil(last, learner, moment.now)) return undefined;
  const isOpen = last && !last.result && isUpToDate(last, learner);
  return { href: `${address}/quiz`, text: isOpen ? 'Go on with the quiz' : 'Go to the quiz' };
};

const lastTry = ({ learner, last, moment }: Overview) => {
  if (!last?.result || last.result.passed || last.version !== learner.module.version || hasPassed(learner))
    return undefined;
  const right = last.asked.length - last.result.wrong.length;
  const until = pauseUntil(last, learner, moment.now);
  const when = until ? ` You can try again from ${momentInWords(until, moment)}.` : ' You can try again now.';
  return `Last time ${right} of your ${last.asked.length} answers were right.${when}`;
};

/** What the first page of a module's e-learning shows. */
export const overviewPage = (overview: Overview) => {
  const { learner, read, moment } = overview;
  const { module, course } = learner;
  const address = `/me/training/${module.slug}`;
  const passed = hasPassed(learner);
  const done = course.pages.filter(({ name }) => read.has(name)).length;
  return {
    name: module.name,
    summary: module.summary,
    minutes: course.minutes,
    warning: course.warning,
    address,
    standing: whereTheyStand(learner, moment),
    passed,
    outdated: isOutdated(learner),
    next: nextStep(overview, address),
    lastTry: lastTry(overview),
    progress: passed ? undefined : { done, of: course.pages.length },
    pages: course.pages.map(({ name, title }, at) => ({
      title,
      href: `${address}/${at + 1}`,
      read: !passed && read.has(name),
    })),
    questions: course.quiz.questions.length,
    needed: neededOf(course.quiz),
    agreement: course.agreement !== undefined,
  };
};
