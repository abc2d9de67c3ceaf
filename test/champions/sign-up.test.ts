import { randomUUID } from 'node:crypto';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeBooking, makeChampion, makeEvent, makeModule, makeNeighbourhood, makeSession } from '../make.ts';
import { alice, codeIn, messagesTo, pageText } from './people.ts';

t.test('a resident signs up at a stall and chooses a session', async (t) => {
  const { db, browser, config } = await testApp(t);
  const event = await makeEvent(db, { slug: 'stall' });
  const session = await makeSession(db);
  await makeNeighbourhood(db, { slug: 'bletchley', name: 'Bletchley' });
  const phone = browser();
  t.match(
    (await phone.get('/events/stall/join?source=qr')).body,
    /You are signing up at <strong>Stall at Centre:MK/,
  );

  const submission = randomUUID();
  const form = {
    ...alice(),
    submission,
    phone: '07700 900123',
    neighbourhood: 'bletchley',
    session: session.id,
    updates: 'yes',
    source: 'qr',
  };
  const response = await phone.post('/events/stall/join', form);
  t.equal(response.statusCode, 303);
  t.equal(response.headers.location, '/join/confirm');

  const kept = await db.selectFrom('sign_ups').selectAll().executeTakeFirstOrThrow();
  t.match(kept, {
    full_name: 'Alice O’Brien',
    email: 'alice@example.org',
    phone: '+447700900123',
    event_id: event.id,
    source: 'qr',
    notice_version: '2026-11',
    updates_wording: '2026-11',
  });
  const booking = await db.selectFrom('bookings').selectAll().executeTakeFirstOrThrow();
  t.match(booking, { session_id: session.id, champion_id: kept.champion_id, state: 'booked' });
  const [message, ...others] = await messagesTo(db, 'alice@example.org');
  t.equal(others.length, 0, 'one message');
  t.match(message, {
    kind: 'sign-up',
    invite: { method: 'REQUEST', sequence: 0, startsAt: '2026-12-02T18:00:00Z' },
  });
  t.equal(
    (await db.selectFrom('consents').selectAll().execute()).length,
    0,
    'no consent counts before the code',
  );

  t.match(pageText(await phone.get('/join/confirm')), /sent a code to a…@example\.org/);
  const confirmed = await phone.post('/join/confirm', { code: codeIn(message!, config) });
  t.equal(confirmed.headers.location, '/me');
  const me = pageText(await phone.get('/me'));
  t.match(me, /Hello, Alice O’Brien/);
  t.match(me, /Wednesday 2 December, 6pm to 7:30pm/);
  t.match(me, /News by email: on/);
  t.match(await db.selectFrom('champions').selectAll().executeTakeFirstOrThrow(), { state: 'confirmed' });
});

t.test('a sign-up is kept as it was made', async (t) => {
  const { db, browser } = await testApp(t);
  await browser().post('/join', alice());
  await t.rejects(db.updateTable('sign_ups').set({ full_name: 'Mallory' }).execute(), /kept as it was made/);
});

t.test('without a session, the event that is to come is the invite', async (t) => {
  const { db, browser } = await testApp(t);
  await makeEvent(db, { slug: 'stall' });
  await browser().post('/events/stall/join', { ...alice(), session: 'later' });
  const [message] = await messagesTo(db, 'alice@example.org');
  t.match(message?.invite, {
    method: 'REQUEST',
    title: 'Stall at Centre:MK',
    startsAt: '2026-11-28T11:00:00Z',
  });
});

t.test('an event that is over keeps its sign-up, without an invite', async (t) => {
  const { db, browser, clock } = await testApp(t);
  await makeEvent(db, { slug: 'stall' });
  clock.set('2026-11-30T10:00:00Z');
  t.equal((await browser().post('/events/stall/join', alice())).statusCode, 303);
  const [message] = await messagesTo(db, 'alice@example.org');
  t.equal(message?.invite, null);
});

