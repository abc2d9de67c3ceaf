import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { keepSignUps, type SignUp } from '../../src/champions/keep-sign-ups.ts';
import { signUpAll } from '../../src/champions/sign-up.ts';
import type { Db, Trx } from '../../src/db.ts';
import { readEmailAddress } from '../../src/email-address.ts';
import { manyProcesses, needsPostgres, testApp } from '../helper.ts';
import { someoneWaits } from '../lock-waits.ts';
import { makeChampion, makeSession } from '../make.ts';

const PEOPLE = 30;
const ROUNDS = 20;
const DEADLOCK = '40P01';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

const signUpOf = (n: number, now: Temporal.Instant): SignUp => ({
  submissionId: randomUUID(),
  fullName: `Person ${n}`,
  email: readEmailAddress(`person-${n}@example.org`)!,
  phone: null,
  ageBand: '18+',
  neighbourhoodId: null,
  source: 'web',
  updatesWording: null,
  noticeVersion: '2026-11',
  browserHash: Buffer.alloc(32),
  session: undefined,
  event: undefined,
  timeZone: 'Europe/London',
  publicUrl: 'http://localhost',
  now,
});

/** Two transactions at once: the errors with which one of them had to give way. */
const crossed = async (db: Db, work: ((trx: Trx) => Promise<unknown>)[]): Promise<string[]> => {
  const settled = await Promise.allSettled(work.map((one) => db.transaction().execute(one)));
  return settled.filter((one) => one.status === 'rejected').map(({ reason }) => reason.code);
};

/** The same people in both, in opposite orders. */
const samePeople = (db: Db, now: Temporal.Instant, keep: (trx: Trx, all: SignUp[]) => Promise<unknown>) =>
  crossed(
    db,
    [numbers(PEOPLE), numbers(PEOPLE).reverse()].map((order) => {
      const signUps = order.map((n) => signUpOf(n, now));
      return (trx: Trx) => keep(trx, signUps);
    }),
  );

t.test('two batches of the same people never lock each other out', needsPostgres(), async (t) => {
  const { db, clock } = await testApp(t);
  for (let round = 0; round < ROUNDS; round++) t.same(await samePeople(db, clock.now(), keepSignUps), []);
  t.equal((await db.selectFrom('champions').select('id').execute()).length, PEOPLE);
});

/** Keeps each of two batches one after the other, both having kept their first before either goes on. */
const oneByOne = (keep: (trx: Trx, all: SignUp[]) => Promise<unknown>) => {
  const began = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const bothBegan = Promise.all(began.map(({ promise }) => promise));
  let transactions = 0;
  return async (trx: Trx, [first, ...others]: SignUp[]) => {
    const own = began[transactions++]!;
    await keep(trx, [first!]);
    own.resolve();
    await bothBegan;
    for (const one of others) await keep(trx, [one]);
  };
};

t.test('one after the other, in the order in which they came, they would', needsPostgres(), async (t) => {
  const { db, clock } = await testApp(t);
  const kept = samePeople(db, clock.now(), oneByOne(keepSignUps));
  t.same(await kept, [DEADLOCK], 'so the test above can fail');
});

/** Different people in the two, for the same sessions in opposite orders. */
const sameSessions = (
  db: Db,
  now: Temporal.Instant,
  sessions: NonNullable<SignUp['session']>[],
  keep: (trx: Trx, all: SignUp[]) => Promise<unknown>,
  round = 0,
) =>
  crossed(
    db,
    [sessions, sessions.toReversed()].map((order, batch) => {
      const first = (2 * round + batch) * PEOPLE;
      const signUps = order.map((session, n) => ({ ...signUpOf(first + n, now), session }));
      return (trx: Trx) => keep(trx, signUps);
    }),
  );

const makeSessions = async (db: Db) => {
  const made = await Promise.all(numbers(PEOPLE).map(() => makeSession(db, { capacity: 1_000 })));
  return made.map(({ id, starts_at: startsAt, ends_at: endsAt }) => ({
    ...{ id, startsAt, endsAt },
    ...{ title: 'First session', when: 'Some day', place: 'Online' },
  }));
};

