import t from 'tap';
import { contentFolder, FILES } from '../elearning/course.ts';
import { needsPostgresPrograms, startPostgres } from './postgres.ts';
import { spawnServer, startServer } from './server.ts';

t.setTimeout(240_000);

t.test('production does not start without what it needs, and names it', async (t) => {
  const { code, said } = await spawnServer(t, { NODE_ENV: 'production' }).ended;
  t.equal(code, 1);
  t.equal(
    said.trim(),
    'Westand cannot start. Production needs these variables: PUBLIC_URL, DATABASE_URL, SMTP_URL, MAIL_FROM, SESSION_SECRET.',
  );
});

t.test('a broken quiz stops the start, and is named', async (t) => {
  const folder = await contentFolder(t, { ...FILES, 'sums/quiz.json': '{ "passMark": 200 }' });
  const { code, said } = await spawnServer(t, { CONTENT_DIR: folder }).ended;
  t.equal(code, 1);
  t.equal(
    said.trim(),
    'Westand cannot start. In the folder CONTENT_DIR, sums/quiz.json: passMark must be a whole number from 1 to 100.',
  );
});

t.test('five processes over one empty database', needsPostgresPrograms(), async (t) => {
  const postgres = await startPostgres(t);
  const databaseUrl = await postgres.createDatabase('westand');
  const servers = await Promise.all(
    ['both', 'web', 'web', 'web', 'worker'].map((process) =>
      startServer(t, databaseUrl, { PROCESS: process }),
    ),
  );
  for (const { get } of servers.slice(0, 4)) t.equal((await get('/events')).status, 200);

  const client = await postgres.connect('westand');
  const rows = async (query: string) => (await client.query(query)).rows;
  const migrations = await rows('select name, count(*)::int from kysely_migration group by name');
  t.ok(migrations.length > 0);
  t.ok(
    migrations.every(({ count }) => count === 1),
    'every migration ran once',
  );
  t.same(
    await rows('select count(*)::int from programme'),
    [{ count: 1 }],
    'the sample programme was loaded once',
  );
  t.same(await rows('select title, starts_at from events group by 1, 2, pitch_id having count(*) > 1'), []);
  t.same(await rows('select name, count(*)::int from pgboss.queue group by name having count(*) > 1'), []);
  await client.end();

  for (const { child } of servers) child.kill('SIGTERM');
  t.same(
    (await Promise.all(servers.map(({ ended }) => ended))).map(({ code }) => code),
    [0, 0, 0, 0, 0],
  );
});
