import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { freePort } from '../../.ci/free-port.ts';
import { openDatabase } from '../../src/db.ts';
import { migrate } from '../../src/migrations.ts';
import { manyProcesses, testApp } from '../helper.ts';
import { makeSession } from '../make.ts';
import { CONSTRAINT, PLACES, rush } from '../races/rush.ts';
import { signUpAndLeave } from '../support/journey.ts';
import { postgresOwner } from '../support/postgres.ts';
import { needsPostgresPrograms, startPostgres } from './postgres.ts';
import { until } from './server.ts';

const program = ['/usr/sbin/pgbouncer', '/usr/local/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'].find(
  existsSync,
);

/** Skips where there is no PgBouncer, except in CI, where it fails. */
const needsPgBouncer = () => {
  if (program) return needsPostgresPrograms();
  if (process.env.WESTAND_TEST_COMPLETE) throw new Error('This run must have PgBouncer.');
  return { skip: 'needs PgBouncer: apt-get install pgbouncer' };
};

/** The settings that the README gives, and where it listens and whom it lets in here. */
const settings = (port: number, postgresPort: string, folder: string) => `
[databases]
* = host=127.0.0.1 port=${postgresPort}

[pgbouncer]
pool_mode = transaction
ignore_startup_parameters = statement_timeout, idle_in_transaction_session_timeout

listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${folder}/users
default_pool_size = 12
`;

/** A migrated database behind PgBouncer in transaction mode: each transaction may run on another connection. */
const databaseBehindPgBouncer = async (t: Test) => {
  const postgres = await startPostgres(t);
  const direct = await postgres.createDatabase('westand');
  const folder = mkdtempSync(join(tmpdir(), 'westand-pgbouncer-'));
  const port = await freePort();
  writeFileSync(join(folder, 'users'), '"postgres" ""\n');
  writeFileSync(join(folder, 'pgbouncer.ini'), settings(port, new URL(direct).port, folder));
  if (postgresOwner.uid !== undefined) chownSync(folder, postgresOwner.uid, postgresOwner.gid!);
  const bouncer = spawn(program!, [join(folder, 'pgbouncer.ini')], { ...postgresOwner, stdio: 'ignore' });
  const ended = once(bouncer, 'exit');
  t.teardown(async () => {
    bouncer.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = new URL(direct);
  url.port = String(port);
  const open = () => openDatabase({ databaseUrl: url.href, dataDir: '' });
  await until('PgBouncer answers', 10, async () => {
    const { db, close } = await open();
    await sql`select 1`.execute(db).finally(close);
    return true;
  });
  const database = await open();
  t.teardown(() => database.close());
  await migrate(database.db);
  return { ...database, url: url.href };
};

t.test('the main job', needsPgBouncer(), async (t) => {
  const site = await testApp(t, { database: await databaseBehindPgBouncer(t) });
  await signUpAndLeave(t, site, (await makeSession(site.db)).id);
});

t.test('more people at once than places', needsPgBouncer(), async (t) => {
  const site = await manyProcesses(t, { database: await databaseBehindPgBouncer(t) });
  t.equal((await rush(site, 40)).booked, PLACES);
});

t.test('without the constraint there would be more', needsPgBouncer(), async (t) => {
  const site = await manyProcesses(t, { database: await databaseBehindPgBouncer(t) });
  await sql`alter table sessions drop constraint ${sql.ref(CONSTRAINT)}`.execute(site.db);
  const { booked } = await rush(site, 40);
  t.ok(booked > PLACES, `${booked} booked: so the test above can fail`);
});