t.test('two batches for the same sessions never lock each other out', needsPostgres(), async (t) => {
  const { db, queue, clock } = await testApp(t);
  const sessions = await makeSessions(db);
  const all = (trx: Trx, signUps: SignUp[]) => signUpAll(trx, queue, signUps);
  for (let round = 0; round < ROUNDS; round++)
    t.same(await sameSessions(db, clock.now(), sessions, all, round), []);
  t.equal((await db.selectFrom('bookings').select('id').execute()).length, 2 * ROUNDS * PEOPLE);
});

t.test('booked one after the other, as they came, they would', needsPostgres(), async (t) => {
  const { db, queue, clock } = await testApp(t);
  const each = oneByOne((trx, signUps) => signUpAll(trx, queue, signUps));
  t.same(await sameSessions(db, clock.now(), await makeSessions(db), each), [DEADLOCK]);
});

t.test('who waits for a row that somebody holds keeps no one else waiting', needsPostgres(), async (t) => {
  const { db, browser } = await testApp(t);
  const held = await makeChampion(db, { email: 'person-3@example.org' });
  let answered = 0;
  const send = async (n: number) => {
    const form = { fullName: `Person ${n}`, email: `person-${n}@example.org`, ageBand: '18+' };
    const { statusCode } = await browser().post('/join', { ...form, submission: randomUUID() });
    answered++;
    return statusCode;
  };
  const { statuses } = await db.transaction().execute(async (trx) => {
    await trx.selectFrom('champions').select('id').where('id', '=', held.id).forUpdate().execute();
    const statuses = Promise.all(numbers(PEOPLE).map(send));
    while (answered < PEOPLE - 1) await pause(20);
    return { statuses };
  });
  t.same([...new Set(await statuses)], [303], 'and they too are answered in the end');
});

t.test('a batch without a limit on its waiting would', needsPostgres(), async (t) => {
  const { db, queue, clock } = await testApp(t);
  const held = await makeChampion(db, { email: 'person-3@example.org' });
  const signUps = numbers(PEOPLE).map((n) => signUpOf(n, clock.now()));
  let answered = false;
  const { batch } = await db.transaction().execute(async (trx) => {
    await trx.selectFrom('champions').select('id').where('id', '=', held.id).forUpdate().execute();
    const batch = db
      .transaction()
      .execute((other) => signUpAll(other, queue, signUps))
      .then(() => {
        answered = true;
      });
    await someoneWaits(db);
    await pause(1_000);
    t.notOk(answered, 'all of them wait for the one');
    return { batch };
  });
  await batch;
  t.ok(answered);
});

t.test('the same people at several processes at once, for crossed sessions', needsPostgres(), async (t) => {
  const { db, processes } = await manyProcesses(t);
  const sessions = await Promise.all(numbers(4).map(() => makeSession(db, { capacity: 1_000 })));
  const answers = await Promise.all(
    processes.flatMap((process, p) =>
      numbers(PEOPLE).map((n) =>
        process.browser().post('/join', {
          fullName: `Person ${n}`,
          email: `person-${p % 2 ? n : PEOPLE - 1 - n}@example.org`,
          ageBand: '18+',
          session: sessions[(n + p) % 4]!.id,
          submission: randomUUID(),
        }),
      ),
    ),
  );
  t.same([...new Set(answers.map(({ statusCode }) => statusCode))], [303]);
  const count = async (table: 'champions' | 'sign_ups' | 'bookings' | 'messages') =>
    (await db.selectFrom(table).select('id').execute()).length;
  const all = processes.length * PEOPLE;
  t.same(
    [await count('champions'), await count('sign_ups'), await count('bookings'), await count('messages')],
    [PEOPLE, all, PEOPLE, all],
    'each has one place, and every sign-up is kept and told of',
  );
});
