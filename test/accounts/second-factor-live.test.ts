import t from 'tap';
import { type TestBrowser, testApp } from '../helper.ts';
import { newestCode, signedInCoordinator, signIn } from '../sign-in.ts';
import { addApp, codeAt, recoveryCodes, SETTINGS, STEP } from './factors.ts';

const site = await testApp(t, {
  env: {
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://champions.example.org',
    DATABASE_URL: 'postgresql://nobody@nowhere/none',
    SMTP_URL: 'smtp://nowhere:25',
    MAIL_FROM: 'Westand <hello@example.org>',
    SESSION_SECRET: 'x'.repeat(32),
    RATE_LIMITS: 'on',
  },
});
const { app, db, config, clock } = site;

const CHECK = '/coordinate/account/check';

/** What is open to a coordinator who has not given a second factor: the step itself, or how to add the first. */
const isOpen = (route: string, part: 'step' | 'adding') =>
  / \/coordinate\/account\/(second-factor|check)/.test(route) ? part === 'adding' : / \/sign-in/.test(route);

const theirRoutes = [...app.accessByRoute]
  .filter(([, access]) => access === 'coordinator' || access === 'administrator')
  .map(([route]) => route)
  .filter((route) => !route.startsWith('HEAD '));

/** For a parameter of an address: the first that its pattern takes. */
const SAMPLES = ['01920000-0000-7000-8000-000000000001', 'words', '2026-11-28', '1'];
const PARAMETER = /:\w+(?:\((\^.*?)\)(?=\.|\/|$))?/g;
const sampleFor = (_parameter: string, pattern = '') =>
  SAMPLES.find((sample) => new RegExp(pattern).test(sample)) ?? 'x';

const ask = async (browser: TestBrowser, route: string) => {
  const [method, url = ''] = route.split(' ');
  const address = url.replace(PARAMETER, sampleFor);
  return (await browser.send({ method: method as 'GET', url: address })).headers.location;
};

t.test('without a factor they see nothing but how to add one', async (t) => {
  const { browser } = await signedInCoordinator(site, { administrator: true });
  t.ok(theirRoutes.length > 20);
  for (const route of theirRoutes) {
    const location = await ask(browser, route);
    if (isOpen(route, 'adding') || isOpen(route, 'step')) t.not(location, STEP, route);
    else t.equal(location, SETTINGS, route);
  }
  const page = await browser.get(SETTINGS);
  t.equal(page.statusCode, 200);
  t.match(page.body, /Before you go on, add something that only you have/);
  t.equal((await browser.get('/coordinate')).body, '');
});

t.test('with one that is not given they see nothing but that step', async (t) => {
  const { coordinator, browser: first } = await signedInCoordinator(site, { administrator: true });
  const { key } = await addApp(first, clock);
  const browser = await signIn(site, coordinator.email);
  for (const route of theirRoutes) {
    const location = await ask(browser, route);
    if (isOpen(route, 'step')) t.not(location, STEP, route);
    else t.equal(location, STEP, route);
  }
  clock.advance({ minutes: 1 });
  t.equal((await browser.post(STEP, { code: codeAt(key, clock.now()) })).headers.location, '/coordinate');
  t.equal((await browser.get('/coordinate')).statusCode, 200);
});

t.test('whoever adds the first sees their recovery codes, then every page', async (t) => {
  const { browser } = await signedInCoordinator(site);
  await addApp(browser, clock);
  t.equal((await recoveryCodes(browser)).length, 10);
  t.equal((await browser.get('/coordinate')).statusCode, 200);
});

t.test('nobody removes their only one, also not with two requests at once', async (t) => {
  const { coordinator, browser } = await signedInCoordinator(site);
  await addApp(browser, clock);
  await browser.post(CHECK);
  await browser.post(`${CHECK}/code`, { code: await newestCode(db, config, coordinator.email) });
  t.notMatch((await browser.get(SETTINGS)).body, /removal"/, 'it is not offered');
  const refused = await browser.post(`${SETTINGS}/authenticator-app/removal`);
  t.equal(refused.statusCode, 422);
  t.match(refused.body, /This is your only one\. Add another one first/);
  const id = '01920000-0000-7000-8000-000000000002';
  await db
    .insertInto('passkeys')
    .values({
      id,
      coordinator_id: coordinator.id,
      credential_id: 'second',
      public_key: Buffer.from('x'),
      counter: 0,
      transports: [],
      name: 'Key',
      created_at: clock.now(),
      last_used_at: null,
    })
    .execute();
  const answers = await Promise.all([
    browser.post(`${SETTINGS}/authenticator-app/removal`),
    browser.post(`${SETTINGS}/passkeys/${id}/removal`),
  ]);
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, 422]);
});
