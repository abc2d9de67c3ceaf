import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import root, { type Test } from 'tap';
import { type Database, openDatabase, openEmbedded } from '../src/db.ts';
import { openQueue } from '../src/jobs.ts';
import { migrate } from '../src/migrations.ts';

const server = process.env.TEST_DATABASE_URL;

/** True where the tests run on a PostgreSQL server; races need one. In CI a missing server fails: see `needsPostgres`. */
export const onPostgres = Boolean(server);

const sources = [new URL('../migrations/', import.meta.url), new URL('../src/jobs.ts', import.meta.url)];

const fingerprint = () => {
  const hash = createHash('sha256').update(readFileSync(sources[1]!));
  for (const file of readdirSync(sources[0]!).sort())
    hash.update(file).update(readFileSync(new URL(file, sources[0])));
  return hash.digest('hex').slice(0, 12);
};

const TEMPLATE = `westand_template_${fingerprint()}`;

const prepare = async (database: Database) => {
  await migrate(database.db);
  const queue = await openQueue(database, 'web', (error) => {
    throw error;
  });
  await queue.stop();
};

export const urlOf = (name: string) => {
  const url = new URL(server!);
  url.pathname = `/${name}`;
  return url.href;
};

/** Makes and drops databases; ends with the process. */
const admin = new pg.Pool({ connectionString: server, max: 3, allowExitOnIdle: true });

/** Makes the template unless another process has; the others wait for it. */
const makeTemplate = async () => {
  const client = await admin.connect();
  try {
    await client.query('select pg_advisory_lock(7002)');
    const { rowCount } = await client.query('select from pg_database where datname = $1 and datistemplate', [
      TEMPLATE,
    ]);
    if (rowCount) return;
    await client.query(`drop database if exists ${TEMPLATE}`);
    await client.query(`create database ${TEMPLATE}`);
    const database = await openDatabase({ databaseUrl: urlOf(TEMPLATE), dataDir: '' });
    await prepare(database);
    await database.close();
    await client.query(`alter database ${TEMPLATE} is_template true`);
  } finally {
    client.release(true);
  }
};

let template: Promise<void> | undefined;

/** Copies the template's files: by way of the log, which is PostgreSQL's default, it takes far longer. */
const copyTemplate = async () => {
  template ??= makeTemplate();
  await template;
  const name = `westand_test_${randomUUID().replaceAll('-', '')}`;
  await admin.query(`create database ${name} template ${TEMPLATE} strategy file_copy`);
  return name;
};

const drop = (name: string) => admin.query(`drop database ${name} with (force)`);

let next: Promise<string> | undefined;

/** The database that was made while the test before ran; and has the one for the test after made. */
const takeDatabase = () => {
  if (!next) root.teardown(async () => drop(await next!));
  const taken = next ?? copyTemplate();
  next = copyTemplate();
  // Whoever takes it hears of a failure.
  next.catch(() => {});
  return taken;
};

/** Half of a new cluster is what new databases are made from, and no test makes one. */
const dropTemplates = async (pglite: PGlite) => {
  await pglite.exec(`update pg_database set datistemplate = false where datname like 'template%'`);
  for (const name of ['template0', 'template1']) await pglite.exec(`drop database ${name}`);
  await pglite.exec('checkpoint');
};

const dumpForCopies = async () => {
  const folder = join(tmpdir(), 'westand-test');
  const file = join(folder, `${TEMPLATE}.tar`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const database = await openEmbedded();
    await prepare(database);
    await dropTemplates(database.pglite!);
    const dump = await database.pglite!.dumpDataDir('none');
    await database.close();
    const part = `${file}.${randomUUID()}`;
    writeFileSync(part, Buffer.from(await dump.arrayBuffer()));
    renameSync(part, file);
  }
  return new Blob([readFileSync(file)]);
};

let dump: Promise<Blob> | undefined;

/** The embedded database, migrated, in memory: a copy of the test's own. */
export const embeddedDatabase = async (t: Test): Promise<TestDatabase> => {
  dump ??= dumpForCopies();
  const database = await openEmbedded(undefined, await dump);
  t.teardown(() => database.close());
  return { ...database, url: undefined };
};

export interface TestDatabase extends Database {
  /** For a process of its own; only on PostgreSQL. */
  url: string | undefined;
}

/** A migrated database of the test's own: a copy of a template, dropped when the test ends. */
export const testDatabase = async (t: Test): Promise<TestDatabase> => {
  if (!onPostgres) return embeddedDatabase(t);
  const name = await takeDatabase();
  const database = await openDatabase({ databaseUrl: urlOf(name), dataDir: '' });
  t.teardown(async () => {
    await database.close();
    await drop(name);
  });
  return { ...database, url: urlOf(name) };
};
