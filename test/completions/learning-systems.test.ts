import t from 'tap';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeModule } from '../make.ts';
import { newestCode, signedInCoordinator } from '../sign-in.ts';

const ROOT = '/coordinate/settings/learning-systems';
const COURSE = 'https://moodle.example/courses/seven';

t.test('an administrator connects a learning system', async (t) => {
  const site = await testApp(t);
  const { db, config, app } = site;
  const module = await makeModule(db, { slug: 'safeguarding', name: 'Safeguarding' });
  const { browser: hers, coordinator } = await signedInCoordinator(site, { administrator: true });
  const words = async () => pageText(await hers.get(ROOT));

  await t.test('there is nothing at first', async (t) => {
    t.match(await words(), /There is none yet.*Nothing. Everything that came was used/);
    t.match(await words(), new RegExp(`${config.publicUrl}/training/safeguarding`));
  });

  await t.test('a key is made once they have shown that it is them, and its secret shown once', async (t) => {
    t.equal(
      (await hers.post(`${ROOT}/keys`, { name: 'Moodle' })).headers.location,
      '/coordinate/account/check',
    );
    await hers.post('/coordinate/account/check', {});
    const code = await newestCode(db, config, coordinator.email);
    t.equal((await hers.post('/coordinate/account/check/code', { code })).headers.location, ROOT);
    t.equal((await hers.post(`${ROOT}/keys`, { name: '' })).statusCode, 422);
    const made = await hers.post(`${ROOT}/keys`, { name: 'Moodle <of the council>' });
    t.equal(made.statusCode, 200);
    t.equal(made.headers['cache-control'], 'no-store');
    const [, secret] = /name="secret"[^>]*value="([^"]+)"/.exec(made.body) ?? [];
    t.match(secret, /^[\w-]{43}$/);
    t.match(await words(), /Moodle &lt;of the council&gt; Made on .*Not used yet/);
    t.notMatch((await hers.get(ROOT)).body, String(secret));
    const { id } = await db.selectFrom('api_keys').select('id').executeTakeFirstOrThrow();
    const sent = await app.inject({
      method: 'POST',
      url: '/api/xapi/statements',
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'x-experience-api-version': '1.0.3',
      },
      payload: {
        actor: { mbox: 'mailto:nobody@example.org' },
        verb: { id: 'http://adlnet.gov/expapi/verbs/passed' },
        object: { id: COURSE },
      },
    });
    t.equal(sent.statusCode, 200);
    t.match(await words(), /Last used: .*seven We do not know which module this is/);
    t.equal((await hers.post(`${ROOT}/keys/${id}/end`)).statusCode, 303);
    t.match(await words(), /The key does not work any more.*There is none yet/);
    t.equal((await hers.post(`${ROOT}/keys/${id}/end`)).statusCode, 404);
  });

  await t.test('a course is said to be a module, and forgotten', async (t) => {
    const add = (activity: string, id: string) => hers.post(`${ROOT}/activities`, { activity, module: id });
    t.match(pageText(await add('course 7', module.id)), /It starts with https/);
    t.match(pageText(await add(COURSE, '')), /Choose a module from the list/);
    t.equal((await add(COURSE, module.id)).statusCode, 303);
    t.match(await words(), /this course is ‘Safeguarding’.*seven is Safeguarding/);
    await hers.post(`${ROOT}/activities/removal`, { activity: COURSE });
    t.same(await db.selectFrom('module_activities').selectAll().execute(), []);
  });
});
