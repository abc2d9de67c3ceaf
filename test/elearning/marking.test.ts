import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { Quiz } from '../../src/elearning/course.ts';
import {
  askAll,
  asksTheSame,
  mark,
  neededOf,
  questionsAsked,
  readAnswers,
  shuffled,
} from '../../src/elearning/marking.ts';

const quizzes = fc
  .record({
    passMark: fc.integer({ min: 1, max: 100 }),
    sizes: fc.array(fc.array(fc.boolean(), { minLength: 2, maxLength: 10 }), { minLength: 1, maxLength: 12 }),
  })
  .map(
    ({ passMark, sizes }): Quiz => ({
      passMark,
      pauseMinutes: 10,
      questions: sizes.map((rights, at) => ({
        id: `q${at}`,
        text: `Question ${at}`,
        several: rights.filter(Boolean).length > 1,
        options: rights.map((right, number) => ({ id: `o${number}`, text: `Option ${number}`, right })),
        because: 'So it is.',
      })),
    }),
  );

/** Any way of picking, as chance might. */
const chance = fc
  .infiniteStream(fc.nat())
  .map((numbers) => (below: number) => Number(numbers.next().value) % below);

t.test('shuffling loses nothing, doubles nothing and changes nothing', async () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), chance, (list, below) => {
      const before = [...list];
      const mixed = shuffled(list, below);
      assert.deepEqual(list, before);
      assert.deepEqual(mixed.toSorted(), before.toSorted());
    }),
  );
});

t.test('every order comes up', async (t) => {
  const seen = new Set(Array.from({ length: 500 }, () => shuffled(['a', 'b', 'c']).join('')));
  t.equal(seen.size, 6);
});

t.test('an attempt asks every question with all its options, and shows them in its own order', async () => {
  fc.assert(
    fc.property(quizzes, chance, (quiz, below) => {
      const asked = askAll(quiz, below);
      assert.ok(asksTheSame(asked, quiz));
      const shown = questionsAsked(asked, quiz);
      assert.deepEqual(
        shown.map(({ id, options }) => ({ question: id, options: options.map((option) => option.id) })),
        asked,
      );
      assert.ok(!asksTheSame(asked.slice(1), quiz));
    }),
  );
});

t.test('whatever the order, all right answers pass, and each wrong one counts once', async () => {
  fc.assert(
    fc.property(quizzes, chance, fc.infiniteStream(fc.boolean()), (quiz, below, lucky) => {
      const asked = askAll(quiz, below);
      const wrongOnes = new Set<string>();
      const form = Object.fromEntries(
        questionsAsked(asked, quiz).map(({ id, options }, at) => {
          const flip = !lucky.next().value;
          if (flip) wrongOnes.add(id);
          const ticked = options.flatMap(({ right }, number) => (right === flip ? [] : [`${number + 1}`]));
          return [`answer-${at + 1}`, ticked];
        }),
      );
      const { chosen, notAsked } = readAnswers(asked, form);
      assert.ok(!notAsked);
      const { passed, wrong, score } = mark(quiz, chosen);
      assert.deepEqual(new Set(wrong), wrongOnes);
      const right = quiz.questions.length - wrongOnes.size;
      assert.equal(passed, right >= neededOf(quiz));
      assert.equal(score, Math.floor((100 * right) / quiz.questions.length));
    }),
  );
});

t.test('an answer to what was not asked is seen', async (t) => {
  const asked = [{ question: 'q', options: ['a', 'b'] }];
  for (const form of [
    { 'answer-2': '1' },
    { 'answer-0': '1' },
    { 'answer-1': '3' },
    { 'answer-1': ['1', '0'] },
    { 'answer-1': 'a' },
    { 'answer-01': '1' },
    { answer: '1' },
    { 'answer-1': { x: '1' } },
  ])
    t.ok(readAnswers(asked, form).notAsked, JSON.stringify(form));
  t.notOk(readAnswers(asked, { attempt: 'x', 'answer-1': ['1', '2'] }).notAsked);
});
