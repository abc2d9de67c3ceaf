import { CompiledQuery, type RawBuilder, type SelectType, sql } from 'kysely';
import type { Trx } from './db.ts';
import { withCommit } from './pipelined-postgres.ts';
import type { Schema } from './schema.ts';

/** Bytes are `\x` and their hexadecimal digits; what may be null may be left out. */
type InJson<V> = [V] extends [Buffer] ? string : null extends V ? V | undefined : V;

/**
 * What inserts rows, from one parameter: the statement is the same for any number of them.
 * @param onConflict what follows the rows, where there may be one already
 */
export const insertRows = <T extends keyof Schema & string, C extends keyof Schema[T] & string>(
  trx: Trx,
  table: T,
  columns: readonly C[],
  rows: { [K in C]: InJson<SelectType<Schema[T][K]>> }[],
  onConflict: RawBuilder<unknown> = sql``,
): CompiledQuery => {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  return sql`
    insert into ${sql.table(table)} (${names})
    select ${names} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)
    ${onConflict}`.compile(trx);
};

/** One text out of several, with their parameters numbered on. */
const joinedText = (writes: CompiledQuery[]) => {
  let before = 0;
  const all = writes.map(({ sql, parameters }, at) => {
    const numbered = sql.replaceAll(/\$(\d+)/g, (_, n) => `$${Number(n) + before}`);
    before += parameters.length;
    return `"write_${at}" as (${numbered})`;
  });
  return `with ${all.join(', ')} select 1 as "written"`;
};

const joinedTexts = new Map<string, string>();

/**
 * Sends several inserts as one statement: one round trip for all of them. None sees what the others write; foreign
 * keys between them hold all the same, since PostgreSQL checks those at the statement's end. It travels with the
 * transaction's next query or its commit, which is what throws where the database refuses it.
 */
export const writeTogether = async (trx: Trx, writes: CompiledQuery[]) => {
  const key = writes.map(({ sql }) => sql).join(';');
  const text = joinedTexts.get(key) ?? joinedText(writes);
  joinedTexts.set(key, text);
  const parameters = writes.flatMap((write) => write.parameters);
  await trx.executeQuery(withCommit(CompiledQuery.raw(text, parameters)));
};
