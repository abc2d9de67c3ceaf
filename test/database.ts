import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { Test } from 'tap';
import { type Database, openDatabase, openEmbedded } from '../src/db.ts';
import { openQueue } from '../src/jobs.ts';
import { migrate } from '../src/migrations.ts';

const server = process.env.TEST_DATABASE_URL;

/** True where the tests run on a PostgreSQL server; races need one. In CI a missing server fails: see `needsPostgres`. */
export const onPostgres = server !== undefined;

const sources = [new URL('../migrations/', import.meta.url), new URL('../src/jobs.ts', import.meta.url)];

const fingerprint = () => {
  const hash = createHash('sha256').update(readFileSync(sources[1]!));
  for (const file of readdirSync(sources[0]!).sort())
    hash.update(file).update(readFileSync(new URL(file, sources[0])));
  return hash.digest('hex').slice(0, 12);
};

const prepare = async (database: Database) => {
  await migrate(database.db);
  const queue = await openQueue(database, 'web', (error) => {
    throw error;
  });
  await queue.stop();
};

const onServer = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

export const urlOf = (name: string) => {
  const url = new URL(server!);
  url.pathname = `/${name}`;
  return url.href;
};

const templateOnServer = (name: string) =>
  onServer(async (client) => {
    await client.query('select pg_advisory_lock(7002)');
    const { rowCount } = await client.query('select from pg_database where datname = $1 and datistemplate', [
      name,
    ]);
    if (rowCount) return;
    await client.query(`drop database if exists ${name}`);
    await client.query(`create database ${name}`);
    const database = await openDatabase({ databaseUrl: urlOf(name), dataDir: '' });
    await prepare(database);
    await database.close();
    await client.query(`alter database ${name} is_template true`);
  });

/** Half of a new cluster is what new databases are made from, and no test makes one. */
const dropTemplates = async (pglite: PGlite) => {
  await pglite.exec(`update pg_database set datistemplate = false where datname like 'template%'`);
  for (const name of ['template0', 'template1']) await pglite.exec(`drop database ${name}`);
  await pglite.exec('checkpoint');
};

const dumpForCopies = async (name: string) => {
  const folder = join(tmpdir(), 'westand-test');
  const file = join(folder, `${name}.tar`);
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

export interface TestDatabase extends Database {
  /** For a process of its own; only on PostgreSQL. */
  url: string | undefined;
}

/** A migrated database of the test's own: a copy of a template, dropped when the test ends. */
export const testDatabase = async (t: Test): Promise<TestDatabase> => {
  const template = `westand_template_${fingerprint()}`;
  if (!onPostgres) {
    dump ??= dumpForCopies(template);
    const database = await openEmbedded(undefined, await dump);
    t.teardown(() => database.close());
    return { ...database, url: undefined };
  }
  await templateOnServer(template);
  const name = `westand_test_${randomUUID().replaceAll('-', '')}`;
  await onServer((client) => client.query(`create database ${name} template ${template}`));
  const database = await openDatabase({ databaseUrl: urlOf(name), dataDir: '' });
  t.teardown(async () => {
    await database.close();
    await onServer((client) => client.query(`drop database ${name} with (force)`));
  });
  return { ...database, url: urlOf(name) };
};
