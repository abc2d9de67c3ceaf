import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import pg from 'pg';
import t, { type Test } from 'tap';
import { type Database, openDatabase, openEmbedded } from '../src/db.ts';
import { openQueue, QUEUES } from '../src/jobs.ts';
import { isMigrated, migrate } from '../src/migrations.ts';
import { urlOf } from './database.ts';
import { needsPostgres } from './helper.ts';

const run = promisify(execFile);
const files = (await readdir(new URL('../migrations/', import.meta.url))).length;
const command = (env: Record<string, string>) =>
  run(process.execPath, ['src/commands/migrate.ts'], { env: { PATH: process.env.PATH, ...env } });

const executed = async ({ db }: Database) => {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from kysely_migration`.execute(
    db,
  );
  return rows[0]!.count;
};

const emptyDatabase = async (test: Test): Promise<string> => {
  const name = `westand_migrate_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  await client.query(`create database ${name}`);
  test.teardown(async () => {
    await client.query(`drop database ${name} with (force)`);
    await client.end();
  });
  return urlOf(name);
};

t.test('the embedded database: many at once run each migration once', async (t) => {
  const database = await openEmbedded();
  t.teardown(() => database.close());
  t.equal(await isMigrated(database.db), false);
  await Promise.all(Array.from({ length: 8 }, () => migrate(database.db)));
  t.equal(await isMigrated(database.db), true);
  t.equal(await executed(database), files);
});

t.test('npm run migrate brings an embedded database up to date, twice over, the queue too', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'westand-migrate-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  t.equal((await command({ DATA_DIR: folder })).stdout, 'The database is up to date.\n');
  t.equal((await command({ DATA_DIR: folder })).stdout, 'The database is up to date.\n');
  const database = await openEmbedded(folder);
  t.teardown(() => database.close());
  t.equal(await isMigrated(database.db), true);
  const { rows } = await sql<{ name: string }>`select name from pgboss.queue order by name`.execute(
    database.db,
  );
  t.match(
    rows.map(({ name }) => name),
    Object.values(QUEUES).sort(),
  );
});

t.test('a bad variable is named, and nothing else is printed', async (t) => {
  await t.rejects(command({ DATABASE_URL: 'mysql://db' }), {
    code: 1,
    stderr:
      'Nothing was migrated. DATABASE_URL must be an address that starts with postgres:// or postgresql://.\n',
  });
});

t.test('PostgreSQL: four processes at once run each migration once', needsPostgres(), async (t) => {
  const url = await emptyDatabase(t);
  const results = await Promise.all(Array.from({ length: 4 }, () => command({ DATABASE_URL: url })));
  t.ok(results.every(({ stdout, stderr }) => stdout === 'The database is up to date.\n' && stderr === ''));
  const database = await openDatabase({ databaseUrl: url, dataDir: '' });
  t.teardown(() => database.close());
  t.equal(await executed(database), files);
  const queue = await openQueue(database, 'web', (error) => t.fail(error.message));
  t.equal(await queue.isReady(), true);
  await queue.stop();
});
