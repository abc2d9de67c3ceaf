import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type pg from 'pg';

export interface ConnectionPool {
  connect(): Promise<pg.PoolClient>;
  end(): Promise<void>;
}

interface Statement {
  text: string;
  name?: string;
  values?: unknown[];
}

const statementNames = new Map<string, string>();

/** The same name for the same text, always; undefined for all that come after the first thousand texts. */
export const statementName = (text: string) => {
  let name = statementNames.get(text);
  if (!name && statementNames.size < 1_000) {
    name = `s${statementNames.size}`;
    statementNames.set(text, name);
  }
  return name;
};

/** Names every statement that has parameters, so that PostgreSQL parses and plans each text once a connection. */
const statementOf = ({ sql: text, parameters }: CompiledQuery): Statement =>
  parameters.length > 0 ? { name: statementName(text)!, text, values: [...parameters] } : { text };

const AT_COMMIT = Symbol('at commit');

/**
 * Marks a query of a transaction whose answer nobody reads: it travels with the next query or with the commit, in
 * order, and its error comes from there. The embedded database runs it at once.
 */
export const withCommit = (query: CompiledQuery): CompiledQuery =>
  Object.assign({ ...query }, { [AT_COMMIT]: true });

/** Sends what needs no answer of its own together with what does: one packet there, one back. */
class PipelinedConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  #held: Statement[] = [];
  #inTransaction = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  begin(text: string) {
    this.#inTransaction = true;
    this.#held = [{ text }];
  }

  async commit() {
    const { command } = await this.send({ text: 'commit' });
    if (command === 'ROLLBACK') throw new Error('The transaction had failed before its commit');
  }

  /** Nothing is to be taken back where not even `begin` was sent. */
  async rollback() {
    const begun = !this.#held.some(({ text }) => text.startsWith('begin'));
    this.#held = [];
    if (begun) await this.send({ text: 'rollback' });
  }

  /** Waits for the answers to all that was held too, and throws the first error: the later ones follow from it. */
  async send(statement: Statement): Promise<pg.QueryResult> {
    if (this.#held.length === 0) return this.#client.query(statement);
    const { stream } = this.#client.connection;
    stream.cork();
    const answers = [...this.#held, statement].map((each) => this.#client.query(each));
    stream.uncork();
    this.#held = [];
    const settled = await Promise.allSettled(answers);
    const failed = settled.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
    return answers.at(-1)!;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = statementOf(query);
    if (this.#inTransaction && AT_COMMIT in query) {
      this.#held.push(statement);
      return { rows: [] };
    }
    const { rows, rowCount } = await this.send(statement);
    return { rows: rows ?? [], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  streamQuery(): never {
    throw new Error('Rows are not streamed here');
  }

  release() {
    this.#client.release();
  }
}

const beginText = ({ isolationLevel, accessMode }: TransactionSettings) =>
  ['begin', isolationLevel && `isolation level ${isolationLevel}`, accessMode].filter(Boolean).join(' ');

/** Kysely's PostgreSQL over pg, with `begin` sent along with the first query and `withCommit` along with the commit. */
export class PipelinedPostgresDialect extends PostgresDialect {
  readonly #pool: ConnectionPool;

  constructor(pool: ConnectionPool) {
    super({ pool: pool as never });
    this.#pool = pool;
  }

  override createDriver(): Driver {
    const pool = this.#pool;
    const on = (connection: DatabaseConnection) => connection as PipelinedConnection;
    return {
      init: async () => {},
      acquireConnection: async () => new PipelinedConnection(await pool.connect()),
      beginTransaction: async (connection, settings) => on(connection).begin(beginText(settings)),
      commitTransaction: (connection) => on(connection).commit(),
      rollbackTransaction: (connection) => on(connection).rollback(),
      releaseConnection: async (connection) => on(connection).release(),
      destroy: () => pool.end(),
    };
  }
}
