import pg from 'pg';
import type { Test } from 'tap';
import { findPostgres, startPostgres as startServer } from '../support/postgres.ts';

/** For tests that stop and start a PostgreSQL of their own: skips where there is none, except in CI, where it fails. */
export const needsPostgresPrograms = (): { skip: false | string } => {
  if (findPostgres()) return { skip: false };
  if (process.env.WESTAND_TEST_COMPLETE) throw new Error('This run must have PostgreSQL’s own programs.');
  return { skip: 'needs the programs of PostgreSQL' };
};

/** A PostgreSQL server of the test's own, empty, which it can stop and start. */
export const startPostgres = async (t: Test) => {
  const { urlOf, start, stop, remove } = await startServer();
  t.teardown(remove);
  const connect = async (name: string) => {
    const client = new pg.Client({ connectionString: urlOf(name) });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const createDatabase = async (name: string) => {
    const client = await connect('postgres');
    await client.query(`create database ${name}`);
    await client.end();
    return urlOf(name);
  };
  return { start, stop, connect, createDatabase };
};
