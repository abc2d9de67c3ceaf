import t from 'tap';
import { deviceWords } from '../../src/accounts/device-words.ts';
import { pageText } from '../champions/people.ts';
import { type TestBrowser, testApp } from '../helper.ts';
import { makeChampion } from '../make.ts';
import { newestCode, signedInChampion, signedInCoordinator, signIn } from '../sign-in.ts';

const site = await testApp(t);
const { db, config, clock, browser } = site;

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const SAMSUNG =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36';

t.test('a browser and its system are said in words that people know', async (t) => {
  t.equal(deviceWords(FIREFOX), 'Firefox on Windows');
  t.equal(deviceWords(IPHONE), 'Safari on iPhone');
  t.equal(deviceWords(SAMSUNG), 'Samsung Internet on Android');
  t.equal(deviceWords(undefined), 'A browser');
  t.equal(deviceWords(''), 'A browser');
  t.equal(deviceWords(' '), 'A browser');
  t.equal(deviceWords('Call 0900 123456 now/1.0 (x)'), 'A browser', 'what anyone may write is not kept');
  t.equal(deviceWords(FIREFOX.repeat(1_000)), 'Firefox on Windows');
});

const signInFrom = async (email: string, userAgent: string) => {
  const theirs = browser();
  const from = { 'user-agent': userAgent };
  await theirs.post('/sign-in', { email }, from);
  await theirs.post('/sign-in/code', { code: await newestCode(db, config, email) }, from);
  return theirs;
};

const endButtons = async (theirs: TestBrowser, at = '/me/devices') =>
  [...(await theirs.get(at)).body.matchAll(/action="([^"]+\/end)"/g)].map(([, action]) => action!);

t.test('a champion sees where they are signed in, and signs out there', async (t) => {
  const { email } = await makeChampion(db);
  const laptop = await signInFrom(email, FIREFOX);
  clock.advance({ minutes: 5 });
  const phone = await signInFrom(email, IPHONE);
  const page = await phone.get('/me/devices');
  t.match(
    pageText(page),
    /Safari on iPhone This device Signed in on Monday 23 November, 9:05am\. Last used on Monday 23 November, 9:05am\..* Firefox on Windows Signed in on Monday 23 November, 9am\. Last used on Monday 23 November, 9am\./,
  );
  const [end, ...others] = await endButtons(phone);
  t.same(others, []);
  t.equal((await phone.post(end!)).headers.location, '/me/devices');
  t.match(pageText(await phone.get('/me/devices')), /That device is signed out/);
  t.equal((await laptop.get('/me')).statusCode, 303);
  t.equal((await phone.get('/me')).statusCode, 200);
  t.equal((await phone.post(end!)).statusCode, 404, 'a second press finds nothing');
  t.match((await phone.get('/me')).body, /href="\/me\/devices"/);
});

t.test('what the page shows of a session cannot be used as one, and no user agent is kept', async (t) => {
  const { email } = await makeChampion(db);
  await signInFrom(email, FIREFOX);
  const phone = await signInFrom(email, IPHONE);
  const { body } = await phone.get('/me/devices');
  const rows = await db.selectFrom('browser_sessions').selectAll().execute();
  for (const { id_hash } of rows) {
    t.notOk(body.includes(id_hash.toString('hex')));
    t.notOk(body.includes(id_hash.toString('base64url')));
  }
  for (const { value } of [phone.cookies.get('session')!].map((value) => ({ value })))
    t.notOk(body.includes(decodeURIComponent(value).split('.')[0]!));
  t.notMatch(JSON.stringify(rows), /Mozilla|AppleWebKit/);
});

t.test('nobody ends another person’s session', async (t) => {
  const { champion, browser: alices } = await signedInChampion(site);
  await signIn(site, champion.email);
  const [end] = await endButtons(alices);
  const { browser: mallorys } = await signedInChampion(site);
  t.equal((await mallorys.post(end!)).statusCode, 404);
  const { browser: coordinators } = await signedInCoordinator(site);
  const answer = await coordinators.post(end!.replace('/me', '/coordinate/account'));
  t.equal(answer.statusCode, 404);
  t.equal((await endButtons(alices)).length, 1, 'it is still there');
  t.same((await endButtons(mallorys)).length, 0, 'and only one’s own are shown');
});

t.test('signing out everywhere ends them all, this one too', async (t) => {
  const { champion, browser: phone } = await signedInChampion(site);
  const laptop = await signIn(site, champion.email);
  const { browser: others } = await signedInChampion(site);
  const answer = await phone.post('/me/devices/end-all');
  t.same([answer.statusCode, answer.headers.location], [303, '/']);
  for (const theirs of [phone, laptop]) t.equal((await theirs.get('/me')).statusCode, 303);
  t.equal((await others.get('/me')).statusCode, 200);
});

t.test('sessions that ran out are not shown', async (t) => {
  const { champion } = await signedInChampion(site);
  clock.advance({ minutes: 31 });
  const phone = await signIn(site, champion.email);
  t.same(await endButtons(phone), []);
});

t.test('a coordinator has the same page, with both hats on it, and it is written down', async (t) => {
  const { coordinator, browser: laptop } = await signedInCoordinator(site);
  await makeChampion(db, { email: coordinator.email });
  const phone = await signIn(site, coordinator.email);
  t.match((await laptop.get('/coordinate/account')).body, /href="\/coordinate\/account\/devices"/);
  const [end] = await endButtons(phone, '/coordinate/account/devices');
  t.same(await endButtons(phone), [end!.replace('/coordinate/account', '/me')], 'as on the champion’s page');
  await phone.post(end!);
  t.equal((await laptop.get('/coordinate')).statusCode, 303);
  await phone.post('/coordinate/account/devices/end-all');
  const entries = await db
    .selectFrom('audit_entries')
    .select(['action', 'subject_id'])
    .where('coordinator_id', '=', coordinator.id)
    .orderBy('at')
    .orderBy('id')
    .execute();
  t.same(
    entries.map(({ action }) => action),
    ['sign in', 'sign in', 'end device', 'sign out everywhere'],
  );
  t.ok(entries.every(({ subject_id }) => subject_id === coordinator.id));
});
