import { createHash } from 'node:crypto';
import { contentError } from './content-error.ts';
import type { Option, Question, Quiz } from './course.ts';

type Fields = Record<string, unknown>;

/** Enough to tell the questions of one quiz apart. */
const idOf = (words: string) => createHash('sha256').update(words).digest('base64url').slice(0, 12);

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const wordsOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '');

const hasTwice = (ids: { id: string }[]) => new Set(ids.map(({ id }) => id)).size < ids.length;

const wholeNumber = (fields: Fields, name: string, most: number, file: string) => {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most)
    throw contentError(file, `${name} must be a whole number from 1 to ${most}.`);
  return value;
};

const readOption = (option: unknown, at: number, refuse: (sentence: string) => Error): Option => {
  const text = isFields(option) ? wordsOf(option.text) : '';
  if (!isFields(option) || !text) throw refuse(`option ${at + 1} has no text.`);
  if (option.right !== undefined && typeof option.right !== 'boolean')
    throw refuse(`option ${at + 1}: right must be true, false, or left out.`);
  return { id: idOf(text), text, right: option.right === true };
};

const readQuestion = (question: unknown, at: number, file: string): Question => {
  const text = isFields(question) ? wordsOf(question.question) : '';
  const refuse = (sentence: string) =>
    contentError(file, `question ${at + 1}${text ? ` (“${text}”)` : ''}: ${sentence}`);
  if (!isFields(question) || !text) throw refuse('it has no question.');
  if (!Array.isArray(question.options) || question.options.length < 2 || question.options.length > 10)
    throw refuse('it needs two to ten options.');
  const options = question.options.map((option, number) => readOption(option, number, refuse));
  if (hasTwice(options)) throw refuse('two of its options are the same.');
  const right = options.filter((option) => option.right).length;
  if (right === 0) throw refuse('none of its options is right.');
  if (right === options.length) throw refuse('all of its options are right.');
  const because = wordsOf(question.because);
  if (!because) throw refuse('because is missing: a sentence that explains it.');
  return { id: idOf(text), text, several: right > 1, options, because };
};

/** A module's quiz as its file holds it. */
export const readQuiz = (fields: Fields, file: string): Quiz => {
  const passMark = wholeNumber(fields, 'passMark', 100, file);
  const pauseMinutes = wholeNumber(fields, 'pauseMinutes', 7 * 24 * 60, file);
  if (!Array.isArray(fields.questions) || fields.questions.length === 0 || fields.questions.length > 30)
    throw contentError(file, 'it needs 1 to 30 questions.');
  const questions = fields.questions.map((question, at) => readQuestion(question, at, file));
  if (hasTwice(questions)) throw contentError(file, 'two of its questions are the same.');
  return { passMark, pauseMinutes, questions };
};
