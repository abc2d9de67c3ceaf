import t from 'tap';
import { needsPostgresPrograms, startPostgres } from './postgres.ts';
import { startServer, startWithWaitingWorker, until } from './server.ts';

t.setTimeout(240_000);

const takesNothingNew = (server: Awaited<ReturnType<typeof startServer>>) =>
  until('nothing new is taken', 5, () =>
    server.get('/healthz').then(
      () => false,
      () => true,
    ),
  );

t.test('SIGTERM: takes no more, finishes what it has, and ends', needsPostgresPrograms(), async (t) => {
  const postgres = await startPostgres(t);
  const databaseUrl = await postgres.createDatabase('westand');
  for (const PROCESS of ['both', 'web']) {
    const server = await startServer(t, databaseUrl, { PROCESS });

    const holder = await postgres.connect('westand');
    await holder.query('begin');
    await holder.query('lock table sign_in_codes');
    const inFlight = server.post('/sign-in', { email: 'alice@example.org' });
    await until('the request waits', 10, async () => {
      const { rows } = await holder.query('select from pg_locks where not granted');
      return rows.length > 0;
    });

    const began = performance.now();
    server.child.kill('SIGTERM');
    await takesNothingNew(server);
    t.equal(server.child.exitCode, null, 'it waits for the request');
    await holder.query('rollback');

    const response = await inFlight;
    t.equal(response.status, 303, 'which is answered');
    t.equal(response.headers.get('location'), '/sign-in/code');
    t.equal((await server.ended).code, 0);
    t.ok(performance.now() - began < 10_000, 'all within ten seconds');
    const { rows } = await holder.query('select email from sign_in_codes');
    t.same(rows, [{ email: 'alice@example.org' }], 'and what it did is kept');
    await holder.query('delete from sign_in_codes');
    await holder.end();
  }
});

t.test('SIGTERM while the worker starts: ends well', needsPostgresPrograms(), async (t) => {
  const postgres = await startPostgres(t);
  const databaseUrl = await postgres.createDatabase('westand');
  const first = await startServer(t, databaseUrl);
  first.child.kill('SIGTERM');
  t.equal((await first.ended).code, 0, 'as soon as its pages answer');

  const { server, holder } = await startWithWaitingWorker(t, postgres, databaseUrl);
  server.child.kill('SIGTERM');
  await takesNothingNew(server);
  t.equal(server.child.exitCode, null, 'it waits for the worker');
  await holder.query('rollback');
  t.equal((await server.ended).code, 0);
  await holder.end();
});

t.test('SIGTERM with a request that never ends: ends all the same', needsPostgresPrograms(), async (t) => {
  const postgres = await startPostgres(t);
  const server = await startServer(t, await postgres.createDatabase('westand'));
  const holder = await postgres.connect('westand');
  await holder.query('begin');
  await holder.query('lock table sign_in_codes');
  server.post('/sign-in', { email: 'alice@example.org' }).catch(() => {});
  await until('the request waits', 10, async () => {
    const { rows } = await holder.query('select from pg_locks where not granted');
    return rows.length > 0;
  });
  const began = performance.now();
  server.child.kill('SIGTERM');
  await server.ended;
  t.ok(performance.now() - began < 10_000, 'within ten seconds');
  await holder.end();
});
