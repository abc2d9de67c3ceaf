import { execFile } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Test } from 'tap';
import { freePort } from '../../.ci/free-port.ts';

const programs = globSync('/usr/lib/postgresql/*/bin/initdb')
  .sort()
  .at(-1)
  ?.replace(/initdb$/, '');

/** For tests that stop and start a PostgreSQL of their own: skips where there is none, except in CI, where it fails. */
export const needsPostgresPrograms = (): { skip: false | string } => {
  if (programs) return { skip: false };
  if (process.env.WESTAND_TEST_COMPLETE) throw new Error('This run must have PostgreSQL’s own programs.');
  return { skip: 'needs the programs of PostgreSQL' };
};

const run = promisify(execFile);

/** PostgreSQL refuses to run as root. */
const asOwner = async (program: string, args: string[], cwd: string) =>
  process.getuid?.() === 0
    ? run('runuser', ['-u', 'postgres', '--', programs + program, ...args], { cwd })
    : run(programs + program, args, { cwd });

const ownerId = async (flag: '-u' | '-g') => Number((await run('id', [flag, 'postgres'])).stdout);

/** A PostgreSQL server of the test's own, empty, which it can stop and start. */
export const startPostgres = async (t: Test) => {
  const folder = mkdtempSync(join(tmpdir(), 'westand-postgres-'));
  if (process.getuid?.() === 0) chownSync(folder, await ownerId('-u'), await ownerId('-g'));
  const data = join(folder, 'data');
  const port = await freePort();
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200`;
  const url = (name: string) => `postgresql://postgres@127.0.0.1:${port}/${name}`;

  const start = () =>
    asOwner('pg_ctl', ['-D', data, '-l', join(folder, 'log'), '-w', '-o', settings, 'start'], folder);
  const stop = () => asOwner('pg_ctl', ['-D', data, '-w', '-m', 'immediate', 'stop'], folder);

  t.teardown(async () => {
    await stop().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  });
  await asOwner('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale'], folder);
  await start();

  const connect = async (name: string) => {
    const client = new pg.Client({ connectionString: url(name) });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const createDatabase = async (name: string) => {
    const client = await connect('postgres');
    await client.query(`create database ${name}`);
    await client.end();
    return url(name);
  };
  return { start, stop, connect, createDatabase };
};
