import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { sweepSessionOffers } from '../../src/training/offers.ts';
import { messagesTo, pageText } from '../champions/people.ts';
import { deliverMail } from '../deliver.ts';
import { type TestBrowser, testApp } from '../helper.ts';
import { makeEvent, makeModule, makeSession } from '../make.ts';
import { readCalendar } from '../read-calendar.ts';
import { signedInChampion, signIn } from '../sign-in.ts';
import { changeSession, settleSession } from './bookings.ts';

const at = (text: string) => Temporal.Instant.from(text);

/** An app with a module that has two sessions, and champions who are signed in. */
const openSessions = async (t: Test, { first = 12, second = 12 } = {}) => {
  const site = await testApp(t);
  const { db } = site;
  const module = await makeModule(db, { slug: 'safeguarding', name: 'Safeguarding', induction: false });
  const early = await makeSession(db, { module_id: module.id, capacity: first });
  const late = await makeSession(db, {
    module_id: module.id,
    capacity: second,
    starts_at: at('2026-12-09T18:00:00Z'),
    ends_at: at('2026-12-09T19:30:00Z'),
  });
  const person = async (row: Parameters<typeof signedInChampion>[1] = {}) => {
    const { champion, browser } = await signedInChampion(site, row);
    return {
      champion,
      browser,
      /** A browser of theirs now that time has gone by. */
      later: () => signIn(site, champion.email),
      book: (session: { id: string }, form = {}) =>
        browser.post('/me/bookings', { session: session.id, ...form }),
      wait: (session: { id: string }) => browser.post('/me/bookings', { session: session.id, wait: 'yes' }),
      /** Their live bookings by session. */
      own: async () =>
        db
          .selectFrom('bookings')
          .select(['id', 'session_id', 'state'])
          .where('champion_id', '=', champion.id)
          .where('state', '<>', 'withdrawn')
          .execute(),
      /** What they were sent after the code. */
      news: async () => (await messagesTo(db, champion.email)).filter(({ kind }) => kind !== 'sign-in'),
      page: async (url = '/me') => pageText(await browser.get(url)),
    };
  };
  const sweep = () => sweepSessionOffers(db, site.queue, site.clock.now());
  return { site, db, module, early, late, person, sweep };
};

const isTold = async (
  t: Test,
  browser: TestBrowser,
  response: { headers: object; statusCode: number },
  words: RegExp,
) => {
  t.equal(response.statusCode, 303);
  t.match(pageText(await browser.get('/me')), words);
};

t.test('sessions to choose from, by module, with the places left', async (t) => {
  const { site, early, person } = await openSessions(t, { first: 1 });
  await makeSession(site.db, {
    module_id: (await makeModule(site.db, { slug: 'induction', name: 'Meet us' })).id,
    online_url: 'https://meet.example/secret',
  });
  const alice = await person();
  const page = await alice.page('/me/sessions');
  t.match(page, /Safeguarding Wednesday 2 December, 6pm to 7:30pm .*? 1 place left/);
  t.match(page, /Meet us Wednesday 2 December, 6pm to 7:30pm Online 12 places left/);
  t.notMatch((await alice.browser.get('/me/sessions')).body, /meet\.example/);
  const filtered = await alice.page('/me/sessions?module=induction');
  t.notMatch(filtered, /9 December/);
  t.match(filtered, /Meet us Wednesday/);
  t.match(await alice.page('/me/sessions?module=nothing'), /No session of this training is planned/);
  t.match(await alice.page("/me/sessions?module=';"), /Sessions to come/);
  await alice.book(early);
  t.match(await alice.page('/me/sessions'), /Full You have a place/);
  t.match(
    await alice.page('/me/sessions'),
    /You are at ‘Safeguarding’ then/,
    'of the induction at that time',
  );
});

t.test('what cannot be booked is refused with a sentence', async (t) => {
  const { site, db, module, early, late, person } = await openSessions(t, { first: 0 });
  const alice = await person();
  const refused = async (session: { id: string }, words: RegExp, form = {}) => {
    const answer = await alice.book(session, form);
    t.equal(answer.statusCode, 422);
    t.match(pageText(answer), words);
  };
  await refused(early, /That session is full now/);
  await refused({ id: randomUUID() }, /Choose a session from the list/);
  await refused({ id: 'x' }, /Choose a session from the list/, { module: '<script>' });
  await db.updateTable('sessions').set({ state: 'cancelled', cancelled_at: site.clock.now() }).execute();
  await refused(late, /That session is cancelled/);
  await db.updateTable('sessions').set({ state: 'scheduled', cancelled_at: null }).execute();
  const begun = await makeSession(db, { module_id: module.id, starts_at: at('2026-11-23T08:30:00Z') });
  await refused(begun, /That session has begun/);
  await alice.book(late);
  await db.updateTable('sessions').set({ capacity: 5 }).execute();
  await refused(early, /You already have a place at another session of this training/);

  const paused = await person({ state: 'paused' });
  t.match(pageText(await paused.book(late)), /taking a break/);
  const minor = await person({ state: 'awaiting guardian' });
  t.match(pageText(await minor.book(late)), /once a parent or guardian has agreed/);
  t.equal((await db.selectFrom('bookings').selectAll().execute()).length, 1);
});

