import t from 'tap';
import { deliverMail } from '../deliver.ts';
import { type TestBrowser, testApp } from '../helper.ts';
import { makeChampion } from '../make.ts';
import { signedInCoordinator, signIn } from '../sign-in.ts';
import { addApp, codeAt, recoveryCodes, SETTINGS, STEP } from './factors.ts';

const site = await testApp(t);
const { db, clock, browser } = site;
clock.set('2026-11-23T09:00:10Z');

/** A coordinator with an authenticator app, and a new browser in which they have typed the code from their email. */
const half = async () => {
  const { coordinator, browser: first } = await signedInCoordinator(site);
  const { key } = await addApp(first, clock);
  const codes = await recoveryCodes(first);
  clock.advance({ minutes: 1 });
  return { coordinator, key, codes, first, browser: await signIn(site, coordinator.email) };
};

const locationOf = async (theirs: TestBrowser, url: string) => (await theirs.get(url)).headers.location;

/** Types a code, and says where that leads; undefined where nowhere. */
const type = async (theirs: TestBrowser, code: string) =>
  (await theirs.post(STEP, { code })).headers.location;

const changes = async (coordinatorId: string) => {
  const rows = await db
    .selectFrom('audit_entries')
    .select(['action', 'subject_kind', 'coordinator_id'])
    .where('subject_id', '=', coordinatorId)
    .orderBy('id')
    .execute();
  return rows.map(({ action, subject_kind }) => `${action} ${subject_kind}`);
};

t.test('whoever has added a factor is asked for it, on every page of a coordinator', async (t) => {
  const { key, browser } = await half();
  for (const url of ['/coordinate', '/coordinate/account', SETTINGS, `${SETTINGS}/authenticator-app`])
    t.equal(await locationOf(browser, url), STEP, url);
  t.equal((await browser.post(`${SETTINGS}/authenticator-app/removal`)).headers.location, STEP);

  const page = await browser.get(STEP);
  t.equal(page.statusCode, 200);
  t.equal(page.headers['cache-control'], 'no-store');
  t.match(page.body, /inputmode="numeric" autocomplete="one-time-code"/);
  t.notMatch(page.body, /Use a passkey|coordinate\.js/, 'only what they have');

  const before = browser.cookies.get('session');
  t.equal(await type(browser, codeAt(key, clock.now())), '/coordinate');
  t.not(browser.cookies.get('session'), before, 'a new session');
  t.equal((await browser.get('/coordinate')).statusCode, 200);
  t.equal(await locationOf(browser, STEP), '/coordinate', 'once is enough');
  t.equal(await locationOf(browser, '/sign-in'), '/coordinate');
});

t.test('a wrong code shows the page again, and says why', async (t) => {
  const { browser } = await half();
  for (const code of ['', '000000', '12345', 'ABCDEFGH', '1234567', '１２３４５６']) {
    const answer = await browser.post(STEP, { code });
    t.equal(answer.statusCode, 422, code);
    t.match(answer.body, /id="code-error"/);
  }
  t.equal(await locationOf(browser, '/coordinate'), STEP);
});

t.test('a code works once: not again, not in another browser, and none from before it', async (t) => {
  const { coordinator, key, browser } = await half();
  const code = codeAt(key, clock.now());
  t.equal(await type(browser, code), '/coordinate');
  const another = await signIn(site, coordinator.email);
  t.equal(await type(another, code), undefined);
  t.equal(await type(another, codeAt(key, clock.now().subtract({ seconds: 30 }))), undefined);
  t.equal(await type(another, codeAt(key, clock.now().add({ seconds: 30 }))), '/coordinate');
});

t.test('the code with which an app was added is used up', async (t) => {
  const { coordinator, browser: first } = await signedInCoordinator(site);
  const { key } = await addApp(first, clock);
  const browser = await signIn(site, coordinator.email);
  t.equal(await type(browser, codeAt(key, clock.now())), undefined);
});

t.test('a clock may be half a minute fast or slow, and no more', async (t) => {
  const cases: [seconds: number, right: boolean][] = [
    [-60, false],
    [-30, true],
    [30, true],
    [60, false],
  ];
  for (const [seconds, right] of cases) {
    const { key, browser } = await half();
    const code = codeAt(key, clock.now().add({ seconds }));
    t.equal(await type(browser, code), right ? '/coordinate' : undefined, `${seconds} seconds`);
  }
});

t.test('a code may be typed with spaces', async (t) => {
  const { key, browser } = await half();
  const code = codeAt(key, clock.now());
  t.equal(await type(browser, ` ${code.slice(0, 3)} ${code.slice(3)} `), '/coordinate');
});