t.test('a cancelled event sends people on', async (t) => {
  const { db, browser } = await testApp(t);
  const cancelled_at = Temporal.Instant.from('2026-11-22T10:00:00Z');
  await makeEvent(db, {
    slug: 'stall',
    state: 'cancelled',
    cancelled_at,
    cancelled_reason: 'The centre is shut.',
  });
  t.equal((await browser().get('/events/stall/join')).statusCode, 410);
  const response = await browser().post('/events/stall/join', alice());
  t.equal(response.statusCode, 422);
  t.match(response.body, /action="\/join"/);
  t.match(response.body, /value="Alice O’Brien"/);
});

t.test('the same address again: same words, one champion, both sign-ups kept', async (t) => {
  const { db, browser } = await testApp(t);
  await makeEvent(db, { slug: 'stall' });
  await makeEvent(db, { slug: 'other' });
  const first = browser();
  const second = browser();
  const responses = [
    await first.post('/events/stall/join', alice()),
    await second.post('/events/other/join', { ...alice(), email: 'ALICE@example.org' }),
  ];
  t.same(responses[0]!.statusCode, responses[1]!.statusCode);
  t.same(responses[0]!.headers.location, responses[1]!.headers.location);
  t.equal(
    pageText(await first.get('/join/confirm')).replace('a…', 'A…'),
    pageText(await second.get('/join/confirm')).replace('a…', 'A…'),
  );
  t.equal((await db.selectFrom('champions').selectAll().execute()).length, 1);
  t.equal((await db.selectFrom('sign_ups').selectAll().execute()).length, 2);
  const kinds = (
    await db.selectFrom('messages').select('kind').orderBy('created_at').orderBy('id').execute()
  ).map(({ kind }) => kind);
  t.same(kinds, ['sign-up', 'already-signed-up']);
});

t.test('who does not go on for now is booked on nothing, and nobody else can tell', async (t) => {
  const { db, browser } = await testApp(t);
  const session = (await makeSession(db)).id;
  await makeEvent(db, { slug: 'stall' });
  const emails = [];
  for (const state of ['confirmed', 'paused', 'suspended', 'declined'] as const)
    emails.push((await makeChampion(db, { email: `${state}@example.org`, state })).email);
  const answers = [];
  for (const email of [...emails, 'newcomer@example.org']) {
    const phone = browser();
    for (const [path, choice] of [
      ['/events/stall/join', 'later'],
      ['/join', session],
    ]) {
      const { statusCode, headers, body } = await phone.post(path!, { ...alice(), email, session: choice });
      const page = (await phone.get('/join/confirm')).body.replaceAll(/\b\w…@/g, 'x…@');
      answers.push([path, statusCode, headers.location, Object.keys(headers), body, page]);
    }
  }
  for (let at = 2; at < answers.length; at++) t.same(answers[at], answers[at % 2]);
  const booked = await db
    .selectFrom('bookings')
    .innerJoin('champions', 'champions.id', 'champion_id')
    .select('email')
    .orderBy('email')
    .execute();
  t.same(
    booked.map(({ email }) => email),
    ['confirmed@example.org', 'newcomer@example.org'],
  );
  for (const email of emails.slice(1)) {
    const messages = await messagesTo(db, email);
    t.match(messages, [
      { kind: 'already-signed-up', invite: null, data: { awaitingGuardian: false } },
      { kind: 'already-signed-up', invite: null, data: { awaitingGuardian: false } },
    ]);
    t.ok(messages.every(({ data }) => !('booking' in data)));
  }
  t.equal((await db.selectFrom('invites').selectAll().execute()).length, 4);
});