t.test('what they hold then is named: a session, an event they come to, an event they lead', async (t) => {
  const { site, db, early, late, person } = await openSessions(t);
  const alice = await person({ email: 'alice@example.org' });
  const times = { starts_at: early.starts_at, ends_at: early.ends_at };
  const other = await makeSession(db, {
    ...times,
    module_id: (await makeModule(db, { name: 'Bystander' })).id,
  });
  const clash = async (words: RegExp) => {
    const answer = await alice.book(early);
    t.equal(answer.statusCode, 422);
    t.match(pageText(answer), words);
  };
  await alice.book(other);
  await clash(/You are at ‘Bystander’ then/);
  await alice.browser.post(`/me/bookings/${(await alice.own())[0]!.id}/withdrawal`);

  const row = { ...times, kind: 'talk', title: 'Talk at the library', capacity: 9, slug: 'talk' } as const;
  const talk = await makeEvent(db, row);
  await site.browser().post('/events/talk/attendance', { fullName: 'Alice', email: 'alice@example.org' });
  await clash(/You are at ‘Talk at the library’ then/);
  await db.updateTable('events').set({ state: 'postponed', postponed_at: site.clock.now() }).execute();
  await makeEvent(db, {
    ...times,
    title: 'Stall',
    lead_id: alice.champion.id,
    starts_at: at('2026-12-02T19:29:00Z'),
    ends_at: at('2026-12-02T22:00:00Z'),
  });
  await clash(/You are at ‘Stall’ then/);
  await db.updateTable('events').set({ starts_at: early.ends_at }).where('id', '<>', talk.id).execute();
  t.equal((await alice.book(early)).statusCode, 303, 'what begins as it ends is no clash');
  t.equal((await alice.book(late)).statusCode, 422);
});

t.test('changing gives up one place if, and only if, the other is got', async (t) => {
  const { db, early, late, person, site } = await openSessions(t, { second: 1 });
  const alice = await person();
  const bob = await person();
  await bob.book(late);
  await alice.book(early);
  const [booking] = await alice.own();
  const change = (session: { id: string }) =>
    alice.browser.post(`/me/bookings/${booking!.id}/change`, { session: session.id });
  const refused = await change(late);
  t.equal(refused.statusCode, 422);
  t.match(pageText(refused), /That session is full now/);
  t.match(await alice.own(), [{ session_id: early.id, state: 'booked' }]);

  await bob.browser.post(`/me/bookings/${(await bob.own())[0]!.id}/withdrawal`);
  t.match(await alice.page('/me/sessions?module=safeguarding'), /Change to this one/);
  await isTold(t, alice.browser, await change(late), /Your place is changed/);
  await isTold(t, alice.browser, await change(late), /You already have a place there/);
  t.match(await alice.own(), [{ session_id: late.id, state: 'booked' }]);
  const [request, cancel, other, ...more] = await alice.news();
  t.same(more, []);
  t.match(cancel, {
    kind: 'cancelled',
    invite: { method: 'CANCEL', sequence: 1, uid: request!.invite!.uid },
  });
  t.match(other, { kind: 'booked', invite: { method: 'REQUEST', sequence: 0 } });
  t.equal(
    (await bob.browser.post(`/me/bookings/${booking!.id}/change`, { session: early.id })).statusCode,
    422,
  );
  const counts = await db.selectFrom('sessions').select(['id', 'booked']).orderBy('starts_at').execute();
  t.same(
    counts.map(({ booked }) => booked),
    [0, 1],
  );

  const link = /calendar\/[\w-]{43}\.ics/.exec((await alice.browser.post('/me/calendar-link')).body)![0];
  const { events } = readCalendar((await site.browser().get(`/${link}`)).body);
  t.match(events, [{ uid: other!.invite!.uid, start: '2026-12-09T18:00:00.000Z', status: 'CONFIRMED' }]);
});