t.test('five wrong codes make them wait, a right one too, in whatever browser', async (t) => {
  const { coordinator, key, codes, browser } = await half();
  for (let i = 0; i < 5; i++) t.equal((await browser.post(STEP, { code: '000000' })).statusCode, 422);
  const another = await signIn(site, coordinator.email);
  for (const theirs of [browser, another]) {
    const answer = await theirs.post(STEP, { code: codeAt(key, clock.now()) });
    t.equal(answer.statusCode, 429);
    t.equal(answer.headers['retry-after'], '900');
    t.match(answer.body, /There were too many tries. Wait 15 minutes/);
    const recovery = await theirs.post(`${STEP}/recovery-code`, { recoveryCode: codes[0] });
    t.equal(recovery.statusCode, 429);
  }
  clock.advance({ minutes: 15, seconds: 1 });
  const later = await signIn(site, coordinator.email);
  t.equal(await type(later, codeAt(key, clock.now())), '/coordinate');
});

t.test('a right code forgets the wrong ones before it', async (t) => {
  const { coordinator, key, browser } = await half();
  for (let i = 0; i < 4; i++) await browser.post(STEP, { code: '000000' });
  t.equal(await type(browser, codeAt(key, clock.now())), '/coordinate');
  const another = await signIn(site, coordinator.email);
  t.equal((await another.post(STEP, { code: '000000' })).statusCode, 422);
});

t.test('a hundred guesses at once are five tries', async (t) => {
  const { browser } = await half();
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => browser.post(STEP, { code: '000000' })),
  );
  t.equal(answers.filter(({ statusCode }) => statusCode === 422).length, 5);
});

t.test('a recovery code lets in once, and they are told', async (t) => {
  const { coordinator, codes, browser } = await half();
  t.equal(codes.length, 10);
  t.equal(new Set(codes).size, 10);
  await deliverMail(site);
  const use = async (theirs: TestBrowser, recoveryCode: string) =>
    (await theirs.post(`${STEP}/recovery-code`, { recoveryCode })).headers.location;
  t.equal(await use(browser, 'ABCD-EFGH-JKMN'), undefined);
  t.equal(await use(browser, codes[0]!.toLowerCase().replaceAll('-', ' ')), '/coordinate');
  t.equal((await browser.get('/coordinate')).statusCode, 200);
  t.same((await changes(coordinator.id)).slice(-3), [
    'wrong second factor coordinator',
    'use recovery code',
    'show second factor coordinator',
  ]);
  const mails = await deliverMail(site);
  const told = mails.find(({ parsed }) => parsed.subject === 'How you sign in has changed');
  t.match(told?.parsed.text, /A recovery code was used to sign in. You have 9 left/);

  const another = await signIn(site, coordinator.email);
  const answer = await another.post(`${STEP}/recovery-code`, { recoveryCode: codes[0] });
  t.equal(answer.statusCode, 422);
  t.match(answer.body, /That recovery code is wrong, or was used before/);
  t.match(answer.body, /<details[^>]* open/, 'where they were');
  t.equal(await use(another, codes[1]!), '/coordinate');
});

t.test('a recovery code of another coordinator is none', async (t) => {
  const [one, other] = [await half(), await half()];
  const answer = await one.browser.post(`${STEP}/recovery-code`, { recoveryCode: other.codes[0] });
  t.equal(answer.statusCode, 422);
});

t.test('who is a champion too sees their own page without it', async (t) => {
  const { coordinator } = await half();
  await makeChampion(db, { email: coordinator.email });
  const browser = await signIn(site, coordinator.email);
  t.equal(await locationOf(browser, '/coordinate'), STEP);
  t.equal((await browser.get('/me')).statusCode, 200);
  t.match((await browser.get(STEP)).body, /href="\/me"/);
});

t.test('the database holds no key and no code', async (t) => {
  const { coordinator, key, codes, first } = await half();
  await first.get(`${SETTINGS}/authenticator-app`);
  const tables = ['authenticator_apps', 'recovery_codes', 'browser_sessions', 'messages'] as const;
  const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()));
  const all = JSON.stringify(rows, (_name, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
  );
  t.match(all, coordinator.id, 'the reader reads');
  for (const secret of [key, ...codes, ...codes.map((code) => code.replaceAll('-', ''))])
    t.notOk(all.includes(secret));
});

t.test('a key of one coordinator opens nothing in the row of another', async (t) => {
  const [one, other] = [await half(), await half()];
  const { sealed_key } = await db
    .selectFrom('authenticator_apps')
    .select('sealed_key')
    .where('coordinator_id', '=', one.coordinator.id)
    .executeTakeFirstOrThrow();
  await db
    .updateTable('authenticator_apps')
    .set({ sealed_key })
    .where('coordinator_id', '=', other.coordinator.id)
    .execute();
  t.equal(await type(other.browser, codeAt(one.key, clock.now())), undefined);
});

t.test('without a factor, outside production, they are let in and told on every page', async (t) => {
  const { browser: theirs } = await signedInCoordinator(site);
  for (const url of ['/coordinate', '/coordinate/account']) {
    const page = await theirs.get(url);
    t.equal(page.statusCode, 200);
    t.match(page.body, /You have no second factor yet/, url);
  }
  await addApp(theirs, clock);
  t.notMatch((await theirs.get('/coordinate')).body, /no second factor/);
  t.notMatch((await browser().get('/')).body, /no second factor/);
});
