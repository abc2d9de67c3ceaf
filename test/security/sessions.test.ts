import { sql } from 'kysely';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeChampion } from '../make.ts';
import { newestCode, signedInChampion, signedInCoordinator, signIn } from '../sign-in.ts';

const site = await testApp(t);
const { app, db, config, clock, browser } = site;

const pageOf = async (theirs: ReturnType<typeof browser>) => (await theirs.get('/me')).statusCode;
const withCookie = (session: string) => app.inject({ method: 'GET', url: '/me', cookies: { session } });

t.test('a visitor has no session, and none is kept of them', async (t) => {
  const visitor = browser();
  for (const url of ['/', '/sign-in', '/sign-in/code', '/join', '/me']) await visitor.get(url);
  t.notOk(visitor.cookies.has('session'));
  t.same(await db.selectFrom('browser_sessions').selectAll().execute(), []);
});

t.test('signing in gives a new session: one that was planted is worth nothing', async (t) => {
  const { browser: mallorys, champion: mallory } = await signedInChampion(site, { full_name: 'Mallory' });
  const planted = mallorys.cookies.get('session')!;
  const alice = await makeChampion(db);
  const hers = browser();
  hers.cookies.set('session', planted);
  await mallorys.post('/sign-out');
  await hers.post('/sign-in', { email: alice.email });
  await hers.post('/sign-in/code', { code: await newestCode(db, config, alice.email) });
  t.not(hers.cookies.get('session'), planted);
  t.match((await hers.get('/me')).body, /Hello, Alice/);
  t.equal((await withCookie(planted)).statusCode, 303);
  t.equal(
    (await db.selectFrom('browser_sessions').selectAll().where('champion_id', '=', mallory.id).execute())
      .length,
    0,
  );
});

t.test('signing in over another’s session ends that one', async (t) => {
  const { browser: shared } = await signedInChampion(site, { full_name: 'Alice' });
  const before = shared.cookies.get('session')!;
  const bob = await makeChampion(db, { full_name: 'Bob' });
  await shared.post('/sign-in', { email: bob.email });
  await shared.post('/sign-in/code', { code: await newestCode(db, config, bob.email) });
  t.match((await shared.get('/me')).body, /Hello, Bob/);
  t.equal((await withCookie(before)).statusCode, 303);
});

t.test('a session that nobody gave out is none', async (t) => {
  const { browser: hers } = await signedInChampion(site);
  const [id = '', signature = ''] = decodeURIComponent(hers.cookies.get('session')!).split('.');
  const flipped = `${id.startsWith('A') ? 'B' : 'A'}${id.slice(1)}`;
  for (const forged of [
    '',
    'x',
    'x.y',
    id,
    `${id}.`,
    `${id}.${signature}x`,
    `${flipped}.${signature}`,
    '\u0000',
    '%00',
  ]) {
    t.equal((await withCookie(forged)).statusCode, 303, forged);
  }
  t.equal(await pageOf(hers), 200);
});

t.test('the database holds no session that could be used', async (t) => {
  const { browser: hers } = await signedInChampion(site);
  const [id = ''] = decodeURIComponent(hers.cookies.get('session')!).split('.');
  const rows = await db.selectFrom('browser_sessions').selectAll().execute();
  t.notOk(
    rows.some((row) => JSON.stringify(row).includes(id) || row.id_hash.toString('latin1').includes(id)),
  );
});

t.test('that a champion’s is used is written once a minute, and what changes in it at once', async (t) => {
  const { browser: hers, champion } = await signedInChampion(site);
  const writes = async () => {
    const row = await db
      .selectFrom('browser_sessions')
      .select([sql<string>`xmin::text`.as('write'), 'last_used_at'])
      .where('champion_id', '=', champion.id)
      .executeTakeFirstOrThrow();
    return { write: row.write, usedAt: String(row.last_used_at) };
  };
  await hers.get('/me');
  const first = await writes();
  await hers.get('/me');
  clock.advance({ seconds: 59 });
  await hers.get('/me');
  t.same(await writes(), first);
  clock.advance({ seconds: 1 });
  await hers.get('/me');
  const second = await writes();
  t.equal(second.usedAt, String(clock.now()));
  await hers.post('/me/details', { fullName: 'Alice Ames' });
  t.not((await writes()).write, second.write, 'a sentence to show on the next page');
  t.match((await hers.get('/me')).body, /Hello, Alice Ames/);
});