t.test('a place that comes free is offered for a time, and then to the next', async (t) => {
  const { site, db, early, person, sweep } = await openSessions(t, { first: 1 });
  const [alice, bob, cleo, dan] = [await person(), await person(), await person(), await person()];
  await alice.book(early);
  await isTold(t, bob.browser, await bob.wait(early), /You are on the waiting list/);
  site.clock.advance({ minutes: 1 });
  await cleo.wait(early);
  await cleo.wait(early);
  t.match(await bob.news(), [{ kind: 'waiting' }]);
  t.equal((await cleo.news()).length, 1, 'told once');
  t.match(await bob.page(), /Safeguarding .* You are on the waiting list.*Stop waiting/);
  t.match(await bob.page('/me/sessions'), /You are on the waiting list See it on your page/);

  const [hers] = await alice.own();
  await alice.browser.post(`/me/bookings/${hers!.id}/withdrawal`);
  t.match(await bob.page(), /We keep it until Tuesday 24 November, 9:01am/);
  t.match(await bob.own(), [{ state: 'offered' }]);
  t.match(await cleo.own(), [{ state: 'waiting' }]);
  t.equal((await dan.book(early)).statusCode, 422, 'the offer holds the place');
  const [mail] = (await deliverMail(site)).filter(
    ({ parsed }) => parsed.subject === 'A place is free for you',
  );
  t.match(mail!.parsed.text, /until Tuesday 24 November, 9:01am[\s\S]*\/me\n/);
  t.notMatch(mail!.parsed.text, /code|attendance|hate|crime|undefined/i);
  t.equal((await cleo.browser.post(`/me/bookings/${(await bob.own())[0]!.id}/acceptance`)).statusCode, 422);

  site.clock.advance({ hours: 25 });
  const [old] = await bob.own();
  const late = await (await bob.later()).post(`/me/bookings/${old!.id}/acceptance`);
  t.match(pageText(late), /The time to take this place has run out/);
  await sweep();
  await sweep();
  t.match(
    (await bob.news()).map(({ kind }) => kind),
    ['waiting', 'place-free', 'offer-ended'],
  );
  t.same(await bob.own(), []);
  const [offer] = await cleo.own();
  t.match(offer, { state: 'offered' });
  const again = await cleo.later();
  await isTold(t, again, await again.post(`/me/bookings/${offer!.id}/acceptance`), /Your place is booked/);
  await again.post(`/me/bookings/${offer!.id}/acceptance`);
  t.match(await cleo.news(), [
    { kind: 'waiting' },
    { kind: 'place-free' },
    { kind: 'booked', invite: { method: 'REQUEST', sequence: 0 } },
  ]);
  t.equal((await cleo.news()).length, 3);
  t.equal((await db.selectFrom('invites').selectAll().where('cancelled_at', 'is', null).execute()).length, 1);
});

t.test(
  'nobody is offered a place too late, in what is cancelled, or when they are not to come',
  async (t) => {
    const { site, db, early, person, sweep } = await openSessions(t, { first: 1 });
    const [alice, bob, cleo] = [await person(), await person(), await person()];
    await alice.book(early);
    await bob.wait(early);
    await cleo.wait(early);
    await db.updateTable('champions').set({ state: 'suspended' }).where('id', '=', bob.champion.id).execute();
    await db.updateTable('sessions').set({ capacity: 2 }).where('id', '=', early.id).execute();
    await sweep();
    t.match(await bob.own(), [{ state: 'waiting' }]);
    t.match(await cleo.own(), [{ state: 'offered' }]);

    await changeSession(site, early.id, {
      state: 'cancelled',
      cancelled_at: site.clock.now(),
      cancelled_reason: 'Snow.',
    });
    await alice.browser.post(`/me/bookings/${(await alice.own())[0]!.id}/withdrawal`);
    t.match(
      pageText(await cleo.browser.post(`/me/bookings/${(await cleo.own())[0]!.id}/acceptance`)),
      /That session is cancelled/,
    );
    await settleSession(site, early.id);
    t.same([...(await bob.own()), ...(await cleo.own())], []);
    t.match((await cleo.news()).at(-1), { kind: 'cancelled', data: { reason: 'Snow.' }, invite: null });
  },
);

t.test('the joining link is shown to those booked, from 24 hours before', async (t) => {
  const { site, db, module, person } = await openSessions(t);
  const online = await makeSession(db, {
    module_id: module.id,
    online_url: 'https://meet.example/secret',
    capacity: 1,
    starts_at: at('2026-12-03T18:00:00Z'),
    ends_at: at('2026-12-03T19:00:00Z'),
  });
  const [alice, bob] = [await person(), await person()];
  await alice.book(online);
  await bob.wait(online);
  t.match(await alice.page(), /The link to join is here from Wednesday 2 December, 6pm/);
  const body = async ({ later }: typeof alice) => (await (await later()).get('/me')).body;
  site.clock.set('2026-12-02T17:59:00Z');
  t.notMatch(await body(alice), /meet\.example/);
  site.clock.set('2026-12-02T18:00:00Z');
  t.match(await body(alice), /href="https:\/\/meet\.example\/secret"/);
  t.notMatch(await body(bob), /meet\.example/);
});

t.test('who leaves gives up places, turns and offers', async (t) => {
  const { db, early, late, person } = await openSessions(t, { first: 1, second: 1 });
  const [alice, bob, cleo] = [await person(), await person(), await person()];
  await alice.book(early);
  await bob.wait(early);
  await cleo.book(late);
  await alice.browser.post('/me/departure');
  t.match(await bob.own(), [{ state: 'offered' }]);
  await bob.browser.post('/me/departure');
  t.same(await bob.own(), []);
  const counts = await db.selectFrom('sessions').select('booked').orderBy('starts_at').execute();
  t.same(
    counts.map(({ booked }) => booked),
    [0, 1],
  );
});
