import t from 'tap';
import { testApp } from '../helper.ts';
import { signedInChampion } from '../sign-in.ts';

const site = await testApp(t, { env: { PUBLIC_URL: 'https://champions.example.org' } });
const { app, db } = site;
const { browser: hers, champion } = await signedInChampion(site);
const cookies = Object.fromEntries(hers.cookies);

/** Mail services and learning systems: see test/messages/unsubscribe.test.ts and test/completions/xapi.test.ts. */
const FROM_ANYWHERE = new Set(['POST /unsubscribe/:token', 'POST /api/xapi/statements']);

const writes = [...app.accessByRoute.keys()]
  .filter((route) => route.startsWith('POST '))
  .filter((route) => !FROM_ANYWHERE.has(route))
  .map((route) =>
    route
      .slice(5)
      .replace(/\(\^.*?\)(?=\/|$)/, '')
      .replace(':slug', 'stall')
      .replace(':id', champion.id),
  );

const post = (url: string, headers: Record<string, string>) =>
  app.inject({
    method: 'POST',
    url,
    cookies,
    payload: 'fullName=Mallory',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

const refused: [why: string, headers: Record<string, string>][] = [
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
  ['no page at all', { 'sec-fetch-site': 'none' }],
  ['nonsense', { 'sec-fetch-site': 'x' }],
  ['another site that names us', { 'sec-fetch-site': 'cross-site', origin: 'https://champions.example.org' }],
  ['another origin', { origin: 'https://mallory.example' }],
  ['our host over http', { origin: 'http://champions.example.org' }],
  ['our host at another port', { origin: 'https://champions.example.org:8443' }],
  ['a host that begins as ours', { origin: 'https://champions.example.org.mallory.example' }],
  ['a sandbox', { origin: 'null' }],
  ['a browser that says nothing', {}],
  ['a browser that gives a referrer only', { referer: 'https://champions.example.org/me' }],
];

t.test('every write from elsewhere is refused, before anything is read', async (t) => {
  t.ok(writes.length > 10);
  for (const url of writes) {
    for (const [why, headers] of refused)
      t.equal((await post(url, headers)).statusCode, 403, `${url} from ${why}`);
  }
  const after = await db.selectFrom('champions').selectAll().executeTakeFirstOrThrow();
  t.equal(JSON.stringify(after), JSON.stringify(champion));
  t.equal((await hers.get('/me')).statusCode, 200, 'still signed in');
});

t.test('our own pages may write, also in browsers that send only an origin', async (t) => {
  t.equal((await post('/me/consents/news', { 'sec-fetch-site': 'same-origin' })).statusCode, 303);
  t.equal((await post('/me/consents/news', { origin: 'https://champions.example.org' })).statusCode, 303);
});

t.test('the refusal is a page', async (t) => {
  const response = await post('/me/departure', { 'sec-fetch-site': 'cross-site' });
  t.match(response.headers['content-type'], /text\/html/);
  t.match(response.body, /came from another site/);
});
