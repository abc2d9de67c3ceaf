import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { messagesTo, pageText } from '../champions/people.ts';
import { needsPostgres, type TestBrowser, testApp } from '../helper.ts';
import { makeChampion, makeCoordinator, makeSession } from '../make.ts';
import { newestCode, signedInChampion, signedInCoordinator, signIn } from '../sign-in.ts';

const site = await testApp(t);
const { db, config, clock, browser } = site;

const newAddress = () => `new-${randomUUID().slice(0, 8)}@example.org`;

/** Shows again that it is them, as the pages ask, up to the form for the new address. */
const check = async (theirs: TestBrowser, email: string, at = '/me') => {
  await theirs.post(`${at}/check`);
  return theirs.post(`${at}/check/code`, { code: await newestCode(db, config, email) });
};

const type = (theirs: TestBrowser, code: string, at = '/me') => theirs.post(`${at}/address/code`, { code });

const change = async (theirs: TestBrowser, from: string, to: string, at = '/me') => {
  await theirs.get(`${at}/address`);
  await check(theirs, from, at);
  await theirs.post(`${at}/address`, { email: to });
  return type(theirs, await newestCode(db, config, to), at);
};

t.test(
  'a champion changes their address: a code from the old one first, then one from the new',
  async (t) => {
    const { champion, browser: phone } = await signedInChampion(site);
    const laptop = await signIn(site, champion.email);
    const to = newAddress();
    t.equal((await phone.get('/me/address')).headers.location, '/me/check', 'first it asks for a fresh code');
    t.equal((await phone.post('/me/address', { email: to })).headers.location, '/me/check');
    t.equal((await check(phone, champion.email)).headers.location, '/me/address', 'and leads back');
    t.match((await phone.get('/me/address')).body, new RegExp(champion.email));
    t.equal((await phone.post('/me/address', { email: to })).headers.location, '/me/address/code');
    t.match((await phone.get('/me/address/code')).body, new RegExp(to));
    const done = await type(phone, await newestCode(db, config, to));
    t.equal(done.headers.location, '/me');
    t.match(pageText(await phone.get('/me')), /Your email address is changed.*new-/);

    t.equal((await laptop.get('/me')).statusCode, 303, 'signed out elsewhere');
    t.equal((await phone.get('/me/address')).headers.location, '/me/check', 'the next change asks again');
    t.equal((await (await signIn(site, to)).get('/me')).statusCode, 200);
    const told = (await messagesTo(db, champion.email)).at(-1)!;
    t.equal(told.kind, 'address-changed');
    t.notMatch(JSON.stringify(told), new RegExp(to), 'the old address is not told the new one');
    const stranger = browser();
    await stranger.post('/sign-in', { email: champion.email });
    t.equal((await messagesTo(db, champion.email)).at(-1)!.id, told.id, 'and signs nobody in');
  },
);

t.test('calendar entries keep their ids, and later mail goes to the new address', async (t) => {
  const session = await makeSession(db);
  const { champion, browser: phone } = await signedInChampion(site);
  await phone.post('/me/bookings', { session: session.id });
  const [booked] = (await messagesTo(db, champion.email)).filter(({ kind }) => kind === 'booked');
  const to = newAddress();
  await change(phone, champion.email, to);
  await phone.post('/me/departure');
  const [left] = (await messagesTo(db, to)).filter(({ kind }) => kind === 'left');
  t.equal(left?.invite?.uid, booked?.invite?.uid);
  t.equal(left?.invite?.method, 'CANCEL');
});

const seen = ({ statusCode, headers, body }: LightMyRequestResponse, address: string) => ({
  statusCode,
  headers: { ...headers, date: undefined, 'content-length': undefined, 'set-cookie': undefined },
  body: body.replaceAll(address, 'THE ADDRESS'),
});

t.test('nobody learns here whether an address is known', async (t) => {
  const bob = await makeChampion(db, { email: `bobs-${randomUUID().slice(0, 8)}@example.org` });
  const walk = async (address: string) => {
    const { champion, browser: hers } = await signedInChampion(site);
    await hers.get('/me/address');
    await check(hers, champion.email);
    const answers = [
      await hers.post('/me/address', { email: address }),
      await hers.get('/me/address/code'),
      await type(hers, 'ABCDEFGH'),
    ];
    return { answers: answers.map((answer) => seen(answer, address)), hers, champion };
  };
  const known = await walk(bob.email);
  t.same(known.answers, (await walk(newAddress())).answers);
  const [message, ...others] = await messagesTo(db, bob.email);
  t.same([message?.kind, message?.data, others.length], ['address-in-use', {}, 0]);

  const { id } = await db
    .selectFrom('account_codes')
    .select('id')
    .where('email', '=', bob.email)
    .executeTakeFirstOrThrow();
  const { codeFor } = await import('../../src/accounts/code.ts');
  const forced = await type(known.hers, codeFor(id, config.sessionSecret));
  t.match(forced.body, /has come into use meanwhile/, 'even a guessed code changes nothing');
  const rows = await db.selectFrom('champions').select('email').where('id', '=', known.champion.id).execute();
  t.same(rows, [{ email: known.champion.email }]);
});

