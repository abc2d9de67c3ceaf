import { sql } from 'kysely';
import t from 'tap';
import { isRefused } from '../bad-input/form-page.ts';
import { manyProcesses, needsPostgres, testApp } from '../helper.ts';
import { makeSession } from '../make.ts';
import { signedInChampion } from '../sign-in.ts';
import { CONSTRAINT, PLACES, rush } from './rush.ts';

const PEOPLE = 200;

t.test(`${PEOPLE} people at once after ${PLACES} places`, needsPostgres(), async (t) => {
  const site = await manyProcesses(t);
  const { db } = site;
  const { people, answers, booked } = await rush(site, PEOPLE);
  t.equal(booked, PLACES);
  const counts = Map.groupBy(answers, ({ statusCode }) => statusCode);
  t.same([counts.get(303)?.length, counts.get(422)?.length], [PLACES, PEOPLE - PLACES]);
  for (const [i, answer] of answers.entries()) {
    if (answer.statusCode === 303) continue;
    const { session: _, ...typed } = people[i]!;
    isRefused(t, answer, { session: /^That session is full now/ }, { typed });
  }
  for (const table of ['champions', 'sign_ups', 'messages', 'invites', 'sign_in_codes'] as const) {
    t.equal(
      (await db.selectFrom(table).selectAll().execute()).length,
      PLACES,
      `${table}: nothing is left of the others`,
    );
  }
  const session = await db.selectFrom('sessions').select('booked').executeTakeFirstOrThrow();
  t.equal(session.booked, PLACES);
});

t.test('without the constraint there would be more than there are places', needsPostgres(), async (t) => {
  const site = await manyProcesses(t);
  await sql`alter table sessions drop constraint ${sql.ref(CONSTRAINT)}`.execute(site.db);
  const { booked } = await rush(site, PEOPLE);
  t.ok(booked > PLACES, `${booked} booked: so the test above can fail`);
});

t.test('champions at once after the last place, from their own pages', needsPostgres(), async (t) => {
  const site = await testApp(t);
  const session = (await makeSession(site.db, { capacity: 1 })).id;
  const theirs = await Promise.all(Array.from({ length: 20 }, () => signedInChampion(site)));
  const answers = await Promise.all(theirs.map(({ browser }) => browser.post('/me/bookings', { session })));
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, ...Array(19).fill(422)]);
});

t.test('one champion who presses the button twenty times has one place', needsPostgres(), async (t) => {
  const site = await testApp(t);
  const session = (await makeSession(site.db)).id;
  const { browser } = await signedInChampion(site);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => browser.post('/me/bookings', { session })),
  );
  t.ok(answers.every(({ statusCode }) => statusCode === 303 || statusCode === 422));
  t.equal((await site.db.selectFrom('bookings').selectAll().execute()).length, 1);
  t.match(await site.db.selectFrom('sessions').select('booked').executeTakeFirst(), { booked: 1 });
});
