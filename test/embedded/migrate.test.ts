import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import t from 'tap';
import { openEmbedded } from '../../src/db.ts';
import { QUEUES } from '../../src/jobs.ts';
import { isMigrated, migrate } from '../../src/migrations.ts';
import { runCommand } from '../support/command.ts';
import { executedMigrations, migrationFiles } from '../support/migration-count.ts';

t.test('many at once run each migration once', async (t) => {
  const database = await openEmbedded();
  t.teardown(() => database.close());
  t.equal(await isMigrated(database.db), false);
  await Promise.all(Array.from({ length: 8 }, () => migrate(database.db)));
  t.equal(await isMigrated(database.db), true);
  t.equal(await executedMigrations(database.db), migrationFiles);
});

t.test('npm run migrate brings it up to date, twice over, the queue too', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'westand-migrate-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const done = { code: 0, said: 'The database is up to date.' };
  t.same(await runCommand({ DATA_DIR: folder }, 'migrate'), done);
  t.same(await runCommand({ DATA_DIR: folder }, 'migrate'), done);
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
