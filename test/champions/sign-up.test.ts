import { randomUUID } from 'node:crypto';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeChampion, makeEvent, makeModule, makeNeighbourhood, makeSession } from '../make.ts';
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
