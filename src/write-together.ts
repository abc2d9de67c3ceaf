import type { InsertQueryBuilder, QueryCreator } from 'kysely';
import type { Trx } from './db.ts';
import { withCommit } from './pipelined-postgres.ts';
import type { Schema } from './schema.ts';

// biome-ignore lint/suspicious/noExplicitAny: an insert into any table, whatever it returns
export type Write = InsertQueryBuilder<Schema, any, any>;

/**
 * Sends several inserts as one statement: one round trip for all of them. None sees what the others write; foreign
 * keys between them hold all the same, since PostgreSQL checks those at the statement's end. It travels with the
 * transaction's next query or its commit, which is what throws where the database refuses it.
 */
export const writeTogether = async (trx: Trx, writes: Write[]) => {
  const all = writes.reduce<QueryCreator<Schema>>(
    (creator, write, at) => creator.with(`write_${at}`, () => write as never) as never,
    trx,
  );
  await trx.executeQuery(withCommit(all.selectNoFrom((eb) => eb.lit(1).as('written')).compile()));
};
