import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect, type PostgresPool, type Transaction } from 'kysely';
import pg from 'pg';
import type { Config } from './config.ts';
import { holdDataFolder } from './data-folder.ts';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;
export type Trx = Transaction<Schema>;

/** The database and what lies under it: pg-boss needs the pool or the embedded instance itself. */
export interface Database {
  db: Db;
  pool?: pg.Pool;
  pglite?: PGlite;
  close(): Promise<void>;
}

/** PostgreSQL writes `2026-11-28 11:00:00+00`, which Temporal reads once the space is a T. */
const toInstant = (text: string) => Temporal.Instant.from(text.replace(' ', 'T'));

/** How our own queries read what JavaScript has a better type for; pg-boss reads in its own way. */
const { TIMESTAMPTZ, DATE, INT8 } = pg.types.builtins;
const parsers: Record<number, (text: string) => unknown> = {
  [TIMESTAMPTZ]: toInstant,
  [DATE]: (text) => text,
  [INT8]: Number,
};

const getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  parsers[oid] ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser;

// pg asks a value for this method before it falls back to JSON, which would put quotes round an instant.
Object.defineProperty(Temporal.Instant.prototype, 'toPostgres', {
  value(this: Temporal.Instant) {
    return this.toString();
  },
});

/** How long a request may wait for a connection while nobody gets one back before the page says that we are down. */
const PATIENCE_MS = 1_800;
const LONGEST_WAIT_MS = 10_000;

/** A busy database is not one that is down: waits on for as long as others get answers. */
const patiently = (pool: pg.Pool): PostgresPool => {
  let answered = 0;
  pool.on('release', (error) => {
    if (!error) answered++;
  });
  const connect = async (patience = LONGEST_WAIT_MS): Promise<pg.PoolClient> => {
    const before = answered;
    try {
      return await pool.connect();
    } catch (error) {
      if (patience < PATIENCE_MS || answered === before) throw error;
      return connect(patience - PATIENCE_MS);
    }
  };
  return { connect: () => connect(), end: () => pool.end(), options: pool.options };
};

const openPostgres = (connectionString: string, onError: (error: Error) => void): Database => {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: 10_000,
    statement_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
    application_name: 'westand',
    types: { getTypeParser },
  });
  pool.on('error', onError);
  // The pool listens only to clients that nobody uses; one that loses its server amid a transaction would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    db: new Kysely<Schema>({ dialect: new PostgresDialect({ pool: patiently(pool) }) }),
    pool,
    close: () => pool.end(),
  };
};

/** Opens the embedded database in a folder, or in memory where there is no folder (from `copyOf`, a dump, if given). */
export const openEmbedded = async (dataDir?: string, copyOf?: Blob): Promise<Database> => {
  const letGo = dataDir ? await holdDataFolder(dataDir) : async () => {};
  // Loaded here: a process on PostgreSQL should not hold another one.
  const [{ PGlite }, { btree_gist }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/contrib/btree_gist'),
  ]);
  const pglite = await PGlite.create({
    ...(dataDir ? { dataDir } : {}),
    ...(copyOf ? { loadDataDir: copyOf } : {}),
    extensions: { btree_gist },
    // It clears the memory of all of them at each start: its own 128 MB and 100 connections took half a second.
    startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=8MB', '-c', 'max_connections=10'],
    // For the instance, since those given with a query are joined with all of its own each time.
    parsers,
    serializers: { [TIMESTAMPTZ]: String },
  });
  return {
    db: new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) }),
    pglite,
    close: async () => {
      await pglite.close();
      await letGo();
    },
  };
};

/** PostgreSQL where `DATABASE_URL` names one, else the embedded database in `DATA_DIR`. */
export const openDatabase = async (
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  onError: (error: Error) => void = () => {},
): Promise<Database> =>
  config.databaseUrl ? openPostgres(config.databaseUrl, onError) : openEmbedded(config.dataDir);
