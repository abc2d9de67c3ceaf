import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { needsPostgres, testApp } from '../helper.ts';
import { makeArea, makeCoordinator } from '../make.ts';
import { newestCode } from '../sign-in.ts';

const site = await testApp(t);
const { db, config, clock, browser } = site;
const area = await makeArea(db);

const asked = async () => {
  const coordinator = await makeCoordinator(db, { areaIds: [area.id] });
  const theirs = browser();
  await theirs.post('/sign-in', { email: coordinator.email });
  const code = await newestCode(db, config, coordinator.email);
  const type = async (typed: string, where = theirs) =>
    (await where.post('/sign-in/code', { code: typed })).statusCode;
  return { coordinator, code, type };
};

const RIGHT = 303;
const WRONG = 422;

const written = async (coordinatorId: string) =>
  (
    await db
      .selectFrom('audit_entries')
      .select(['action', 'coordinator_id'])
      .where('subject_id', '=', coordinatorId)
      .orderBy('at')
      .orderBy('id')
      .execute()
  ).map(({ action, coordinator_id }) => [action, coordinator_id === coordinatorId]);

t.test('five wrong tries end a coordinator’s code, and each is written down, as nobody’s', async (t) => {
  const { coordinator, code, type } = await asked();
  for (let i = 0; i < 5; i++) t.equal(await type('ABCDEFGH'), WRONG);
  t.equal(await type(code), WRONG);
  t.same(await written(coordinator.id), Array(5).fill(['wrong code', false]));
  const other = await asked();
  for (let i = 0; i < 4; i++) await other.type('ABCDEFGH');
  t.equal(await other.type(other.code), RIGHT);
  t.same(
    (await written(other.coordinator.id)).map(([action]) => action),
    [...Array(4).fill('wrong code'), 'sign in'],
  );
});

t.test('it works in no other browser', async (t) => {
  const { code, type } = await asked();
  t.equal(await type(code, browser()), WRONG);
  const mallorys = browser();
  await mallorys.post('/sign-in', { email: 'mallory@example.org' });
  t.equal(await type(code, mallorys), WRONG);
  t.equal(await type(code), RIGHT);
});

t.test('ten minutes end it', async (t) => {
  const early = await asked();
  const late = await asked();
  clock.advance({ minutes: 9, seconds: 59 });
  t.equal(await early.type(early.code), RIGHT);
  clock.advance({ seconds: 1 });
  t.equal(await late.type(late.code), WRONG);
});

t.test('who has ended is sent no code, and one on its way is good for nothing', async (t) => {
  const { coordinator, code, type } = await asked();
  await db
    .updateTable('coordinators')
    .set({ ended_at: clock.now() })
    .where('id', '=', coordinator.id)
    .execute();
  await type(code);
  const again = browser();
  await again.post('/sign-in', { email: coordinator.email });
  const messages = await db
    .selectFrom('messages')
    .select('id')
    .where('recipient', '=', coordinator.email)
    .execute();
  t.equal(messages.length, 1);
});

/** All that can be seen of an answer, less what is random in every one. */
const seen = ({ statusCode, headers, body }: LightMyRequestResponse, email: string) => ({
  statusCode,
  headers: {
    ...headers,
    date: undefined,
    'content-length': undefined,
    'set-cookie': [headers['set-cookie'] ?? []]
      .flat()
      .map((cookie) => cookie.replace(/^((?:__Host-)?browser)=[^;]+/, '$1=')),
  },
  body: body.replaceAll(email, 'THE ADDRESS'),
});

t.test('the pages for an unknown address are the same, byte for byte', async (t) => {
  const walk = async (email: string) => {
    const hands = browser();
    const answers = [await hands.get('/sign-in'), await hands.post('/sign-in', { email })];
    answers.push(await hands.get('/sign-in/code'), await hands.post('/sign-in/code', { code: '' }));
    for (let i = 0; i < 6; i++) answers.push(await hands.post('/sign-in/code', { code: 'ABCDEFGH' }));
    answers.push(await hands.get('/coordinate'));
    return answers.map((answer) => seen(answer, email));
  };
  await makeCoordinator(db, { email: 'known@example.org', areaIds: [area.id] });
  await makeCoordinator(db, { email: 'kended@example.org', ended_at: clock.now() });
  const unknown = await walk('kunknown@example.org');
  t.same(await walk('known@example.org'), unknown);
  t.same(await walk('kended@example.org'), unknown);
});

t.test('of twenty who type it at once, one is signed in', needsPostgres(), async (t) => {
  for (let round = 0; round < 5; round++) {
    const { coordinator, code, type } = await asked();
    const answers = await Promise.all(Array.from({ length: 20 }, () => type(code)));
    t.same(answers.sort(), [RIGHT, ...Array(19).fill(WRONG)]);
    t.same(
      (await written(coordinator.id)).filter(([action]) => action === 'sign in'),
      [['sign in', true]],
    );
  }
});
