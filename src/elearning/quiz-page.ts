import type { FieldErrors } from '../http/forms.ts';
import { type Attempt, type StartRefusal, whyNotStart } from './attempts.ts';
import { hasPassed, type Learner, type Moment } from './learner.ts';
import { answerField, type Chosen, neededOf, questionsAsked } from './marking.ts';
import type { SubmitRefusal } from './submit.ts';
import { momentInWords, whereTheyStand } from './words.ts';

const about = ({ module, course }: Learner) => ({
  name: module.name,
  address: `/me/training/${module.slug}`,
  questions: course.quiz.questions.length,
  needed: neededOf(course.quiz),
  version: module.version,
});

const MISTAKES: Partial<Record<SubmitRefusal['refused'], string>> = {
  replaced:
    'Those answers belong to an older try of yours, so nothing is marked. This is your try as it is now. Answer it and send it',
  old: 'This quiz has changed since you opened it. We kept your answers that still fit. Check them and send them again',
  'not asked':
    'We got an answer that does not belong to this quiz. Nothing is marked yet. Check your answers and send them again',
};

/** The sentences for a refused form, by the field that each stands beside, in the order of the page. */
const errorsOf = (attempt: Attempt, refusal: SubmitRefusal | undefined): FieldErrors => {
  const mistake = refusal && MISTAKES[refusal.refused];
  if (mistake) return { questions: mistake };
  if (refusal?.refused !== 'unfinished') return {};
  const missing = attempt.asked.flatMap(({ question }, at) =>
    refusal.missing.includes(question)
      ? [[answerField(at + 1), `Choose an answer to question ${at + 1}`] as const]
      : [],
  );
  const agree = refusal.agreed ? [] : [['agree', 'Tick the box if you agree'] as const];
  return Object.fromEntries([...missing, ...agree]);
};

/** The quiz as a form, with what was chosen and what is to be mended. */
export const quizForm = (
  learner: Learner,
  attempt: Attempt,
  { refusal, chosen, agreed }: { refusal?: SubmitRefusal; chosen?: Chosen; agreed?: boolean } = {},
) => {
  const errors = errorsOf(attempt, refusal);
  return {
    ...about(learner),
    attempt: attempt.id,
    agreement: learner.course.agreement,
    agreed,
    errors: Object.keys(errors).length > 0 ? errors : undefined,
    asked: questionsAsked(attempt.asked, learner.course.quiz).map(({ id, text, several, options }, at) => ({
      field: answerField(at + 1),
      text: `${at + 1}. ${text}`,
      several,
      error: errors[answerField(at + 1)],
      items: options.map((option, number) => ({
        value: String(number + 1),
        text: option.text,
        checked: chosen?.get(id)?.has(option.id) ?? false,
      })),
    })),
  };
};

const whyNot = (refusal: StartRefusal | undefined, moment: Moment) => {
  if (refusal?.refused === 'pause')
    return `You can try again from ${momentInWords(refusal.until, moment)}. Until then you can read the pages again.`;
  if (refusal?.refused === 'read first') return 'Read the pages first. The quiz comes after the last one.';
  if (refusal?.refused === 'outdated')
    return 'We are bringing these pages up to date. You can read them, and the quiz will be open again soon.';
  return undefined;
};

/** What was wrong in a marked attempt, with the explanations; undefined where it tells nothing any more. */
const resultOf = (learner: Learner, last: Attempt | undefined) => {
  if (!last?.result || last.version !== learner.module.version) return undefined;
  const { passed, wrong } = last.result;
  if (passed !== hasPassed(learner)) return undefined;
  const asked = questionsAsked(last.asked, learner.course.quiz);
  return {
    passed,
    right: last.asked.length - wrong.length,
    of: last.asked.length,
    wrong: asked.filter(({ id }) => wrong.includes(id)).map(({ text, because }) => ({ text, because })),
  };
};

/** Before a quiz, between two tries, and after it. */
export const quizStart = (
  learner: Learner,
  {
    read,
    last,
    moment,
    said,
  }: { read: ReadonlySet<string>; last: Attempt | undefined; moment: Moment; said?: string },
) => {
  const refusal = whyNotStart(learner, { read, last, now: moment.now });
  return {
    ...about(learner),
    flash: said && { text: said },
    standing: whereTheyStand(learner, moment),
    result: resultOf(learner, last),
    passed: hasPassed(learner),
    agreement: learner.course.agreement !== undefined,
    pauseMinutes: learner.course.quiz.pauseMinutes,
    mayStart: !refusal,
    whyNot: whyNot(refusal, moment),
    changed: last && !last.result,
  };
};
