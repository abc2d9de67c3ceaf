import t from 'tap';
import { testApp } from '../helper.ts';
import { signedInChampion } from '../sign-in.ts';

const TOKEN = 'a-token-that-only-the-collector-has';

t.test('with a token for metrics', async (t) => {
  const site = await testApp(t, { env: { METRICS_TOKEN: TOKEN } });
  const { browser } = site;

  t.test('metrics are there for who has it', async (t) => {
    await browser().get('/events/quux?words=quux');
    const response = await browser().get('/metrics', { authorization: `Bearer ${TOKEN}` });
    t.equal(response.statusCode, 200);
    t.match(response.headers['content-type'], /text\/plain/);
    t.equal(response.headers['cache-control'], 'no-store');
    t.match(response.body, /http_request_duration_seconds_bucket/);
    t.notMatch(response.body, /quux/, 'and name no address that anyone asked for');
  });

  t.test('for anyone else the page does not exist', async (t) => {
    const { browser: champions } = await signedInChampion(site);
    const wrong = ['', 'Bearer', 'Bearer x', `Bearer ${TOKEN}x`, `bearer ${TOKEN}`, `Basic ${TOKEN}`, TOKEN];
    for (const authorization of wrong)
      t.equal((await champions.get('/metrics', { authorization })).statusCode, 404);
    t.equal((await browser().get(`/metrics?token=${TOKEN}`)).statusCode, 404);
  });

  t.test('healthz and readyz say what a machine needs, and no more', async (t) => {
    const healthz = await browser().get('/healthz');
    t.same([healthz.statusCode, healthz.json()], [200, { alive: true }]);
    const readyz = await browser().get('/readyz');
    t.same([readyz.statusCode, readyz.json()], [200, { database: true, queue: true }]);
    for (const { headers } of [healthz, readyz]) t.equal(headers['cache-control'], 'no-store');
  });
});

t.test('without a token nobody has metrics', async (t) => {
  const { browser } = await testApp(t);
  for (const authorization of ['', 'Bearer ', 'Bearer undefined']) {
    t.equal((await browser().get('/metrics', { authorization })).statusCode, 404);
  }
});
