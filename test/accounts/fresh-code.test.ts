import t from 'tap';
import { type TestBrowser, testApp } from '../helper.ts';
import { newestCode, signedInChampion, signedInCoordinator, signIn } from '../sign-in.ts';

const site = await testApp(t);
const { db, config, clock } = site;

const freshUntil = async (championId: string) => {
  const rows = await db
    .selectFrom('browser_sessions')
    .select('data')
    .where('champion_id', '=', championId)
    .execute();
  return rows.map(({ data }) => data.freshUntil);
};

const asked = async () => {
  const { champion, browser } = await signedInChampion(site);
  t.equal((await browser.post('/me/check')).headers.location, '/me/check/code');
  const code = await newestCode(db, config, champion.email);
  const type = async (typed: string, where: TestBrowser = browser) =>
    (await where.post('/me/check/code', { code: typed })).headers.location;
  return { champion, browser, code, type };
};

t.test('a right code counts for ten minutes', async (t) => {
  const { champion, code, type } = await asked();
  t.same(await freshUntil(champion.id), [undefined]);
  t.equal(await type(code), '/me');
  t.same(await freshUntil(champion.id), [clock.now().add({ minutes: 10 }).epochMilliseconds]);
});

t.test('a coordinator has the same pages among their own', async (t) => {
  const { coordinator, browser } = await signedInCoordinator(site);
  t.match((await browser.get('/coordinate/account/check')).body, /c…@example\.org/);
  t.equal(
    (await browser.get('/coordinate/account/check/code')).headers.location,
    '/coordinate/account/check',
    'nothing was sent yet',
  );
  t.equal(
    (await browser.post('/coordinate/account/check')).headers.location,
    '/coordinate/account/check/code',
  );
  t.equal((await browser.get('/coordinate/account/check/code')).statusCode, 200);
  const code = await newestCode(db, config, coordinator.email);
  const answer = await browser.post('/coordinate/account/check/code', { code });
  t.equal(answer.headers.location, '/coordinate/account');
});

t.test('five wrong tries end it, and the fifth may be the right one', async (t) => {
  const one = await asked();
  for (let i = 0; i < 5; i++) t.equal(await one.type('ABCDEFGH'), undefined);
  t.equal(await one.type(one.code), undefined);
  const other = await asked();
  for (let i = 0; i < 4; i++) await other.type('ABCDEFGH');
  t.equal(await other.type(other.code), '/me');
});

t.test('ten minutes end it', async (t) => {
  const { code, type } = await asked();
  clock.advance({ minutes: 10 });
  t.equal(await type(code), undefined);
});

t.test('it works in the session that asked for it, and only once', async (t) => {
  const { champion, code, type } = await asked();
  const tablet = await signIn(site, champion.email);
  t.equal(await type(code, tablet), undefined);
  const answers = await Promise.all(Array.from({ length: 20 }, () => type(code)));
  t.equal(answers.filter((location) => location === '/me').length, 1);
});

t.test('the newest code counts, and none of them signs anyone in', async (t) => {
  const { champion, browser, code, type } = await asked();
  await browser.post('/me/check');
  t.equal(await type(code), undefined);
  const newest = await newestCode(db, config, champion.email);
  const elsewhere = site.browser();
  await elsewhere.get('/sign-in');
  t.equal((await elsewhere.post('/sign-in/code', { code: newest })).statusCode, 422);
  t.equal(await type(newest), '/me');
});

t.test('nothing typed, and asking too often, are told in words', async (t) => {
  const { browser, champion } = await asked();
  const empty = await browser.post('/me/check/code', { code: '' });
  t.equal(empty.statusCode, 422);
  t.match(empty.body, /Enter the code from the email/);

  const limited = await testApp(t, { env: { RATE_LIMITS: 'on' } });
  const { browser: hers } = await signedInChampion(limited, { email: champion.email });
  for (let i = 0; i < 5; i++) await hers.post('/me/check');
  const answer = await hers.post('/me/check');
  t.equal(answer.statusCode, 429);
  t.match(answer.body, /There were too many tries\. Wait \d+ minutes/);
});
