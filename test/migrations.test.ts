import { randomUUID } from 'node:crypto';
import pg from 'pg';
import t, { type Test } from 'tap';
import { openDatabase } from '../src/db.ts';
import { openQueue } from '../src/jobs.ts';
import { urlOf } from './database.ts';
import { needsPostgres } from './helper.ts';
import { runCommand } from './support/command.ts';
import { executedMigrations, migrationFiles } from './support/migration-count.ts';

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

t.test('a bad variable is named, and nothing else is printed', async (t) => {
  t.same(await runCommand({ DATABASE_URL: 'mysql://db' }, 'migrate'), {
    code: 1,
    said: 'Nothing was migrated. DATABASE_URL must be an address that starts with postgres:// or postgresql://.',
  });
});

t.test('four processes at once run each migration once', needsPostgres(), async (t) => {
  const url = await emptyDatabase(t);
  const results = await Promise.all(
    Array.from({ length: 4 }, () => runCommand({ DATABASE_URL: url }, 'migrate')),
  );
  t.same(results, Array(4).fill({ code: 0, said: 'The database is up to date.' }));
  const database = await openDatabase({ databaseUrl: url, dataDir: '' });
  t.teardown(() => database.close());
  t.equal(await executedMigrations(database.db), migrationFiles);
  const queue = await openQueue(database, 'web', (error) => t.fail(error.message));
  t.equal(await queue.isReady(), true);
  await queue.stop();
});
