import { mkdtempSync, rmSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { parse } from 'node-html-parser';
import type { Test } from 'tap';
import type { Question } from '../../src/elearning/course.ts';
import { readCourses } from '../../src/elearning/read-courses.ts';
import type { TestBrowser } from '../helper.ts';

export const QUIZ = {
  passMark: 60,
  pauseMinutes: 10,
  questions: [
    {
      question: 'What is 1 + 1?',
      options: [{ text: 'two', right: true }, { text: 'three' }, { text: 'four' }],
      because: 'Count them.',
    },
    {
      question: 'Which are even?',
      options: [
        { text: 'two', right: true },
        { text: 'four', right: true },
        { text: 'five', right: false },
      ],
      because: 'Even numbers can be halved.',
    },
    {
      question: 'Is water wet?',
      options: [{ text: 'yes', right: true }, { text: 'no' }],
      because: 'Touch it & see.',
    },
  ],
};

/** What a content folder holds: two modules of two short pages. */
export const FILES: Record<string, string> = {
  'sums/module.json': '{ "version": 1, "minutes": 2, "warning": "There are numbers." }',
  'sums/01-one.md': '# One\n\nOne **and** one.\n\n![A dot](dot.svg)\n',
  'sums/02-two.md': '# Two\n\n<b>Two</b>, and [where to report](/report).\n',
  'sums/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="3"/></svg>',
  'sums/quiz.json': JSON.stringify(QUIZ),
  'promise/module.json': '{ "version": 9, "minutes": 2, "agreement": "I agree to be kind." }',
  'promise/01-kind.md': '# Be kind\n\nBe kind.\n',
  'promise/quiz.json': JSON.stringify({ ...QUIZ, questions: QUIZ.questions.slice(0, 1) }),
};

/** A content folder of the test's own. */
export const contentFolder = async (t: Test, files: Record<string, string | Buffer> = FILES) => {
  const folder = mkdtempSync(join(tmpdir(), 'westand-content-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
};

/** A copy of the sample's content. */
export const sampleContent = async (t: Test) => {
  const folder = await contentFolder(t, {});
  await cp(new URL('../../src/sample/content', import.meta.url), folder, { recursive: true });
  return folder;
};

export const coursesOf = (folder: string) => readCourses(folder);

/** What a quiz shows: each field with the words beside its options. */
export const fieldsIn = (response: LightMyRequestResponse) => {
  const page = parse(response.body);
  const fieldsets = page
    .querySelectorAll('fieldset')
    .filter((one) => one.querySelector('input')?.getAttribute('name')?.startsWith('answer-'));
  return {
    attempt: page.querySelector('[name=attempt]')?.getAttribute('value') ?? '',
    questions: fieldsets.map((fieldset) => ({
      field: fieldset.querySelector('input')!.getAttribute('name')!,
      text: fieldset
        .querySelector('legend')!
        .text.trim()
        .replace(/^\d+\. /, ''),
      options: fieldset.querySelectorAll('input').map((input) => ({
        value: input.getAttribute('value')!,
        text: page.querySelector(`label[for="${input.getAttribute('id')}"]`)!.text.trim(),
        checked: input.hasAttribute('checked'),
      })),
    })),
  };
};

const plain = (words: string) => words.replaceAll('&amp;', '&').replaceAll('&#x27;', "'");

/** A filled-in form: `choose` says which options somebody ticks. */
export const fillIn = (
  response: LightMyRequestResponse,
  known: Question[],
  choose: (option: Question['options'][number], question: Question) => boolean = ({ right }) => right,
): Record<string, string | string[]> => {
  const { attempt, questions } = fieldsIn(response);
  const answers = questions.map(({ field, text, options }) => {
    const question = known.find((one) => one.text === plain(text))!;
    const values = options
      .filter((shown) =>
        choose(question.options.find((option) => option.text === plain(shown.text))!, question),
      )
      .map(({ value }) => value);
    return [field, values] as const;
  });
  return { attempt, ...Object.fromEntries(answers) };
};

/** Reads all the pages and opens the quiz. */
export const openQuiz = async (browser: TestBrowser, slug: string, pages: number) => {
  for (let page = 1; page <= pages; page++) await browser.post(`/me/training/${slug}/${page}`);
  await browser.post(`/me/training/${slug}/attempts`);
  return browser.get(`/me/training/${slug}/quiz`);
};
