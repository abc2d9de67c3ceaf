import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import t from 'tap';
import { assetsVersion } from '../src/assets.ts';
import { type TestBrowser, testApp } from './helper.ts';
import { makeChampion, makeEvent, makeReportingRoute, makeSession } from './make.ts';
import { signedInChampion, signIn } from './sign-in.ts';

const site = await testApp(t, { env: { METRICS_TOKEN: 'x'.repeat(32) } });
const { app, db, browser } = site;
const event = await makeEvent(db, { slug: 'stall' });
await makeReportingRoute(db);
const session = await makeSession(db);
const { champion, browser: hers } = await signedInChampion(site);

/** What each route answers: to a visitor, then to a champion, who has filled in nothing. */
const table: Record<string, [visitor: number, champion: number]> = {
  'GET /': [200, 200],
  'GET /about': [200, 200],
  'GET /accessibility': [200, 200],
  'GET /assets/:version/*': [200, 200],
  'GET /events': [200, 200],
  'GET /events.ics': [200, 200],
  'GET /events/:slug': [200, 200],
  'GET /events/:slug.ics': [200, 200],
  'GET /events/:slug/join': [200, 200],
  'GET /events/:slug/qr.svg': [200, 200],
  'GET /favicon.ico': [200, 200],
  'GET /healthz': [200, 200],
  'GET /j/:code': [302, 302],
  'GET /join': [200, 200],
  'GET /join/confirm': [200, 303],
  'GET /join/under-16': [200, 200],
  'GET /left': [200, 200],
  'GET /mailbox': [200, 200],
  'GET /mailbox/:id': [404, 404],
  'GET /mailbox/:id.eml': [404, 404],
  'GET /mailbox/:id.html': [404, 404],
  'GET /me': [303, 200],
  'GET /me/details': [303, 200],
  'GET /me/leave': [303, 200],
  'GET /metrics': [404, 404],
  'GET /privacy': [200, 200],
  'GET /readyz': [200, 200],
  'GET /report': [200, 200],
  'GET /robots.txt': [200, 200],
  'GET /sign-in': [200, 303],
  'GET /sign-in/code': [200, 303],
  'GET /sitemap.xml': [200, 200],
  'POST /events/:slug/join': [422, 422],
  'POST /join': [422, 422],
  'POST /join/confirm': [422, 422],
  'POST /me/bookings': [303, 422],
  'POST /me/bookings/:id/withdrawal': [303, 303],
  'POST /me/consents/news': [303, 303],
  'POST /me/consents/news/withdrawal': [303, 303],
  'POST /me/departure': [303, 303],
  'POST /me/details': [303, 422],
  'POST /sign-in': [422, 422],
  'POST /sign-in/code': [422, 422],
  'POST /sign-out': [303, 303],
};

/** A route by its plain name: without the patterns of its parameters. */
const plain = (route: string) => route.replace(/\(\^.*?\)(?=\.|\/|$)/g, '');

const addressOf = (route: string) =>
  route
    .replace(/^\w+ /, '')
    .replace(':slug', 'stall')
    .replace(':code', event.code)
    .replace(':version', assetsVersion)
    .replace('*', 'favicon.svg')
    .replace(':id', randomUUID());

const ask = (browser: TestBrowser, route: string) =>
  browser.send({ method: route.split(' ')[0] as 'GET', url: addressOf(route) });

t.test('every route is in the table, and nothing else is', async (t) => {
  const routes = [...app.accessByRoute.keys()].map(plain);
  t.same(routes.filter((route) => !route.startsWith('HEAD ')).sort(), Object.keys(table).sort());
  const heads = Object.keys(table).filter((route) => route.startsWith('GET '));
  t.same(
    routes.filter((route) => route.startsWith('HEAD ')).sort(),
    heads.map((route) => `HEAD${route.slice(3)}`),
  );
});

t.test('who may do what', async (t) => {
  for (const [route, [toVisitor, toChampion]] of Object.entries(table)) {
    const visitor = await ask(browser(), route);
    t.equal(visitor.statusCode, toVisitor, `${route}, a visitor`);
    const theirs = route.startsWith('GET') ? hers : await signIn(site, (await makeChampion(db)).email);
    t.equal((await ask(theirs, route)).statusCode, toChampion, `${route}, a champion`);
  }
});

t.test('what is a champion’s sends a visitor to sign in, and says nothing else', async (t) => {
  const declared = [...app.accessByRoute]
    .filter(([, access]) => access === 'champion')
    .map(([route]) => plain(route));
  const theirs = Object.keys(table).filter((route) => / \/me(\/|$)/.test(route));
  t.same(declared.filter((route) => !route.startsWith('HEAD ')).sort(), theirs);
  for (const route of theirs) {
    const response = await ask(browser(), route);
    t.equal(response.headers.location, '/sign-in', route);
    t.equal(response.body, '');
  }
});

t.test('a paused or suspended champion still sees their own page', async (t) => {
  for (const state of ['paused', 'suspended', 'awaiting guardian'] as const) {
    const { browser } = await signedInChampion(site, { state });
    t.equal((await browser.get('/me')).statusCode, 200, state);
    t.equal((await browser.post('/me/bookings', { session: session.id })).statusCode, 422, state);
  }
});

t.test('a GET changes nothing, whoever sends it, with whatever behind it', async (t) => {
  const tables = await sql<{ name: string }>`
    select table_schema || '.' || table_name as name from information_schema.tables
    where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'
      and table_name <> 'browser_sessions' order by 1`.execute(db);
  const contents = async () => {
    const found: Record<string, unknown> = {};
    for (const { name } of tables.rows) {
      const rows = await sql<{ all: string }>`select coalesce(json_agg(t order by t::text), '[]')::text as all
        from ${sql.table(name)} t`.execute(db);
      found[name] = rows.rows[0]?.all;
    }
    return found;
  };
  const visitor = browser();
  const before = await contents();
  t.ok(Object.keys(before).length > 15);
  for (const route of Object.keys(table).filter((route) => route.startsWith('GET '))) {
    for (const query of ['', '?source=qr&email=alice@example.org&code=ABCDEFGH&session=x&updates=yes']) {
      for (const who of [visitor, hers]) await who.get(addressOf(route) + query);
    }
  }
  t.same(await contents(), before);
  const { count } = await db
    .selectFrom('browser_sessions')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('champion_id', '=', champion.id)
    .executeTakeFirstOrThrow();
  t.equal(count, 1, 'and the champion is still signed in once');
});