t.test(
  'who books another first session waits no more, and the next gets what they were offered',
  async (t) => {
    const { db, browser, clock } = await testApp(t);
    const module = await makeModule(db);
    const sessionOn = (day: string) =>
      makeSession(db, {
        module_id: module.id,
        capacity: 1,
        starts_at: Temporal.Instant.from(`${day}T18:00:00Z`),
        ends_at: Temporal.Instant.from(`${day}T19:00:00Z`),
      });
    const [full, free, chosen] = [
      await sessionOn('2026-12-02'),
      await sessionOn('2026-12-03'),
      await sessionOn('2026-12-04'),
    ];
    const [hers, his, other] = [
      await makeChampion(db, { email: 'alice@example.org' }),
      await makeChampion(db, { email: 'bob@example.org' }),
      await makeChampion(db),
    ];
    const waits = { booked_at: clock.now(), state: 'waiting' } as const;
    await makeBooking(db, { champion_id: other.id, session_id: full.id });
    await makeBooking(db, { ...waits, champion_id: hers.id, session_id: full.id });
    const offered_until = clock.now().add({ hours: 24 });
    await makeBooking(db, {
      champion_id: hers.id,
      session_id: free.id,
      state: 'offered',
      offered_until,
    });
    await makeBooking(db, { ...waits, champion_id: his.id, session_id: free.id });
    const answer = await browser().post('/join', { ...alice(), session: chosen.id });
    t.equal(answer.statusCode, 303);
    const statesOf = async (champion_id: string) =>
      (
        await db
          .selectFrom('bookings')
          .innerJoin('sessions', 'sessions.id', 'session_id')
          .select('bookings.state')
          .where('champion_id', '=', champion_id)
          .orderBy('starts_at')
          .execute()
      ).map(({ state }) => state);
    t.same(await statesOf(hers.id), ['withdrawn', 'withdrawn', 'booked']);
    t.same(await statesOf(his.id), ['offered']);
    t.match(await messagesTo(db, 'bob@example.org'), [{ kind: 'place-free' }]);
    t.match(await messagesTo(db, 'alice@example.org'), [
      { kind: 'already-signed-up', invite: { method: 'REQUEST', startsAt: '2026-12-04T18:00:00Z' } },
    ]);
  },
);

t.test('a stranger’s sign-up changes nothing of a champion', async (t) => {
  const { db, browser } = await testApp(t);
  await makeChampion(db, { email: 'alice@example.org', full_name: 'Alice' });
  await browser().post('/join', { ...alice(), fullName: 'Mallory', phone: '07700 900999', updates: 'yes' });
  t.match(await db.selectFrom('champions').selectAll().executeTakeFirstOrThrow(), {
    full_name: 'Alice',
    phone: null,
  });
  t.same(await db.selectFrom('consents').selectAll().execute(), []);
});

t.test('who confirms is who filled in the form', async (t) => {
  const { db, browser, config } = await testApp(t);
  await browser().post('/join', { ...alice(), fullName: 'Mallory', updates: 'yes' });
  const hers = browser();
  await hers.post('/join', alice());
  const message = (await messagesTo(db, 'alice@example.org')).at(-1)!;
  await hers.post('/join/confirm', { code: codeIn(message, config) });
  t.match(pageText(await hers.get('/me')), /Hello, Alice O’Brien/);
  t.same(await db.selectFrom('consents').selectAll().execute(), [], 'the consent was not hers');
});

t.test('one submission sent 50 times at once is one sign-up and one message', async (t) => {
  const { db, browser } = await testApp(t);
  const form = { ...alice(), submission: randomUUID() };
  const responses = await Promise.all(Array.from({ length: 50 }, () => browser().post('/join', form)));
  t.same([...new Set(responses.map(({ statusCode }) => statusCode))], [303]);
  t.equal((await db.selectFrom('sign_ups').selectAll().execute()).length, 1);
  t.equal((await messagesTo(db, 'alice@example.org')).length, 1);
});

t.test('Back, a correction, and the same form again is a new sign-up', async (t) => {
  const { db, browser } = await testApp(t);
  const submission = randomUUID();
  const phone = browser();
  await phone.post('/join', { ...alice(), submission, email: 'alcie@example.org' });
  await phone.post('/join', { ...alice(), submission });
  t.equal((await messagesTo(db, 'alice@example.org')).length, 1);
});