t.test('signing out ends the session for good', async (t) => {
  const { browser: hers } = await signedInChampion(site);
  const session = hers.cookies.get('session')!;
  await hers.post('/sign-out');
  t.equal((await withCookie(session)).statusCode, 303);
});

t.test(
  'a page that was on its way when its champion signed out does not bring the session back',
  async (t) => {
    for (let i = 0; i < 5; i++) {
      const { browser: hers } = await signedInChampion(site);
      const session = hers.cookies.get('session')!;
      const pages = Array.from({ length: 5 }, () => withCookie(session));
      await Promise.all([...pages, hers.post('/sign-out'), withCookie(session)]);
      t.equal((await withCookie(session)).statusCode, 303);
    }
  },
);

t.test('leaving ends the sessions in every browser', async (t) => {
  const { browser: phone, champion } = await signedInChampion(site);
  const tablet = await signIn(site, champion.email);
  t.same([await pageOf(phone), await pageOf(tablet)], [200, 200]);
  await phone.post('/me/departure');
  t.same([await pageOf(phone), await pageOf(tablet)], [303, 303]);
  t.equal(
    (await db.selectFrom('browser_sessions').selectAll().where('champion_id', '=', champion.id).execute())
      .length,
    0,
  );
});

t.test('half an hour without a page ends a session; a page in between does not', async (t) => {
  const { browser: hers } = await signedInChampion(site);
  for (let i = 0; i < 4; i++) {
    clock.advance({ minutes: 29 });
    t.equal(await pageOf(hers), 200);
  }
  clock.advance({ minutes: 31 });
  t.equal(await pageOf(hers), 303);
});

t.test('a coordinator has fifteen minutes, a champion who is one too', async (t) => {
  const { browser: plain, coordinator } = await signedInCoordinator(site);
  await makeChampion(db, { email: coordinator.email });
  const both = await signIn(site, coordinator.email);
  const stays = await signIn(site, coordinator.email);
  for (let i = 0; i < 3; i++) {
    clock.advance({ minutes: 14 });
    t.equal((await stays.get('/coordinate')).statusCode, 200);
  }
  clock.advance({ minutes: 2 });
  t.same([(await plain.get('/coordinate')).statusCode, await pageOf(both)], [303, 303]);
});

t.test('eight hours end a coordinator’s session whatever is done in it', async (t) => {
  const { browser: theirs } = await signedInCoordinator(site);
  for (let i = 0; i < 39; i++) {
    clock.advance({ minutes: 12 });
    t.equal((await theirs.get('/coordinate')).statusCode, 200);
  }
  clock.advance({ minutes: 12 });
  t.equal((await theirs.get('/coordinate')).statusCode, 303);
});

t.test('the limits are what the variables say', async (t) => {
  const short = await testApp(t, { env: { CHAMPION_IDLE_MINUTES: '2', COORDINATOR_MAX_HOURS: '1' } });
  const { browser: champion } = await signedInChampion(short);
  const { browser: coordinator } = await signedInCoordinator(short);
  for (let i = 0; i < 4; i++) {
    short.clock.advance({ minutes: 14 });
    t.equal((await coordinator.get('/coordinate')).statusCode, 200);
  }
  t.equal((await champion.get('/me')).statusCode, 303);
  short.clock.advance({ minutes: 5 });
  t.equal((await coordinator.get('/coordinate')).statusCode, 303);
});

t.test('twelve hours end a session whatever is done in it', async (t) => {
  const { browser: hers } = await signedInChampion(site);
  for (let i = 0; i < 28; i++) {
    clock.advance({ minutes: 25 });
    t.equal(await pageOf(hers), 200);
  }
  clock.advance({ minutes: 25 });
  t.equal(await pageOf(hers), 303, 'after 12 hours and 5 minutes');
});
