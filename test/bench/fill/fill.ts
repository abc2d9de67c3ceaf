import { readFileSync } from 'node:fs';
import { type Database, openDatabase, openEmbedded } from '../../../src/db.ts';
import { openQueue } from '../../../src/jobs.ts';
import { migrate } from '../../../src/migrations.ts';

export interface Sizes {
  champions: number;
  events: number;
  messages: number;
}

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

const scripts = ['programme.sql', 'people.sql', 'week.sql'].map(read);
/** Of what nothing is measured in the embedded database. */
const training = read('training.sql');

const settings = (sizes: Sizes) =>
  Object.entries(sizes).map(([name, value]) => `select set_config('bench.${name}', '${value}', false)`);

const prepare = async (database: Database) => {
  await migrate(database.db);
  const queue = await openQueue(database, 'web', (error) => {
    throw error;
  });
  await queue.stop();
};

/** Migrates an empty PostgreSQL database and fills it; the figures for its tables are made after that. */
export const fillPostgres = async (url: string, sizes: Sizes) => {
  const database = await openDatabase({ databaseUrl: url, dataDir: '' });
  await prepare(database);
  const client = await database.pool!.connect();
  await client.query('set statement_timeout = 0');
  const patient = (text: string) => client.query({ text, query_timeout: 600_000 } as { text: string });
  for (const statement of [...settings(sizes), ...scripts, training, 'vacuum (analyze)', 'checkpoint'])
    await patient(statement);
  client.release(true);
  await database.close();
};

/** The same in an embedded database in a folder. */
export const fillEmbedded = async (folder: string, sizes: Sizes) => {
  const database = await openEmbedded(folder);
  await prepare(database);
  for (const statement of [...settings(sizes), ...scripts, 'vacuum analyze'])
    await database.pglite!.exec(statement);
  await database.close();
};

/** The id that the filled database gives to the n-th thing of a kind: `bench_id` in SQL. */
const idOf = (kind: number, n: number) =>
  `00000000-0000-7000-8${String(kind).padStart(3, '0')}-${String(n).padStart(12, '0')}`;

export const SESSIONS = 200;
export const sessionId = (n: number) => idOf(9, 1 + (n % SESSIONS));

export const championId = (n: number) => idOf(20, n);
