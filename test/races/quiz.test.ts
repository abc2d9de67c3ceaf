import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { contentFolder, coursesOf, fillIn, openQuiz } from '../elearning/course.ts';
import { needsPostgres, testApp } from '../helper.ts';
import { someoneWaits } from '../lock-waits.ts';
import { makeModule } from '../make.ts';
import { signedInChampion } from '../sign-in.ts';

type Site = Awaited<ReturnType<typeof testApp>>;

/** One champion sends the same right answers twenty times at once. */
const rush = async (t: Test, prepare: (site: Site) => Promise<unknown> = async () => {}) => {
  const folder = await contentFolder(t);
  const site = await testApp(t, { env: { CONTENT_DIR: folder } });
  await makeModule(site.db, { slug: 'sums', induction: false, ways: ['e-learning'] });
  await prepare(site);
  const { browser } = await signedInChampion(site);
  const form = fillIn(await openQuiz(browser, 'sums', 2), coursesOf(folder).get('sums')!.quiz.questions);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => browser.post('/me/training/sums/quiz', form)),
  );
  const records = await site.db.selectFrom('training_records').select('id').execute();
  return { records: records.length, statuses: answers.map(({ statusCode }) => statusCode).sort() };
};

t.test('the same passing attempt twenty times at once is one record', needsPostgres(), async (t) => {
  const { records, statuses } = await rush(t);
  t.equal(records, 1);
  t.same(statuses, [303, ...Array(19).fill(422)]);
});

t.test('a try that goes while it is marked passes nobody', needsPostgres(), async (t) => {
  const folder = await contentFolder(t);
  const { db, ...site } = await testApp(t, { env: { CONTENT_DIR: folder } });
  await makeModule(db, { slug: 'sums', induction: false, ways: ['e-learning'] });
  const { browser, champion } = await signedInChampion({ ...site, db });
  const form = fillIn(await openQuiz(browser, 'sums', 2), coursesOf(folder).get('sums')!.quiz.questions);
  const answer = await db.transaction().execute(async (trx) => {
    await trx
      .selectFrom('champions')
      .select('id')
      .where('id', '=', champion.id)
      .forNoKeyUpdate()
      .executeTakeFirstOrThrow();
    const sent = browser.post('/me/training/sums/quiz', form);
    await someoneWaits(db);
    await trx.deleteFrom('quiz_attempts').where('champion_id', '=', champion.id).execute();
    return { sent };
  });
  t.equal((await answer.sent).statusCode, 422);
  t.same(await db.selectFrom('training_records').select('id').execute(), []);
});

t.test('without the trigger there would be more', needsPostgres(), async (t) => {
  const { records } = await rush(t, ({ db }) => sql`drop trigger marked_once on quiz_attempts`.execute(db));
  t.ok(records > 1, `${records} records: so the test above can fail`);
});

t.test('twenty starts at once are one attempt', needsPostgres(), async (t) => {
  const folder = await contentFolder(t);
  const site = await testApp(t, { env: { CONTENT_DIR: folder } });
  await makeModule(site.db, { slug: 'sums', induction: false, ways: ['e-learning'] });
  const { browser } = await signedInChampion(site);
  for (const page of [1, 2]) await browser.post(`/me/training/sums/${page}`);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => browser.post('/me/training/sums/attempts')),
  );
  t.ok(answers.every(({ statusCode }) => statusCode === 303));
  t.equal((await site.db.selectFrom('quiz_attempts').select('id').execute()).length, 1);
});
