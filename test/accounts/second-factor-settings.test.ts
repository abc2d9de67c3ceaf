import t from 'tap';
import { deliverMail } from '../deliver.ts';
import { type TestBrowser, testApp } from '../helper.ts';
import { newestCode, signedInCoordinator, signIn } from '../sign-in.ts';
import { addApp, codeAt, recoveryCodes, SETTINGS, STEP } from './factors.ts';

const site = await testApp(t);
const { db, config, clock } = site;

const APP = `${SETTINGS}/authenticator-app`;
const CHECK = '/coordinate/account/check';

const locationOf = async (theirs: TestBrowser, url: string) => (await theirs.get(url)).headers.location;

/** Types the fresh code that is asked for before a change. */
const showItIsThem = async (browser: TestBrowser, email: string) => {
  await browser.post(CHECK);
  return browser.post(`${CHECK}/code`, { code: await newestCode(db, config, email) });
};

const changes = async (coordinatorId: string) => {
  const rows = await db
    .selectFrom('audit_entries')
    .select(['action', 'subject_kind', 'coordinator_id'])
    .where('subject_id', '=', coordinatorId)
    .where('subject_kind', '!=', 'coordinator')
    .orderBy('id')
    .execute();
  for (const { coordinator_id } of rows) t.equal(coordinator_id, coordinatorId);
  return rows.map(({ action, subject_kind }) => `${action} ${subject_kind}`);
};

