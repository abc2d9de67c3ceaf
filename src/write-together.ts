import { CompiledQuery } from 'kysely';
import type { Trx } from './db.ts';
import { withCommit } from './pipelined-postgres.ts';

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
