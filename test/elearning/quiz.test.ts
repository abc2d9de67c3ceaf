import { randomUUID } from 'node:crypto';
import t from 'tap';
import { sweepLearning } from '../../src/elearning/forget.ts';
import { contentWarnings } from '../../src/elearning/versions.ts';
import { isRefused } from '../bad-input/form-page.ts';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeModule } from '../make.ts';
import { signedInChampion, signIn } from '../sign-in.ts';
import { contentFolder, coursesOf, fieldsIn, fillIn, openQuiz } from './course.ts';

t.setTimeout(120_000);

const MONDAY = '2026-11-23T09:00:00Z';
const folder = await contentFolder(t);
const courses = coursesOf(folder);
const site = await testApp(t, { now: MONDAY, env: { CONTENT_DIR: folder } });
const { db, clock } = site;
const online = { induction: false, ways: ['e-learning' as const] };
const sums = await makeModule(db, { ...online, slug: 'sums', name: 'Sums', validity_months: 12 });
const promise = await makeModule(db, {
  ...online,
  slug: 'promise',
  name: 'Our promise',
  version: 9,
  position: 2,
});
const known = courses.get('sums')!.quiz.questions;

const attemptsOf = (championId: string) =>
  db.selectFrom('quiz_attempts').selectAll().where('champion_id', '=', championId).execute();
const recordsOf = (championId: string) =>
  db.selectFrom('training_records').selectAll().where('champion_id', '=', championId).execute();

t.beforeEach(() => clock.set(MONDAY));

t.test('page by page, with Back and Next, and going on where one stopped', async (t) => {
  const { browser, champion } = await signedInChampion(site);
  const overview = pageText(await browser.get('/me/training/sums'));
  t.match(overview, /0 of 2 pages read/);
  t.match(overview, /There are numbers/, 'what to know before');
  t.match(overview, /3 questions\. You need 2 right answers/);
  const first = await browser.get('/me/training/sums/1');
  t.match(pageText(first), /Sums: page 1 of 2/);
  t.match(first.body, 'action="/me/training/sums/1"');
  t.match(first.body, 'Exit this page');
  t.match(first.body, 'href="/report"');
  t.match((await browser.get('/me/training/sums/2')).body, 'href="/me/training/sums/1"', 'Back');
  t.same(await db.selectFrom('pages_read').selectAll().execute(), [], 'looking at a page changes nothing');

  t.equal((await browser.post('/me/training/sums/1')).headers.location, '/me/training/sums/2');
  await browser.post('/me/training/sums/1');
  const after = await browser.get('/me/training/sums');
  t.match(pageText(after), /1 of 2 pages read/);
  t.match(after.body, /href="\/me\/training\/sums\/2"[^>]*>\s*Go on with page 2/);
  const early = await browser.post('/me/training/sums/attempts');
  t.equal(early.statusCode, 422);
  t.match(pageText(early), /Read the pages first/);
  t.equal((await browser.post('/me/training/sums/2')).headers.location, '/me/training/sums/quiz');
  t.match(pageText(await browser.get('/me/training/sums/quiz')), /Start the quiz/);
  t.same(await attemptsOf(champion.id), [], 'looking at the quiz starts none');
});

t.test('what is not there', async (t) => {
  await makeModule(db, { slug: 'no-pages', ...online, position: 3 });
  await makeModule(db, { slug: 'in-a-room', induction: false, position: 4 });
  const { browser } = await signedInChampion(site);
  for (const path of [
    'no-pages',
    'in-a-room',
    'nothing',
    'sums/3',
    'sums/0',
    'sums/x',
    'sums/pictures/x.svg',
  ])
    t.equal((await browser.get(`/me/training/${path}`)).statusCode, 404, path);
  await db
    .updateTable('modules')
    .set({ ways: ['in person'] })
    .where('id', '=', sums.id)
    .execute();
  t.equal((await browser.get('/me/training/sums')).statusCode, 404, 'not by pages any more');
  await db
    .updateTable('modules')
    .set({ ways: ['e-learning'] })
    .where('id', '=', sums.id)
    .execute();
});