t.test('the first factor: an app, recovery codes shown until they are kept, a mail, an entry', async (t) => {
  const { coordinator, browser } = await signedInCoordinator(site);
  await deliverMail(site);
  const empty = await browser.get(SETTINGS);
  t.match(empty.body, /None yet\. An app on your phone/);
  t.match(empty.body, /You get 10 of them/);

  const page = await browser.get(APP);
  t.match(page.body, /<svg class="ws-qr" role="img" aria-label="QR code/);
  t.equal((await browser.get(APP)).body, page.body, 'looking twice changes nothing');

  const wrong = await browser.post(APP, { code: '000000' });
  t.equal(wrong.statusCode, 422);
  t.match(wrong.body, /That code does not belong to this key/);
  t.match(wrong.body, /value="000000"/, 'what was typed is still there');
  t.equal((await browser.post(APP)).statusCode, 422);

  const { answer } = await addApp(browser, clock);
  t.equal(answer.statusCode, 303);
  t.equal(answer.headers.location, `${SETTINGS}/recovery-codes`);
  const codes = await recoveryCodes(browser);
  t.equal(codes.length, 10);
  t.same(await recoveryCodes(browser), codes, 'another look before they are kept');
  t.match((await browser.get(SETTINGS)).body, /You have new recovery codes/);
  t.equal((await browser.post(`${SETTINGS}/recovery-codes/receipt`)).headers.location, '/coordinate');
  t.equal(await locationOf(browser, `${SETTINGS}/recovery-codes`), SETTINGS, 'and never after');
  t.equal((await browser.get('/coordinate')).statusCode, 200, 'who has just added it need not show it');

  const settings = (await browser.get(SETTINGS)).body;
  t.match(settings, /Added: Monday 23 November\. Last used: Not yet\./);
  t.match(settings, /10 left/);
  t.same(await changes(coordinator.id), ['add authenticator app']);
  const [mail, ...more] = await deliverMail(site);
  t.same(more, []);
  t.match(mail?.parsed, {
    subject: 'How you sign in has changed',
    to: [{ address: coordinator.email }],
    text: /An authenticator app was added\.[\s\S]*hello@westand\.example/,
  });
  t.notMatch(mail?.raw, /hate|coordinator|factor/i, 'neutral');
});

t.test('the first factor needs a fresh code ten minutes after signing in', async (t) => {
  const { coordinator, browser } = await signedInCoordinator(site);
  clock.advance({ minutes: 9, seconds: 59 });
  t.equal((await browser.get(APP)).statusCode, 200);
  clock.advance({ seconds: 1 });
  t.equal(await locationOf(browser, APP), CHECK);
  t.equal((await browser.post(APP, { code: '000000' })).headers.location, CHECK);
  t.equal(await locationOf(browser, `${SETTINGS}/passkeys/new`), CHECK);
  const challenge = await browser.post(`${SETTINGS}/passkeys/challenge`);
  t.equal(challenge.headers.location, CHECK);
  const answer = await showItIsThem(browser, coordinator.email);
  t.equal(answer.headers.location, `${SETTINGS}/passkeys/new`);
  t.equal((await addApp(browser, clock)).answer.headers.location, `${SETTINGS}/recovery-codes`);
});

t.test('every further change needs a fresh code', async (t) => {
  const { coordinator, browser } = await signedInCoordinator(site);
  const { key } = await addApp(browser, clock);
  for (const url of [APP, `${SETTINGS}/passkeys/new`]) t.equal(await locationOf(browser, url), CHECK, url);
  for (const url of [APP, `${APP}/removal`, `${SETTINGS}/recovery-codes`, `${SETTINGS}/passkeys`])
    t.equal((await browser.post(url, { code: codeAt(key, clock.now()) })).headers.location, CHECK, url);
  t.same(await changes(coordinator.id), ['add authenticator app']);
});

t.test('an app moves to another phone, and the codes of the old one end', async (t) => {
  const { coordinator, browser } = await signedInCoordinator(site);
  const old = await addApp(browser, clock);
  const codes = await recoveryCodes(browser);
  await browser.post(`${SETTINGS}/recovery-codes/receipt`);
  t.equal((await showItIsThem(browser, coordinator.email)).statusCode, 303);
  clock.advance({ minutes: 1 });
  const moved = await addApp(browser, clock);
  t.not(moved.key, old.key);
  t.equal(moved.answer.headers.location, SETTINGS, 'recovery codes stay as they are');
  t.match((await browser.get(SETTINGS)).body, /Your authenticator app is added\./);

  clock.advance({ minutes: 1 });
  const later = await signIn(site, coordinator.email);
  const type = async (key: string) =>
    (await later.post(STEP, { code: codeAt(key, clock.now()) })).headers.location;
  t.equal(await type(old.key), undefined);
  t.equal(await type(moved.key), '/coordinate');
  const last = await signIn(site, coordinator.email);
  const answer = await last.post(`${STEP}/recovery-code`, { recoveryCode: codes[9] });
  t.equal(answer.headers.location, '/coordinate');
});

t.test('new recovery codes end the old ones', async (t) => {
  const { coordinator, browser } = await signedInCoordinator(site);
  await addApp(browser, clock);
  const old = await recoveryCodes(browser);
  await showItIsThem(browser, coordinator.email);
  const answer = await browser.post(`${SETTINGS}/recovery-codes`);
  t.equal(answer.headers.location, `${SETTINGS}/recovery-codes`);
  const codes = await recoveryCodes(browser);
  t.equal(codes.filter((code) => old.includes(code)).length, 0);
  t.same(await changes(coordinator.id), ['add authenticator app', 'renew recovery codes']);
  const later = await signIn(site, coordinator.email);
  const use = async (recoveryCode: string) =>
    (await later.post(`${STEP}/recovery-code`, { recoveryCode })).statusCode;
  t.same([await use(old[0]!), await use(codes[0]!)], [422, 303]);
});

t.test('removing the last factor takes the recovery codes with it', async (t) => {
  const { coordinator, browser } = await signedInCoordinator(site);
  await addApp(browser, clock);
  await showItIsThem(browser, coordinator.email);
  t.match((await browser.get(SETTINGS)).body, /action="[^"]*authenticator-app\/removal"/);
  const answer = await browser.post(`${APP}/removal`);
  t.equal(answer.headers.location, SETTINGS);
  t.match((await browser.get(SETTINGS)).body, /Your authenticator app is removed\./);
  t.equal((await browser.post(`${APP}/removal`)).statusCode, 303, 'twice is once');
  t.same(await changes(coordinator.id), ['add authenticator app', 'remove authenticator app']);
  const left = await db
    .selectFrom('recovery_codes')
    .selectAll()
    .where('coordinator_id', '=', coordinator.id)
    .execute();
  t.same(left, []);
  t.equal((await browser.get('/coordinate')).statusCode, 200);
  t.equal((await browser.post(`${SETTINGS}/recovery-codes`)).headers.location, SETTINGS, 'and none are made');
});

t.test('a passkey of nobody, and one of another coordinator, is not found', async (t) => {
  const [one, other] = [await signedInCoordinator(site), await signedInCoordinator(site)];
  const id = '01920000-0000-7000-8000-000000000001';
  await db
    .insertInto('passkeys')
    .values({
      id,
      coordinator_id: other.coordinator.id,
      credential_id: 'abc',
      public_key: Buffer.from('x'),
      counter: 0,
      transports: [],
      name: 'Theirs',
      created_at: clock.now(),
      last_used_at: null,
    })
    .execute();
  await showItIsThem(one.browser, one.coordinator.email);
  for (const passkey of [id, id.replace('1920', '1921')]) {
    t.equal((await one.browser.get(`${SETTINGS}/passkeys/${passkey}`)).statusCode, 404);
    t.equal((await one.browser.post(`${SETTINGS}/passkeys/${passkey}`, { name: 'Mine' })).statusCode, 404);
    t.equal((await one.browser.post(`${SETTINGS}/passkeys/${passkey}/removal`)).statusCode, 404);
  }
  t.equal((await one.browser.get(`${SETTINGS}/passkeys/x`)).statusCode, 404);
  t.match(await db.selectFrom('passkeys').select('name').execute(), [{ name: 'Theirs' }]);
});

t.test('what is no answer of a passkey is refused', async (t) => {
  const { browser } = await signedInCoordinator(site);
  for (const credential of [undefined, 'x', '{}', '{"id":"abc"}', 'null', '{"id":"abc","response":{}}']) {
    await browser.post(`${SETTINGS}/passkeys/challenge`);
    const answer = await browser.post(`${SETTINGS}/passkeys`, { name: 'Phone', credential });
    t.equal(answer.statusCode, 422, `${credential}`);
    t.match(answer.body, /The passkey was not added/);
    t.match(answer.body, /value="Phone"/);
  }
  const long = await browser.post(`${SETTINGS}/passkeys`, { name: 'a'.repeat(61), credential: '{}' });
  t.match(long.body, /The name must be 60 letters or fewer/);
});
