import { randomUUID } from 'node:crypto';
import t from 'tap';
import { type TestBrowser, testApp } from '../helper.ts';
import { makeEvent, makeModule, makeNeighbourhood, makeSession } from '../make.ts';
import { alice, codeIn, messagesTo, pageText } from './people.ts';

type World = Awaited<ReturnType<typeof testApp>>;

/** Alice signs up and types her code. */
const signedIn = async (
  { db, browser, config }: World,
  form: Record<string, string> = {},
  path = '/join',
) => {
  const hers = browser();
  await hers.post(path, { ...alice(), ...form });
  const message = (await messagesTo(db, 'alice@example.org')).at(-1)!;
  await hers.post('/join/confirm', { code: codeIn(message, config) });
  return hers;
};

const following = async (browser: TestBrowser, url: string, form: Record<string, string> = {}) => {
  const response = await browser.post(url, form);
  return pageText(await browser.get(String(response.headers.location)));
};

t.test('who chose later chooses on their own page, once', async (t) => {
  const world = await testApp(t);
  const { db } = world;
  const module = await makeModule(db, { mandatory_for: ['champion'] });
  const session = await makeSession(db, { module_id: module.id });
  const hers = await signedIn(world);
  t.match(pageText(await hers.get('/me')), /Next: Induction\..*Choose a session/);

  const page = await following(hers, '/me/bookings', { session: session.id });
  t.match(page, /Your place is booked/);
  t.match(page, /Wednesday 2 December, 6pm to 7:30pm/);
  t.notMatch(pageText(await hers.get('/me')), /Your place is booked/, 'said once');
  const [, booked] = await messagesTo(db, 'alice@example.org');
  t.match(booked, { kind: 'booked', invite: { method: 'REQUEST', sequence: 0 } });

  t.match(await following(hers, '/me/bookings', { session: session.id }), /You already have a place/);
  t.equal((await messagesTo(db, 'alice@example.org')).length, 2, 'told once');
  t.equal((await db.selectFrom('sessions').select('booked').executeTakeFirstOrThrow()).booked, 1);
});

t.test('a full session, and one that is not there, are refused with a sentence', async (t) => {
  const world = await testApp(t);
  const module = await makeModule(world.db);
  const full = await makeSession(world.db, { module_id: module.id, capacity: 0 });
  await makeSession(world.db, { module_id: module.id });
  const hers = await signedIn(world);
  t.match(pageText(await hers.post('/me/bookings', { session: full.id })), /That session is full now/);
  t.match(
    pageText(await hers.post('/me/bookings', { session: randomUUID() })),
    /Choose a session from the list/,
  );
  t.match(pageText(await hers.post('/me/bookings')), /Choose a session from the list/);
});

t.test('giving up a place frees it and takes it out of the calendar, once', async (t) => {
  const world = await testApp(t);
  const { db } = world;
  const session = await makeSession(db);
  const hers = await signedIn(world, { session: session.id });
  const { id } = await db.selectFrom('bookings').select('id').executeTakeFirstOrThrow();
  t.match(await following(hers, `/me/bookings/${id}/withdrawal`), /You have given up your place/);
  await hers.post(`/me/bookings/${id}/withdrawal`);
  const [request, cancel, ...others] = await messagesTo(db, 'alice@example.org');
  t.match(cancel, {
    kind: 'cancelled',
    data: { why: 'self' },
    invite: { method: 'CANCEL', sequence: 1, uid: request!.invite!.uid },
  });
  t.equal(others.length, 0);
  t.equal((await db.selectFrom('sessions').select('booked').executeTakeFirstOrThrow()).booked, 0);
});

t.test('nobody gives up another person’s place', async (t) => {
  const world = await testApp(t);
  const { db, browser, config } = world;
  const session = await makeSession(db);
  await signedIn(world, { session: session.id });
  const { id } = await db.selectFrom('bookings').select('id').executeTakeFirstOrThrow();
  const bob = browser();
  await bob.post('/join', { fullName: 'Bob', email: 'bob@example.org', ageBand: '18+' });
  await bob.post('/join/confirm', { code: codeIn((await messagesTo(db, 'bob@example.org'))[0]!, config) });
  await bob.post(`/me/bookings/${id}/withdrawal`);
  t.equal((await db.selectFrom('bookings').select('state').executeTakeFirstOrThrow()).state, 'booked');
});

t.test('news is turned on and off, and each time is kept', async (t) => {
  const world = await testApp(t);
  const hers = await signedIn(world);
  t.match(await following(hers, '/me/consents/news'), /News by email: on/);
  await hers.post('/me/consents/news');
  t.match(await following(hers, '/me/consents/news/withdrawal'), /News by email: off/);
  t.match(await following(hers, '/me/consents/news'), /You said on Monday 23 November/);
  const kept = await world.db
    .selectFrom('consents')
    .select(['wording', 'withdrawn_at'])
    .orderBy('id')
    .execute();
  t.same(
    kept.map(({ wording, withdrawn_at }) => [wording, withdrawn_at === null]),
    [
      ['2026-11', false],
      ['2026-11', true],
    ],
  );
});

t.test('details are changed, and a mistake loses nothing', async (t) => {
  const world = await testApp(t);
  await makeNeighbourhood(world.db, { slug: 'wolverton', name: 'Wolverton' });
  const hers = await signedIn(world);
  const mistaken = await hers.post('/me/details', {
    fullName: '',
    phone: '01908 123456',
    neighbourhood: 'wolverton',
  });
  t.equal(mistaken.statusCode, 422);
  t.match(mistaken.body, /Enter your name/);
  t.match(mistaken.body, /value="01908 123456"/);
  t.match(mistaken.body, /value="wolverton" selected/);
  const page = await following(hers, '/me/details', {
    fullName: 'Nguyễn Łukasz',
    phone: '01908 123456',
    neighbourhood: 'wolverton',
  });
  t.match(page, /Your details are saved/);
  t.match(page, /Hello, Nguyễn Łukasz/);
  t.match(page, /01908 123456/);
});

t.test('leaving releases everything, cancels every invite, and signs out everywhere', async (t) => {
  const world = await testApp(t);
  const { db, browser, config } = world;
  await makeEvent(db, { slug: 'stall' });
  const session = await makeSession(db);
  const hers = await signedIn(world, {}, '/events/stall/join');
  await hers.post('/me/bookings', { session: session.id });
  const tablet = browser();
  await tablet.post('/sign-in', { email: 'alice@example.org' });
  await tablet.post('/sign-in/code', {
    code: codeIn((await messagesTo(db, 'alice@example.org')).at(-1)!, config),
  });
  t.equal((await tablet.get('/me')).statusCode, 200);

  t.match(pageText(await hers.get('/me/leave')), /You can leave at any time/);
  t.match(await following(hers, '/me/departure'), /You have left/);
  for (const device of [hers, tablet]) t.equal((await device.get('/me')).headers.location, '/sign-in');
  const cancels = (await messagesTo(db, 'alice@example.org')).filter(
    ({ invite }) => invite?.method === 'CANCEL',
  );
  t.match(cancels, [
    { kind: 'left', invite: { sequence: 1 } },
    { kind: 'removed-from-calendar', invite: { sequence: 1 } },
  ]);
  t.equal((await db.selectFrom('sessions').select('booked').executeTakeFirstOrThrow()).booked, 0);
  t.match(await db.selectFrom('champions').selectAll().executeTakeFirstOrThrow(), { state: 'left' });

  await browser().post('/join', alice());
  t.equal((await db.selectFrom('champions').select('id').execute()).length, 2, 'who left can sign up again');
});