t.test('a picture is what its type says, and can run nothing', async (t) => {
  const { browser } = await signedInChampion(site);
  const { headers, body } = await browser.get('/me/training/sums/pictures/dot.svg');
  t.match(headers, {
    'content-type': 'image/svg+xml',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  t.match(body, '<svg');
});

t.test('failed, a pause, then passed, once', async (t) => {
  const { browser, champion } = await signedInChampion(site);
  const opened = await openQuiz(browser, 'sums', 2);
  const { questions } = fieldsIn(opened);
  t.same(questions.map(({ text }) => text).sort(), known.map(({ text }) => text).sort());
  t.same(fieldsIn(await browser.get('/me/training/sums/quiz')), fieldsIn(opened), 'the same after a reload');
  await browser.post('/me/training/sums/attempts');
  t.same(fieldsIn(await browser.get('/me/training/sums/quiz')), fieldsIn(opened), 'and when started twice');

  const wrong = fillIn(opened, known, ({ text }) => text === 'four' || text === 'no');
  t.equal((await browser.post('/me/training/sums/quiz', wrong)).statusCode, 303);
  const failed = pageText(await browser.get('/me/training/sums/quiz'));
  t.match(failed, /Not yet: 0 of 3 answers were right\. You need 2/);
  t.match(failed, /Touch it &amp; see/, 'what was wrong is explained');
  t.match(failed, /You can try again from 9:10am/);
  t.notMatch(failed, /Try again</);
  const early = await browser.post('/me/training/sums/attempts');
  t.equal(early.statusCode, 422);
  t.match(pageText(early), /You can try again from 9:10am/);
  t.match(pageText(await browser.get('/me/training/sums')), /0 of your 3 answers were right.*from 9:10am/);
  t.same(await recordsOf(champion.id), []);
  t.notMatch(JSON.stringify(await attemptsOf(champion.id)), /chosen|answer/, 'what was chosen is not kept');

  clock.advance({ minutes: 10 });
  t.equal((await browser.post('/me/training/sums/attempts')).statusCode, 303);
  const again = await browser.get('/me/training/sums/quiz');
  const right = fillIn(again, known, (option, { text }) => (text === 'Is water wet?') !== option.right);
  t.equal((await browser.post('/me/training/sums/quiz', right)).statusCode, 303);
  const passed = pageText(await browser.get('/me/training/sums/quiz'));
  t.match(passed, /You passed: 2 of 3 answers were right/);
  t.match(passed, /You passed this on Monday 23 November\. It counts until Tuesday 23 November 2027/);
  t.match(passed, /Touch it &amp; see/);
  t.match(await recordsOf(champion.id), [
    { module_id: sums.id, module_version: 1, source: 'e-learning', score: 66, passed_on: '2026-11-23' },
  ]);

  const twice = await browser.post('/me/training/sums/quiz', right);
  t.equal(twice.statusCode, 422);
  t.match(pageText(twice), /Those answers were marked before\. Nothing is counted twice/);
  t.equal((await browser.post('/me/training/sums/attempts')).statusCode, 422, 'nothing more to pass');
  t.equal((await recordsOf(champion.id)).length, 1);
  t.same(await db.selectFrom('pages_read').selectAll().where('champion_id', '=', champion.id).execute(), []);
});

t.test('what is not answered, and what was not asked, is refused with everything chosen kept', async (t) => {
  const { browser, champion } = await signedInChampion(site);
  const opened = await openQuiz(browser, 'sums', 2);
  const full = fillIn(opened, known);
  const { 'answer-2': _, ...partly } = full;
  const unfinished = await browser.post('/me/training/sums/quiz', partly);
  isRefused(t, unfinished, { 'answer-2': 'Choose an answer to question 2' });
  const kept = (body: typeof opened) =>
    fieldsIn(body).questions.map(({ options }) =>
      options.filter(({ checked }) => checked).map(({ value }) => value),
    );
  t.same(kept(unfinished), [full['answer-1'], [], full['answer-3']]);

  const radio = fieldsIn(opened).questions.find(({ text }) => text === 'Is water wet?')!.field;
  for (const extra of [
    { 'answer-4': '1' },
    { 'answer-1': '9' },
    { 'answer-x': '1' },
    { [radio]: ['1', '2'] },
  ]) {
    const answer = await browser.post('/me/training/sums/quiz', { ...full, ...extra });
    t.equal(answer.statusCode, 422);
    t.match(pageText(answer), /does not belong to this quiz\. Nothing is marked yet/, JSON.stringify(extra));
    t.same(kept(answer)[1], 'answer-2' in extra ? ['1', '2'] : kept(answer)[1]);
    t.equal(kept(answer).flat().length >= 2, true, 'the rest is kept');
  }
  t.match(await attemptsOf(champion.id), [{ finished_at: null }], 'nothing was marked');
  t.equal((await browser.post('/me/training/sums/quiz', full)).statusCode, 303);
  t.equal((await recordsOf(champion.id)).length, 1);
});

t.test('an attempt that is not theirs, or not there', async (t) => {
  const alice = await signedInChampion(site);
  const bob = await signedInChampion(site);
  const hers = fillIn(await openQuiz(alice.browser, 'sums', 2), known);
  await openQuiz(bob.browser, 'sums', 2);
  for (const attempt of [hers.attempt, randomUUID()]) {
    const answer = await bob.browser.post('/me/training/sums/quiz', { ...hers, attempt });
    t.equal(answer.statusCode, 422);
    t.match(pageText(answer), /belong to an older try of yours, so nothing is marked/);
    t.not(fieldsIn(answer).attempt, attempt, 'his own is shown');
  }
  for (const attempt of ['x', ''])
    t.equal((await bob.browser.post('/me/training/sums/quiz', { ...hers, attempt })).statusCode, 404);
  const other = await alice.browser.post('/me/training/promise/quiz', hers);
  t.equal(other.statusCode, 422, 'of another module');
  t.match(pageText(other), /belong to an older try of yours.*Read the pages first/);
  t.match(await attemptsOf(alice.champion.id), [{ finished_at: null }]);
  t.same([...(await recordsOf(alice.champion.id)), ...(await recordsOf(bob.champion.id))], []);
});

t.test('answers to a try that was replaced, from an older tab', async (t) => {
  const { browser, champion } = await signedInChampion(site);
  const opened = await openQuiz(browser, 'sums', 2);
  const older = fillIn(opened, known);
  await browser.post(
    '/me/training/sums/quiz',
    fillIn(opened, known, ({ text }) => text === 'four' || text === 'no'),
  );
  clock.advance({ minutes: 10 });
  await browser.post('/me/training/sums/attempts');
  const answer = await browser.post('/me/training/sums/quiz', older);
  t.equal(answer.statusCode, 422);
  t.match(pageText(answer), /belong to an older try of yours.*Answer it and send it/);
  t.same(await recordsOf(champion.id), []);
  t.equal(
    (await browser.post('/me/training/sums/quiz', fillIn(answer, known))).statusCode,
    303,
    'what is shown instead can be answered',
  );
  t.equal((await recordsOf(champion.id)).length, 1);
  const afterwards = await browser.post('/me/training/sums/quiz', older);
  t.equal(afterwards.statusCode, 422);
  t.match(pageText(afterwards), /belong to an older try of yours, so nothing is marked\..*You passed/);
});

t.test('a quiz that was reworded meanwhile is asked again, with what still fits', async (t) => {
  const { browser, champion } = await signedInChampion(site);
  const full = fillIn(await openQuiz(browser, 'sums', 2), known);
  const [attempt] = await attemptsOf(champion.id);
  const asked = attempt!.asked.map((one, at) => (at === 0 ? { ...one, question: 'of-yesterday' } : one));
  await db
    .updateTable('quiz_attempts')
    .set({ asked: JSON.stringify(asked) })
    .where('id', '=', attempt!.id)
    .execute();
  t.match(pageText(await browser.get('/me/training/sums/quiz')), /The quiz has changed since you opened it/);
  const answer = await browser.post('/me/training/sums/quiz', full);
  t.equal(answer.statusCode, 422);
  t.match(
    pageText(answer),
    /This quiz has changed since you opened it\. We kept your answers that still fit/,
  );
  const chosen = fieldsIn(answer).questions.filter(({ options }) => options.some(({ checked }) => checked));
  t.equal(chosen.length, 2);
  t.not(fieldsIn(answer).attempt, full.attempt);
});

t.test('a new version meanwhile: the pages come first, and nothing is marked', async (t) => {
  const { browser, champion } = await signedInChampion(site);
  const form = () => ({ ...full, agree: 'yes' });
  const kind = courses.get('promise')!.quiz.questions;
  await db.updateTable('modules').set({ version: 8 }).where('id', '=', promise.id).execute();
  const full = fillIn(await openQuiz(browser, 'promise', 1), kind);
  await db.updateTable('modules').set({ version: 9 }).where('id', '=', promise.id).execute();
  const answer = await browser.post('/me/training/promise/quiz', form());
  t.equal(answer.statusCode, 422);
  t.match(pageText(answer), /has changed since you opened the quiz.*Read the pages first/);
  t.same(await recordsOf(champion.id), []);
});

t.test('a code is agreed to by version and date, and a new version asks again', async (t) => {
  const { browser, champion } = await signedInChampion(site);
  const kind = courses.get('promise')!.quiz.questions;
  const set = (values: { version: number; counts_from_version?: number }) =>
    db.updateTable('modules').set(values).where('id', '=', promise.id).execute();
  await set({ version: 8 });
  const full = fillIn(await openQuiz(browser, 'promise', 1), kind);
  const refused = await browser.post('/me/training/promise/quiz', full);
  isRefused(t, refused, { agree: 'Tick the box if you agree' });
  t.match(fieldsIn(refused).questions[0]!.options, { length: 3 });
  await browser.post('/me/training/promise/quiz', { ...full, agree: 'yes' });
  t.match(
    pageText(await browser.get('/me/training/promise')),
    /You agreed to version 8 on Monday 23 November/,
  );
  t.match(await recordsOf(champion.id), [{ module_version: 8, score: 100 }]);

  await set({ version: 9, counts_from_version: 9 });
  t.match(
    pageText(await browser.get('/me/training/promise')),
    /You agreed to version 8 .* There is a new version now, version 9\. Please read it/,
  );
  const again = fillIn(await openQuiz(browser, 'promise', 1), kind);
  t.equal((await browser.post('/me/training/promise/quiz', { ...again, agree: 'yes' })).statusCode, 303);
  t.match(
    pageText(await browser.get('/me/training/promise')),
    /You agreed to version 9 on Monday 23 November/,
  );

  await set({ version: 10 });
  t.match(pageText(await browser.get('/me/training/promise')), /bringing these pages up to date/);
  await browser.post('/me/training/promise/1');
  t.equal(
    (await browser.post('/me/training/promise/attempts')).statusCode,
    422,
    'nobody agrees to what they did not read',
  );
  await set({ version: 9 });
});

t.test('the start says what does not fit', async (t) => {
  await db
    .updateTable('modules')
    .set({ version: 8, counts_from_version: 8 })
    .where('id', '=', promise.id)
    .execute();
  await db.updateTable('modules').set({ version: 2 }).where('id', '=', sums.id).execute();
  t.same(await contentWarnings(db, courses), [
    'The content of sums is version 1, and the module is version 2: nobody can pass it until the content is new.',
    'The content of promise is version 9, and the module is version 8: raise the module’s version, so that people are asked again.',
    'The module no-pages is taken online by pages, and CONTENT_DIR has no folder for it.',
  ]);
  await db.updateTable('modules').set({ version: 1 }).where('id', '=', sums.id).execute();
});

t.test('who takes a break or waits for a guardian is told kindly, and passes nothing', async (t) => {
  const words = {
    paused: /You are taking a break/,
    'awaiting guardian': /once a parent or guardian has agreed/,
    suspended: /not open to you at the moment/,
  } as const;
  for (const [state, sentence] of Object.entries(words)) {
    const { browser, champion } = await signedInChampion(site);
    const full = fillIn(await openQuiz(browser, 'sums', 2), known);
    await db
      .updateTable('champions')
      .set({ state: state as 'paused' })
      .where('id', '=', champion.id)
      .execute();
    for (const answer of [
      await browser.get('/me/training/sums'),
      await browser.get('/me/training/sums/1'),
      await browser.get('/me/training/sums/quiz'),
      await browser.post('/me/training/sums/1'),
      await browser.post('/me/training/sums/attempts'),
      await browser.post('/me/training/sums/quiz', full),
    ]) {
      t.equal(answer.statusCode, 403, state);
      t.match(pageText(answer), sentence);
    }
    t.same(await recordsOf(champion.id), []);
  }
});

t.test('when it is due soon it can be taken again, and counts longer', async (t) => {
  const { browser, champion } = await signedInChampion(site);
  await browser.post('/me/training/sums/quiz', fillIn(await openQuiz(browser, 'sums', 2), known));
  clock.set('2027-10-25T09:00:00Z');
  const later = await signIn(site, champion.email);
  t.match(
    pageText(await later.get('/me/training/sums')),
    /It counts until Tuesday 23 November\. You can take it again now/,
  );
  await later.post('/me/training/sums/quiz', fillIn(await openQuiz(later, 'sums', 2), known));
  t.match(pageText(await later.get('/me/training/sums')), /It counts until Wednesday 25 October 2028/);
  t.equal((await recordsOf(champion.id)).length, 2);
});

t.test('tries and pages are forgotten after a while, and at once when somebody leaves', async (t) => {
  const { browser, champion } = await signedInChampion(site);
  await openQuiz(browser, 'sums', 2);
  await sweepLearning(db, clock.now().add({ hours: 24 * 89 }));
  t.equal((await attemptsOf(champion.id)).length, 1);
  await sweepLearning(db, clock.now().add({ hours: 24 * 91 }));
  t.equal((await attemptsOf(champion.id)).length, 0);
  await browser.post('/me/training/sums/attempts');
  await browser.post('/me/departure');
  t.equal((await attemptsOf(champion.id)).length, 0);
  t.same(await db.selectFrom('pages_read').selectAll().where('champion_id', '=', champion.id).execute(), []);
});
