import { randomInt } from 'node:crypto';
import type { Question, Quiz } from './course.ts';

/** A question as it was asked in one attempt: by ids, in the order in which they were shown. */
export interface Asked {
  question: string;
  options: string[];
}

/** A new order (Fisher and Yates): each is as likely as any other. `below(n)` picks from 0 to n - 1. */
export const shuffled = <T>(list: readonly T[], below: (n: number) => number = randomInt): T[] => {
  const mixed = [...list];
  for (let last = mixed.length - 1; last > 0; last--) {
    const at = below(last + 1);
    [mixed[last], mixed[at]] = [mixed[at]!, mixed[last]!];
  }
  return mixed;
};

const ids = (list: { id: string }[]) => list.map(({ id }) => id);

/** All questions with all their options, in an order of their own for this attempt. */
export const askAll = ({ questions }: Quiz, below?: (n: number) => number): Asked[] =>
  shuffled(questions, below).map(({ id, options }) => ({
    question: id,
    options: shuffled(ids(options), below),
  }));

const sameMembers = (some: string[], others: string[]) =>
  some.length === others.length && some.every((one) => others.includes(one));

const byId = ({ questions }: Quiz) => new Map(questions.map((question) => [question.id, question]));

/** Whether an attempt asks what the quiz asks now: not where a question or an option was reworded since. */
export const asksTheSame = (asked: Asked[], quiz: Quiz) => {
  const known = byId(quiz);
  const fits = ({ question, options }: Asked) =>
    known.has(question) && sameMembers(options, ids(known.get(question)!.options));
  return asked.length === known.size && asked.every(fits);
};

/** The questions as asked, in their order, of those that the quiz still has. */
export const questionsAsked = (asked: Asked[], quiz: Quiz): Question[] => {
  const known = byId(quiz);
  return asked.flatMap(({ question, options }) => {
    const found = known.get(question);
    if (!found) return [];
    const place = ({ id }: { id: string }) => options.indexOf(id);
    const kept = found.options.filter(({ id }) => options.includes(id));
    return [{ ...found, options: kept.sort((a, b) => place(a) - place(b)) }];
  });
};

/** What somebody chose: the ids of options, by the id of the question. */
export type Chosen = ReadonlyMap<string, ReadonlySet<string>>;

export interface Read {
  chosen: Chosen;
  /** Something was sent that this attempt does not ask. */
  notAsked: boolean;
}

/** A field's name: 'answer-1' for the first question shown. */
export const answerField = (number: number) => `answer-${number}`;

/** Reads a form's answers: for each question shown, the numbers of the options as they were shown, from 1. */
export const readAnswers = (asked: Asked[], form: Record<string, unknown>): Read => {
  const chosen = new Map<string, Set<string>>();
  let notAsked = false;
  for (const [name, sent] of Object.entries(form)) {
    if (!name.startsWith('answer')) continue;
    const at = asked.findIndex((_, number) => answerField(number + 1) === name);
    const found = asked[at];
    const values = [sent]
      .flat()
      .map((value) => found?.options.find((_, number) => `${number + 1}` === value));
    if (!found || values.includes(undefined)) notAsked = true;
    if (found) chosen.set(found.question, new Set(values.filter((value) => value !== undefined)));
  }
  return { chosen, notAsked };
};

/** Two options for a question that takes one. */
export const hasTooMany = (questions: Question[], chosen: Chosen) =>
  questions.some(({ id, several }) => !several && (chosen.get(id)?.size ?? 0) > 1);

/** The questions without an answer. */
export const unanswered = (questions: Question[], chosen: Chosen) =>
  questions.filter(({ id }) => !chosen.get(id)?.size);

const isRight = ({ id, options }: Question, chosen: Chosen) =>
  options.every((option) => option.right === (chosen.get(id)?.has(option.id) ?? false));

/** A question counts where everything that is right was chosen, and nothing else. */
export const mark = ({ questions, passMark }: Quiz, chosen: Chosen) => {
  const wrong = ids(questions.filter((question) => !isRight(question, chosen)));
  const right = questions.length - wrong.length;
  return {
    wrong,
    passed: right * 100 >= passMark * questions.length,
    /** In percent, never more than there is. */
    score: Math.floor((right * 100) / questions.length),
  };
};

/** How many answers have to be right. */
export const neededOf = ({ questions, passMark }: Quiz) => Math.ceil((questions.length * passMark) / 100);
