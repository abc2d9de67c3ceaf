import type { PGlite, parse, protocol, Results } from '@electric-sql/pglite';
import type { PGliteDialectConfig } from 'kysely';
import { statementName } from './pipelined-postgres.ts';

/**
 * The embedded instance as Kysely sees it: each statement that has parameters is parsed and planned once, as over a
 * connection to PostgreSQL, and sent whole in one call.
 * See https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export const preparing = (
  pglite: PGlite,
  { serialize }: typeof protocol,
  { parseResults, parseDescribeStatementResults }: typeof parse,
): PGliteDialectConfig['pglite'] => {
  /** The types of the parameters of what is prepared, as PostgreSQL numbers them, by its name. */
  const known = new Map<string, number[]>();
  const send = (...messages: Uint8Array[]) => pglite.execProtocolStream(Buffer.concat(messages));

  const prepare = async (name: string, text: string) => {
    const described = await send(
      serialize.parse({ name, text }),
      serialize.describe({ type: 'S', name }),
      serialize.sync(),
    );
    const types = parseDescribeStatementResults(described);
    if (name) known.set(name, types);
    return types;
  };

  const execute = async (text: string, values: readonly unknown[]): Promise<Results> => {
    const name = statementName(text) ?? '';
    const types = known.get(name) ?? (await prepare(name, text));
    const parameters = values.map((value, at) => {
      const serializer = pglite.serializers[types[at]!] ?? String;
      return value === null || value === undefined ? null : serializer(value);
    });
    const answered = await send(
      serialize.bind({ statement: name, values: parameters }),
      serialize.describe({ type: 'P' }),
      serialize.execute({}),
      serialize.sync(),
    );
    return parseResults(answered, pglite.parsers)[0]!;
  };

  const query = (text: string, values: readonly unknown[]) =>
    pglite.runExclusive(() => execute(text, values));

  return {
    query: (text, values = []) =>
      (values.length > 0
        ? pglite._runExclusiveTransaction(() => query(text, values))
        : pglite.query(text)) as never,
    transaction: (work) =>
      pglite.transaction((tx) =>
        work({
          query: (text, values = []) => (values.length > 0 ? query(text, values) : tx.query(text)) as never,
          rollback: () => tx.rollback(),
        }),
      ),
    close: () => pglite.close(),
    waitReady: pglite.waitReady,
    get ready() {
      return pglite.ready;
    },
    get closed() {
      return pglite.closed;
    },
  };
};
