import { randomUUID } from 'node:crypto';
import t from 'tap';
import { endApiKey, makeApiKey } from '../../src/completions/api-keys.ts';
import { sweepUnused } from '../../src/completions/receive.ts';
import { testApp } from '../helper.ts';
import { makeChampion, makeCoordinator, makeModule } from '../make.ts';

const PASSED = 'http://adlnet.gov/expapi/verbs/passed';
const COMPLETED = 'http://adlnet.gov/expapi/verbs/completed';
const COURSE = 'https://moodle.example/course/view.php?id=7';

t.test('POST /api/xapi/statements', async (t) => {
  const site = await testApp(t, { env: { RATE_LIMITS: 'on' } });
  const { app, db, clock, config } = site;
  const module = await makeModule(db, { slug: 'safeguarding' });
  const alice = await makeChampion(db, { email: 'alice@example.org' });
  const coordinator = await makeCoordinator(db);
  const actor = { coordinatorId: coordinator.id, requestId: null };
  const key = await makeApiKey(db, actor, { name: 'Moodle', scope: 'completions' }, clock.now());
  await db.insertInto('module_activities').values({ activity: COURSE, module_id: module.id }).execute();

  const statement = (given: object = {}) => ({
    id: randomUUID(),
    actor: { mbox: 'mailto:Alice@example.org' },
    verb: { id: PASSED },
    object: { id: COURSE },
    timestamp: '2026-11-20T23:30:00.000-05:00',
    result: { success: true, score: { scaled: 0.845 } },
    ...given,
  });
  const basic = ({ id, secret }: { id: string; secret: string }) =>
    `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/api/xapi/statements',
      headers: {
        authorization: basic(key),
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
        ...headers,
      },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const records = () => db.selectFrom('training_records').selectAll().orderBy('recorded_at').execute();
  const unused = () => db.selectFrom('unused_statements').selectAll().execute();

  await t.test('a pass becomes a training record, once', async (t) => {
    const one = statement();
    for (let times = 0; times < 3; times++) {
      const answer = await send(one);
      t.equal(answer.statusCode, 200);
      t.equal(answer.headers['x-experience-api-version'], '1.0.3');
      t.same(answer.json(), [one.id]);
    }
    t.match(await records(), [
      { champion_id: alice.id, module_id: module.id, source: 'xapi', passed_on: '2026-11-21', score: 85 },
    ]);
    t.equal((await records()).length, 1);
  });

  await t.test('by a champion’s number, with our own address for the course, many at once', async (t) => {
    const account = { homePage: `${config.publicUrl}/`, name: String(alice.number) };
    const two = [COMPLETED, PASSED].map((id) =>
      statement({
        actor: { account },
        verb: { id },
        object: { objectType: 'Activity', id: `${config.publicUrl}/training/safeguarding` },
      }),
    );
    t.same(
      (await send(two)).json(),
      two.map(({ id }) => id),
    );
    t.equal((await records()).length, 3);
  });

  await t.test('what brings no record is answered alike, and kept without the person', async (t) => {
    const moodle = { account: { homePage: 'https://moodle.example', name: String(alice.number) } };
    const none = [
      statement({ actor: { mbox: 'mailto:nobody@example.org' } }),
      statement({ actor: moodle }),
      statement({ object: { id: 'https://moodle.example/other' } }),
      statement({ verb: { id: 'http://adlnet.gov/expapi/verbs/failed' } }),
      statement({ result: { success: false } }),
    ];
    const answer = await send(none);
    t.equal(answer.statusCode, 200);
    t.equal((await records()).length, 3);
    const kept = await unused();
    t.same(kept.map(({ reason }) => reason).sort(), [
      'not passed',
      'other verb',
      'unknown activity',
      'unknown person',
      'unknown person',
    ]);
    t.notMatch(JSON.stringify(kept), /nobody|example.org/);
    clock.advance({ hours: 24 * 31 });
    await sweepUnused(db, clock.now());
    t.same(await unused(), []);
  });

  await t.test('who waits for a guardian to agree is answered like somebody unknown', async (t) => {
    const young = await makeChampion(db, { state: 'awaiting guardian', email: 'young@example.org' });
    const account = { homePage: config.publicUrl, name: String(young.number) };
    const actors = [{ mbox: 'mailto:young@example.org' }, { account }, { mbox: 'mailto:nobody@example.org' }];
    const answer = await send(actors.map((actor) => statement({ actor })));
    t.equal(answer.statusCode, 200);
    t.equal((await records()).length, 3);
    t.match(await unused(), Array(3).fill({ reason: 'unknown person' }));
  });

  await t.test('what is no statement is refused, the whole batch of it', async (t) => {
    const refused = async (body: unknown, words: RegExp) => {
      const answer = await send(body);
      t.equal(answer.statusCode, 400, String(words));
      t.match(answer.json().error, words);
    };
    await refused([statement(), statement({ verb: {} })], /Statement 2: verb.id is an IRI/);
    await refused(statement({ id: 'x' }), /id is a UUID/);
    await refused(statement({ actor: [] }), /actor is missing/);
    await refused(statement({ object: { id: 'x'.repeat(9) } }), /object.id is an IRI/);
    await refused(statement({ timestamp: 'yesterday' }), /timestamp is a time/);
    await refused(statement({ timestamp: '2099-01-01T00:00:00Z' }), /still to come/);
    for (const mbox of ['mailto:alice@example.org', 'mailto:nobody@example.org']) {
      const about = (given: object) => [statement(), statement({ actor: { mbox }, ...given })];
      for (const timestamp of ['0001-01-01T00:00:00Z', '-009999-01-01T00:00:00Z', '1999-12-31T23:59:59Z'])
        await refused(about({ timestamp }), /Statement 2: timestamp is too long ago/);
      for (const sign of ['\u0000', '\u0007', '\u0085']) {
        await refused(about({ verb: { id: `${PASSED}${sign}` } }), /Statement 2: verb.id is an IRI/);
        await refused(about({ object: { id: `${COURSE}${sign}` } }), /Statement 2: object.id is an IRI/);
      }
    }
    await refused(['a'], /A statement is an object/);
    await refused(Array(501).fill(statement()), /up to 500/);
    const same = statement();
    await refused([same, same], /its id is that of another one/);
    await refused('{"a":', /This is no JSON/);
    t.equal((await send(statement(), { 'x-experience-api-version': '' })).statusCode, 400);
    t.equal((await send('x'.repeat(600_000))).statusCode, 413);
    t.equal((await records()).length, 3);
  });

  await t.test('a wrong key, none, or one that has ended opens nothing', async (t) => {
    const status = async (authorization: string) => (await send(statement(), { authorization })).statusCode;
    t.equal(await status(''), 401);
    t.equal(await status('Bearer x'), 401);
    t.equal(await status(basic({ ...key, secret: 'wrong' })), 401);
    t.equal(await status(basic({ id: randomUUID(), secret: key.secret })), 401);
    await endApiKey(db, actor, key.id, clock.now());
    t.equal(await status(basic(key)), 401);
    t.equal((await records()).length, 3);
    for (let tries = 0; tries < 120; tries++) await status('');
    t.equal(await status(''), 429);
  });

  await t.test('the secret is not in the database', async (t) => {
    const rows = await db.selectFrom('api_keys').selectAll().execute();
    t.notMatch(JSON.stringify(rows), key.secret);
    t.notOk(rows.some(({ secret_hash }) => secret_hash.toString().includes(key.secret)));
  });
});
