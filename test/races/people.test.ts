import { randomUUID } from 'node:crypto';
import t from 'tap';
import { manyProcesses, needsPostgres, testApp } from '../helper.ts';
import { makeChampion, makeSession } from '../make.ts';
import { newestCode, signedInChampion, signIn } from '../sign-in.ts';

const alice = { fullName: 'Alice', email: 'alice@example.org', ageBand: '18+' };
const times = <T>(count: number, work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => work(i)));

t.test(
  'fifty copies of one submission at once are one sign-up, one booking and one message',
  needsPostgres(),
  async (t) => {
    const { db, processes } = await manyProcesses(t);
    const form = { ...alice, submission: randomUUID(), session: (await makeSession(db)).id };
    for (let round = 0; round < 3; round++) {
      const answers = await times(50, (i) => processes[i % processes.length]!.browser().post('/join', form));
      t.same([...new Set(answers.map(({ statusCode }) => statusCode))], [303]);
      for (const table of ['champions', 'sign_ups', 'bookings', 'messages', 'invites'] as const) {
        t.equal((await db.selectFrom(table).selectAll().execute()).length, 1, table);
      }
    }
  },
);

t.test(
  'one address from twenty browsers at once is one champion, and every sign-up is kept',
  needsPostgres(),
  async (t) => {
    const { db, processes } = await manyProcesses(t);
    const session = (await makeSession(db)).id;
    const answers = await times(20, (i) =>
      processes[i % processes.length]!.browser().post('/join', {
        ...alice,
        session,
        submission: randomUUID(),
      }),
    );
    t.same(
      [...new Set(answers.map(({ statusCode, headers }) => `${statusCode} ${headers.location}`))],
      ['303 /join/confirm'],
    );
    const count = async (table: 'champions' | 'sign_ups' | 'bookings' | 'sign_in_codes') =>
      (await db.selectFrom(table).selectAll().execute()).length;
    t.same(
      [
        await count('champions'),
        await count('sign_ups'),
        await count('bookings'),
        await count('sign_in_codes'),
      ],
      [1, 20, 1, 1],
    );
    const kinds = (await db.selectFrom('messages').select('kind').execute()).map(({ kind }) => kind).sort();
    t.same(
      kinds,
      [...Array(19).fill('already-signed-up'), 'sign-up'],
      'only the first is told that they are new',
    );
  },
);

t.test('a code sent twenty times at once signs in once', needsPostgres(), async (t) => {
  const { db, config, browser } = await testApp(t);
  for (let round = 0; round < 5; round++) {
    const { email } = await makeChampion(db);
    const hers = browser();
    await hers.post('/sign-in', { email });
    const code = await newestCode(db, config, email);
    const answers = await times(20, () => hers.post('/sign-in/code', { code }));
    t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, ...Array(19).fill(422)]);
  }
  t.equal((await db.selectFrom('browser_sessions').selectAll().execute()).length, 5);
});

t.test(
  'codes, sign-ups, sign-ins and leaving of one person at once never wait for each other',
  needsPostgres(),
  async (t) => {
    const site = await testApp(t);
    const { db, config, browser } = site;
    await makeSession(db, { capacity: 1_000 });
    for (let round = 0; round < 8; round++) {
      const { champion, browser: phone } = await signedInChampion(site);
      const { email } = champion;
      const tablet = browser();
      await tablet.post('/sign-in', { email });
      const code = await newestCode(db, config, email);
      const answers = await Promise.all([
        ...Array.from({ length: 6 }, () => tablet.post('/sign-in/code', { code })),
        ...Array.from({ length: 6 }, () =>
          browser().post('/join', { ...alice, email, submission: randomUUID() }),
        ),
        ...Array.from({ length: 6 }, () => browser().post('/sign-in', { email })),
        phone.post('/me/departure'),
      ]);
      const broken = answers.filter(({ statusCode }) => statusCode !== 303 && statusCode !== 422);
      t.same(
        broken.map(({ statusCode }) => statusCode),
        [],
      );
    }
  },
);

t.test('who leaves while they book holds nothing afterwards', needsPostgres(), async (t) => {
  const site = await testApp(t);
  const { db } = site;
  const session = (await makeSession(db, { capacity: 1_000 })).id;
  for (let round = 0; round < 10; round++) {
    const { champion, browser: phone } = await signedInChampion(site);
    const tablet = await signIn(site, champion.email);
    const answers = await Promise.all([
      tablet.post('/me/bookings', { session }),
      phone.post('/me/departure'),
      tablet.post('/me/bookings', { session }),
      tablet.post('/me/consents/news'),
      tablet.post('/me/details', { fullName: 'Mallory' }),
    ]);
    t.same(
      answers.map(({ statusCode }) => statusCode).filter((status) => status >= 500),
      [],
    );
    const held = await db
      .selectFrom('bookings')
      .select('id')
      .where('champion_id', '=', champion.id)
      .where('state', '=', 'booked')
      .execute();
    t.same(held, [], 'no booking');
    const invites = await db
      .selectFrom('invites')
      .select('id')
      .where('champion_id', '=', champion.id)
      .where('cancelled_at', 'is', null)
      .execute();
    t.same(invites, [], 'no invite');
    const consents = await db
      .selectFrom('consents')
      .select('id')
      .where('champion_id', '=', champion.id)
      .where('withdrawn_at', 'is', null)
      .execute();
    t.same(consents, [], 'no consent');
    t.equal((await tablet.get('/me')).statusCode, 303, 'no session');
  }
  t.match(await db.selectFrom('sessions').select('booked').executeTakeFirst(), { booked: 0 });
});

t.test(
  'who leaves while they sign up again elsewhere is either in or out, not both',
  needsPostgres(),
  async (t) => {
    const site = await testApp(t);
    const { db, browser } = site;
    const session = (await makeSession(db, { capacity: 1_000 })).id;
    for (let round = 0; round < 10; round++) {
      const { champion, browser: phone } = await signedInChampion(site);
      const [left, ...joined] = await Promise.all([
        phone.post('/me/departure'),
        browser().post('/join', { ...alice, email: champion.email, session }),
        browser().post('/join', { ...alice, email: champion.email, session }),
      ]);
      t.same(
        [left, ...joined].map(({ statusCode }) => statusCode),
        [303, 303, 303],
      );
      const held = await db
        .selectFrom('bookings')
        .innerJoin('champions', 'champions.id', 'bookings.champion_id')
        .select('champions.state')
        .where('bookings.state', '=', 'booked')
        .where('champions.state', '=', 'left')
        .execute();
      t.same(held, [], 'nobody who left holds a place');
    }
  },
);
