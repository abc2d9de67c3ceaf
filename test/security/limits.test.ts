import { parse } from 'node-html-parser';
import t, { type Test } from 'tap';
import { isRefused } from '../bad-input/form-page.ts';
import { testApp } from '../helper.ts';

/** What limits.ts allows. */
const MAIL = 6;
const CLIENT = 120;

const limited = (t: Test) => testApp(t, { env: { RATE_LIMITS: 'on' } });
const alice = { fullName: 'Alice O’Brien', email: 'alice@example.org', ageBand: '18+' };

t.test('one address may be written to a few times an hour, from anywhere', async (t) => {
  const { db, browser, clock } = await limited(t);
  for (let i = 0; i < MAIL; i++) {
    const url = i % 2 ? '/join' : '/sign-in';
    t.equal(
      (await browser().post(url, { ...alice, email: i % 3 ? alice.email : 'ALICE@example.org' })).statusCode,
      303,
    );
  }
  const before = (await db.selectFrom('messages').select('id').execute()).length;
  for (const url of ['/join', '/sign-in']) {
    const response = await browser().post(url, alice);
    const typed = url === '/join' ? alice : { email: alice.email };
    isRefused(t, response, { email: /too many tries. Wait \d+ minutes/ }, { status: 429, typed });
    const seconds = Number(response.headers['retry-after']);
    t.ok(seconds > 0 && seconds <= 3_600, 'and says when to come again');
  }
  t.equal((await db.selectFrom('messages').select('id').execute()).length, before, 'nothing was sent');
  t.equal(
    (await browser().post('/sign-in', { email: 'bob@example.org' })).statusCode,
    303,
    'others are free',
  );
  clock.advance({ minutes: 61 });
  t.equal((await browser().post('/join', alice)).statusCode, 303, 'an hour later');
});

t.test('one client may try a code many times, as a stall does, but not without end', async (t) => {
  const { browser, clock } = await limited(t);
  const tablet = browser();
  const tries = Array.from({ length: CLIENT }, () => tablet.post('/sign-in/code', { code: 'ABCD-EFGH' }));
  t.same([...new Set((await Promise.all(tries)).map(({ statusCode }) => statusCode))], [422]);
  const response = await browser().post('/join/confirm', { code: 'ABCD-EFGH' });
  isRefused(t, response, { code: /too many tries/ }, { status: 429, typed: { code: 'ABCD-EFGH' } });
  t.ok(Number(response.headers['retry-after']) <= 600);
  clock.advance({ minutes: 11 });
  t.equal((await browser().post('/join/confirm', { code: 'ABCD-EFGH' })).statusCode, 422);
});

t.test('a client is not believed about its own address', async (t) => {
  const { db, browser } = await limited(t);
  for (let i = 0; i < 3; i++) {
    const headers = {
      'x-forwarded-for': `203.0.113.${i}`,
      'x-real-ip': `203.0.113.${i}`,
      forwarded: `for=203.0.113.${i}`,
    };
    await browser().post('/sign-in/code', { code: 'ABCDEFGH' }, headers);
  }
  t.match(await db.selectFrom('rate_limits').select('hits').execute(), [{ hits: 3 }]);
});

t.test('behind a named proxy, each client counts for itself', async (t) => {
  const { db, browser } = await testApp(t, { env: { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' } });
  for (let i = 0; i < 3; i++)
    await browser().post('/sign-in/code', { code: 'ABCDEFGH' }, { 'x-forwarded-for': `203.0.113.${i}` });
  t.match(await db.selectFrom('rate_limits').select('hits').execute(), [
    { hits: 1 },
    { hits: 1 },
    { hits: 1 },
  ]);
});

t.test('the counts hold no address, of mail or of a client', async (t) => {
  const { db, browser } = await limited(t);
  await browser().post('/join', alice);
  await browser().post('/sign-in', { email: alice.email });
  const rows = await db.selectFrom('rate_limits').selectAll().execute();
  t.equal(rows.length, 3);
  for (const { key } of rows) t.match(key, /^[\w-]{43}$/);
});

t.test('known and unknown addresses are held up alike', async (t) => {
  const { browser } = await limited(t);
  await browser().post('/join', { ...alice, email: 'known@example.org' });
  const counts = await Promise.all(
    ['known@example.org', 'unknown@example.org'].map(async (email) => {
      let done = 0;
      while ((await browser().post('/sign-in', { email })).statusCode === 303) done++;
      return done;
    }),
  );
  t.same(counts, [MAIL - 1, MAIL], 'only their own tries count');
  const pages = await Promise.all(
    ['known@example.org', 'unknown@example.org'].map(async (email) =>
      (await browser().post('/sign-in', { email })).body.replaceAll(email, ''),
    ),
  );
  t.equal(parse(pages[0]!).querySelector('main')?.text, parse(pages[1]!).querySelector('main')?.text);
});