t.test('a full session is refused beside the field, with the others offered and the form kept', async (t) => {
  const { db, browser } = await testApp(t);
  const module = await makeModule(db);
  const full = await makeSession(db, { module_id: module.id, capacity: 0 });
  const open = await makeSession(db, {
    module_id: module.id,
    starts_at: Temporal.Instant.from('2026-12-05T10:00:00Z'),
    ends_at: Temporal.Instant.from('2026-12-05T11:00:00Z'),
  });
  const response = await browser().post('/join', { ...alice(), session: full.id });
  t.equal(response.statusCode, 422);
  t.match(response.body, /href="#session">That session is full now/);
  t.match(response.body, new RegExp(`value="${open.id}"`));
  t.match(response.body, /value="Alice O’Brien"/);
  t.equal((await db.selectFrom('champions').selectAll().execute()).length, 0);
});

t.test('a full session is refused to whoever holds its place too: no answer tells who does', async (t) => {
  const { db, browser } = await testApp(t);
  const session = (await makeSession(db, { capacity: 1 })).id;
  const first = await browser().post('/join', { ...alice(), session });
  t.equal(first.statusCode, 303);
  const answers = [];
  for (const email of ['alice@example.org', 'bob@example.org']) {
    const { statusCode, body } = await browser().post('/join', { ...alice(), email, session });
    answers.push({ statusCode, body: body.replaceAll(email, 'ADDRESS').replaceAll(/[0-9a-f-]{36}/g, 'ID') });
  }
  t.equal(answers[0]?.statusCode, 422);
  t.same(answers[0], answers[1]);
  t.equal((await db.selectFrom('sign_ups').selectAll().execute()).length, 1);
});

t.test('a session that cannot be chosen is refused', async (t) => {
  const { db, browser } = await testApp(t);
  const other = await makeSession(db, { module_id: (await makeModule(db, { induction: false })).id });
  const over = await makeSession(db, {
    starts_at: Temporal.Instant.from('2026-11-01T10:00:00Z'),
    ends_at: Temporal.Instant.from('2026-11-01T11:00:00Z'),
  });
  for (const session of [other.id, over.id, randomUUID(), 'nonsense']) {
    const response = await browser().post('/join', { ...alice(), session });
    t.equal(response.statusCode, 422);
    t.match(response.body, /Choose a session from the list/);
  }
});

t.test('under 16: a kind page and nothing stored', async (t) => {
  const { db, browser } = await testApp(t);
  const child = browser();
  const response = await child.post('/join', { ...alice(), ageBand: 'under-16' });
  t.equal(response.headers.location, '/join/under-16');
  t.match(pageText(await child.get('/join/under-16')), /We have not kept anything/);
  for (const table of ['champions', 'sign_ups', 'messages', 'sign_in_codes'] as const) {
    t.same(await db.selectFrom(table).selectAll().execute(), []);
  }
});

t.test('16 or 17: waits for a guardian, without a booking, and is told so', async (t) => {
  const { db, browser, config } = await testApp(t);
  const session = await makeSession(db);
  const teenager = browser();
  await teenager.post('/join', { ...alice(), ageBand: '16-17', session: session.id });
  const [message] = await messagesTo(db, 'alice@example.org');
  t.match(message, { data: { awaitingGuardian: true }, invite: null });
  t.same(await db.selectFrom('bookings').selectAll().execute(), []);
  await teenager.post('/join/confirm', { code: codeIn(message!, config) });
  t.match(pageText(await teenager.get('/me')), /A parent or guardian has to agree/);
  t.match(await db.selectFrom('champions').select('state').executeTakeFirst(), {
    state: 'awaiting guardian',
  });
  t.equal((await teenager.post('/me/bookings', { session: session.id })).statusCode, 422);
});

t.test('who fills in the field that people cannot see is thanked and forgotten', async (t) => {
  const { db, browser } = await testApp(t);
  const response = await browser().post('/join', { ...alice(), website: 'https://spam.example' });
  t.equal(response.headers.location, '/join/confirm');
  t.same(await db.selectFrom('sign_ups').selectAll().execute(), []);
});

t.test('an unknown event is not found', async (t) => {
  const { browser } = await testApp(t);
  t.equal((await browser().get('/events/nowhere/join')).statusCode, 404);
  t.equal((await browser().post('/events/nowhere/join', alice())).statusCode, 404);
});
