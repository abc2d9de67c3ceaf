import t, { type Test } from 'tap';
import { needsPostgresPrograms, startPostgres } from './postgres.ts';
import { startServer, startWithWaitingWorker, until } from './server.ts';

t.setTimeout(240_000);

const form = { fullName: 'Alice', email: 'alice@example.org', ageBand: '18+' };

const isDownPage = async (t: Test, answer: Promise<Response>, what: string) => {
  const began = performance.now();
  const response = await answer;
  const body = await response.text();
  t.ok(performance.now() - began < 2_000, `${what}: within two seconds`);
  t.equal(response.status, 503, what);
  t.match(response.headers.get('content-type'), 'text/html');
  t.equal(response.headers.get('cache-control'), 'no-store');
  t.ok(Number(response.headers.get('retry-after')) > 0);
  t.match(response.headers.get('content-security-policy'), /default-src 'none'/);
  t.match(body, /We will be back soon/);
  t.match(body, /<html/);
};

t.test('the database goes and comes back, twice', needsPostgresPrograms(), async (t) => {
  const postgres = await startPostgres(t);
  const server = await startServer(t, await postgres.createDatabase('westand'));
  for (const path of ['/', '/events', '/join']) t.equal((await server.get(path)).status, 200);

  for (let round = 0; round < 2; round++) {
    await postgres.stop();
    for (const path of ['/', '/events', '/events.ics', '/join', '/report', '/me', '/j/abcd']) {
      // Without a session there is nothing to look up, so this one is only sent to sign in.
      if (path !== '/me') await isDownPage(t, server.get(path), path);
    }
    await isDownPage(t, server.post('/join', form), 'POST /join');
    await isDownPage(t, server.post('/sign-in', form), 'POST /sign-in');
    await isDownPage(t, server.get('/events?words=x'), '/events?words=x');
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => isDownPage(t, server.get('/'), `one of many, ${i}`)),
    );
    const nowhere = await server.get('/nowhere');
    t.match(nowhere.headers.get('content-type'), 'text/html', 'a page that is not there is a page too');
    t.ok([404, 503].includes(nowhere.status));
    t.equal((await server.get('/healthz')).status, 200, 'the process is alive');
    t.equal((await server.get('/readyz')).status, 503, 'and not ready');

    await postgres.start();
    await until('the pages are back', 5, async () => (await server.get('/')).status === 200);
    await until('it is ready', 5, async () => (await server.get('/readyz')).status === 200);
    t.equal((await server.post('/join', { ...form, email: `alice${round}@example.org` })).status, 303);
    t.equal(server.child.exitCode, null);
  }
});

t.test('the database goes while the worker starts beside the pages', needsPostgresPrograms(), async (t) => {
  const postgres = await startPostgres(t);
  const databaseUrl = await postgres.createDatabase('westand');
  const first = await startServer(t, databaseUrl);
  first.child.kill('SIGTERM');
  await first.ended;

  const { server } = await startWithWaitingWorker(t, postgres, databaseUrl);
  await postgres.stop();
  await until('the pages are down', 5, async () => (await server.get('/')).status === 503);
  await postgres.start();
  await until('the pages are back', 5, async () => (await server.get('/')).status === 200);

  t.equal((await server.post('/join', form)).status, 303);
  await until('the worker works', 20, async () =>
    (await (await server.get('/mailbox')).text()).includes(form.email),
  );
  t.equal(server.child.exitCode, null);
});