t.test('what is wrong with an address is said beside it', async (t) => {
  const { champion, browser: hers } = await signedInChampion(site);
  await hers.get('/me/address');
  await check(hers, champion.email);
  for (const [email, sentence] of [
    ['', 'Enter your email address'],
    ['alice@', 'Enter an email address in the right form'],
    [champion.email, 'This is the address that we have for you already'],
  ]) {
    const answer = await hers.post('/me/address', { email });
    t.equal(answer.statusCode, 422);
    t.match(answer.body, sentence);
  }
  const capital = champion.email.replace('alice', 'Alice');
  t.equal(
    (await hers.post('/me/address', { email: capital })).statusCode,
    303,
    'another spelling is a change',
  );
  t.equal((await type(hers, await newestCode(db, config, capital))).headers.location, '/me');
});

t.test('five wrong codes, ten minutes, and another session are in vain', async (t) => {
  const ready = async () => {
    const { champion, browser: hers } = await signedInChampion(site);
    await hers.get('/me/address');
    await check(hers, champion.email);
    const to = newAddress();
    await hers.post('/me/address', { email: to });
    return { champion, hers, code: await newestCode(db, config, to) };
  };
  const one = await ready();
  for (let i = 0; i < 5; i++) t.equal((await type(one.hers, 'ABCDEFGH')).statusCode, 422);
  t.equal((await type(one.hers, one.code)).statusCode, 422);
  const two = await ready();
  t.equal((await type(await signIn(site, two.champion.email), two.code)).statusCode, 422);
  clock.advance({ minutes: 10 });
  t.equal((await type(two.hers, two.code)).statusCode, 422);
  const three = await ready();
  t.equal((await type(three.hers, three.code)).statusCode, 303);
  t.equal((await type(three.hers, three.code)).statusCode, 422, 'once');
});

t.test('a code that was on its way to the old address signs nobody in', async (t) => {
  const { champion, browser: phone } = await signedInChampion(site);
  const tablet = browser();
  const to = newAddress();
  await phone.get('/me/address');
  await check(phone, champion.email);
  await phone.post('/me/address', { email: to });
  await tablet.post('/sign-in', { email: champion.email });
  const old = await newestCode(db, config, champion.email);
  await type(phone, await newestCode(db, config, to));
  t.equal((await tablet.post('/sign-in/code', { code: old })).statusCode, 422);
});

t.test('a coordinator changes theirs, and it is written down without the address', async (t) => {
  const { coordinator, browser: laptop } = await signedInCoordinator(site);
  const to = newAddress();
  const done = await change(laptop, coordinator.email, to, '/coordinate/account');
  t.equal(done.headers.location, '/coordinate/account');
  const page = pageText(await laptop.get('/coordinate/account'));
  t.match(page, /Your email address is changed/);
  t.match(page, to);
  const entry = await db
    .selectFrom('audit_entries')
    .selectAll()
    .where('coordinator_id', '=', coordinator.id)
    .where('action', '=', 'change address')
    .executeTakeFirst();
  t.match(entry, { subject_kind: 'coordinator', subject_id: coordinator.id, details: {} });
});

t.test('who wears both hats moves with both, from the coordinators’ pages', async (t) => {
  const { coordinator } = await signedInCoordinator(site);
  await makeChampion(db, { email: coordinator.email });
  const both = await signIn(site, coordinator.email);
  t.equal((await both.get('/me/address')).headers.location, '/coordinate/account/address');
  const to = newAddress();
  await change(both, coordinator.email, to, '/coordinate/account');
  const again = await signIn(site, to);
  t.same([(await again.get('/me')).statusCode, (await again.get('/coordinate')).statusCode], [200, 200]);
  t.equal(
    (await messagesTo(db, coordinator.email)).filter(({ kind }) => kind === 'address-changed').length,
    1,
  );
});

t.test('a coordinator may take the address of their own champion’s page', async (t) => {
  const { coordinator, browser: laptop } = await signedInCoordinator(site);
  const champion = await makeChampion(db, { email: newAddress() });
  const done = await change(laptop, coordinator.email, champion.email, '/coordinate/account');
  t.equal(done.statusCode, 303);
  const other = await makeCoordinator(db, { email: newAddress() });
  await laptop.get('/coordinate/account/address');
  await check(laptop, champion.email, '/coordinate/account');
  await laptop.post('/coordinate/account/address', { email: other.email });
  t.same(
    (await messagesTo(db, other.email)).map(({ kind }) => kind),
    ['address-in-use'],
  );
});

t.test('of two people who want one address at once, one gets it', needsPostgres(), async (t) => {
  for (let round = 0; round < 5; round++) {
    const to = newAddress();
    const ready = async () => {
      const { champion, browser: hers } = await signedInChampion(site);
      await hers.get('/me/address');
      await check(hers, champion.email);
      await hers.post('/me/address', { email: to });
      return { hers, code: await newestCode(db, config, to) };
    };
    const people = [await ready(), await ready()];
    const answers = await Promise.all(people.map(({ hers, code }) => type(hers, code)));
    t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, 422]);
  }
});
