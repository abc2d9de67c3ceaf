import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres, startPostgres as startServer } from '../support/postgres.ts';

/** Flushing to disk, as in production. */
const SETTINGS = {
  max_connections: '200',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  fsync: 'on',
  synchronous_commit: 'on',
};

/** The load generator that comes with a PostgreSQL of the machine's own, but not with the development package. */
export const findPgbench = () => {
  const program = join(findPostgres()?.folder ?? '', 'pgbench');
  if (!existsSync(program))
    throw new Error(
      'The bench needs PostgreSQL’s own pgbench. On Debian or Ubuntu: apt-get install postgresql',
    );
  return program;
};

/** A PostgreSQL server of our own, on the disk; or the one that `BENCH_DATABASE_URL` names. */
export const startPostgres = async () => {
  const given = process.env.BENCH_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const { urlOf, remove } = await startServer(SETTINGS, tmpdir());
  return { url: urlOf('postgres'), stop: remove };
};
