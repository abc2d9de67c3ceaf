import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type InsertQueryNode, type KyselyPlugin, sql } from 'kysely';
import t from 'tap';
import { type SignUp, signUp, signUpWithin } from '../../src/champions/sign-up.ts';
import { readEmailAddress } from '../../src/email-address.ts';
import { manyProcesses, needsPostgres, testApp } from '../helper.ts';
import { atOnce, someoneWaits } from '../lock-waits.ts';
import { makeBooking, makeChampion, makeModule, makeSession } from '../make.ts';
import { withoutLocks } from './without-locks.ts';

const PEOPLE = 30;
const DEADLOCK = '40P01';

type Site = Awaited<ReturnType<typeof testApp>>;

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

const COPIES = 20;

/** Copies of one submission at once: what each was told, and what is kept of them. */
const sendCopies = async ({ db, queue, clock }: Site, through = db) => {
  const copy = signUpOf(1, clock.now());
  const copies = numbers(COPIES).map(() => () => signUp(through, queue, copy));
  const outcomes = await atOnce(db, 'champions', copies);
  const count = async (table: 'champions' | 'sign_ups' | 'messages') =>
    (await db.selectFrom(table).select('id').execute()).length;
  return {
    signedUp: outcomes.filter((outcome) => outcome === 'signed up').length,
    replayed: outcomes.filter((outcome) => outcome === 'replayed').length,
    champions: await count('champions'),
    signUps: await count('sign_ups'),
    messages: await count('messages'),
  };
};

t.test(`${COPIES} copies of one submission at once: one sign-up`, needsPostgres(), async (t) => {
  t.same(await sendCopies(await testApp(t)), {
    signedUp: 1,
    replayed: COPIES - 1,
    champions: 1,
    signUps: 1,
    messages: 1,
  });
});

/** Takes `on conflict` out of what writes sign-ups. */
const withoutConflict: KyselyPlugin = {
  transformQuery: ({ node }) => {
    if (node.kind !== 'InsertQueryNode') return node;
    const { onConflict, ...insert } = node as InsertQueryNode;
    return insert.into?.table.identifier.name === 'sign_ups' ? insert : node;
  },
  transformResult: async ({ result }) => result,
};

t.test('without the key there would be several', needsPostgres(), async (t) => {
  const site = await testApp(t);
  await sql`alter table sign_ups drop constraint sign_ups_pkey cascade`.execute(site.db);
  const { signUps, messages } = await sendCopies(site, site.db.withPlugin(withoutConflict));
  t.ok(signUps > 1, `${signUps} sign-ups: so the test above can fail`);
  t.equal(messages, signUps);
});

/** Two champions, each offered a place at the session that the other chooses now: the errors that they get. */
const stopWaitingCrossed = async ({ db, queue, clock }: Site, through = db) => {
  const now = clock.now();
  const module_id = (await makeModule(db)).id;
  const sessions = await Promise.all(numbers(2).map(() => makeSession(db, { module_id })));
  const offered = { state: 'offered', booked_at: now, offered_until: now.add({ hours: 24 }) } as const;
  const signUps = [];
  for (const n of numbers(2)) {
    const details = signUpOf(n, now);
    const { id } = await makeChampion(db, { email: details.email.address });
    await makeBooking(db, { ...offered, champion_id: id, session_id: sessions[n]!.id });
    signUps.push({ ...details, session: choiceOf(sessions[1 - n]!) });
  }
  // Both are held just after they have booked, and before they give up what they were offered.
  const settled = await atOnce(
    db,
    'invites',
    signUps.map((details) => async () => {
      const [outcome] = await Promise.allSettled([signUp(through, queue, details)]);
      return outcome!.status === 'rejected' ? outcome.reason.code : outcome.value;
    }),
  );
  const bookings = await db
    .selectFrom('bookings')
    .select(['session_id', 'state'])
    .where('state', '<>', 'withdrawn')
    .execute();
  return { settled, bookings: bookings.map(({ state }) => state) };
};

const choiceOf = ({ id, starts_at, ends_at }: Awaited<ReturnType<typeof makeSession>>) => ({
  ...{ id, startsAt: starts_at, endsAt: ends_at },
  ...{ title: 'First session', when: 'Some day', place: 'Online' },
});

t.test('two who change to each other’s session never lock each other out', needsPostgres(), async (t) => {
  t.same(await stopWaitingCrossed(await testApp(t)), {
    settled: ['signed up', 'signed up'],
    bookings: ['booked', 'booked'],
  });
});

t.test('without the lock on both sessions they would', needsPostgres(), async (t) => {
  const site = await testApp(t);
  const { settled } = await stopWaitingCrossed(site, site.db.withPlugin(withoutLocks));
  t.same(settled.toSorted(), [DEADLOCK, 'signed up'], 'so the test above can fail');
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

t.test('all of them in one transaction would wait', needsPostgres(), async (t) => {
  const { db, queue, clock } = await testApp(t);
  const held = await makeChampion(db, { email: 'person-3@example.org' });
  let answered = false;
  const { all } = await db.transaction().execute(async (trx) => {
    await trx.selectFrom('champions').select('id').where('id', '=', held.id).forUpdate().execute();
    const all = db.transaction().execute(async (other) => {
      for (const n of numbers(PEOPLE)) await signUpWithin(other, queue, signUpOf(n, clock.now()));
      answered = true;
    });
    await someoneWaits(db);
    await pause(1_000);
    t.notOk(answered, 'for the one');
    return { all };
  });
  await all;
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
