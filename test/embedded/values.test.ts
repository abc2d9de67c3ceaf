import { CompiledQuery, sql } from 'kysely';
import t, { type Test } from 'tap';
import { embeddedDatabase } from '../database.ts';

const open = async (t: Test) => (await embeddedDatabase(t)).db;

t.test('values come back as they went, however often a statement is used', async (t) => {
  const db = await open(t);
  const instant = Temporal.Instant.from('2026-11-28T11:00:00.123456Z');
  for (const name of ['Nguyễn 🙂', '', 'O’Brien', 'a', 'b', 'c', 'd']) {
    const { rows } = await sql`
      select ${name}::text as name, ${instant}::timestamptz as instant, ${Buffer.from([0, 255])}::bytea as bytes,
        ${['x', 'y"z']}::text[] as words, ${{ a: [1, null] }}::jsonb as json, ${null}::text as nothing,
        ${undefined}::text as absent, ${2 ** 40}::bigint as big, ${true}::boolean as yes, ${'2026-11-28'}::date as day`.execute(
      db,
    );
    t.match(rows, [
      {
        name,
        words: ['x', 'y"z'],
        json: { a: [1, null] },
        nothing: null,
        absent: null,
        big: 2 ** 40,
        yes: true,
        day: '2026-11-28',
      },
    ]);
    const [row] = rows as { instant: Temporal.Instant; bytes: Uint8Array }[];
    t.ok(row!.instant.equals(instant));
    t.same([...row!.bytes], [0, 255]);
  }
});

t.test('a refused statement does not stand in the way of the next', async (t) => {
  const db = await open(t);
  const insert = (id: number, on: Pick<typeof db, 'executeQuery'> = db) =>
    on.executeQuery(CompiledQuery.raw('insert into things values ($1)', [id]));
  await t.rejects(insert(1), /things.*does not exist/);
  await sql`create table things (id integer primary key)`.execute(db);
  t.equal((await insert(1)).numAffectedRows, 1n);
  await t.rejects(insert(1), { code: '23505', constraint: 'things_pkey' });

  const failed = db.transaction().execute(async (trx) => {
    await insert(2, trx);
    await insert(1, trx).catch(() => {});
    await sql`select ${3}::integer`.execute(trx);
  });
  await t.rejects(failed, /current transaction is aborted/);
  await sql`select ${3}::integer`.execute(db);
  await insert(2);
  t.equal((await sql`select id from things where id < ${9}`.execute(db)).rows.length, 2);
});

t.test('nobody’s statement gets into another’s transaction', async (t) => {
  const db = await open(t);
  await sql`create table things (id integer primary key)`.execute(db);
  const given = db.transaction().execute(async (trx) => {
    await sql`insert into things values (${1})`.execute(trx);
    await new Promise((resolve) => setTimeout(resolve, 50));
    throw new Error('Given up');
  });
  await Promise.all([t.rejects(given, /Given up/), sql`insert into things values (${2})`.execute(db)]);
  t.same((await sql`select id from things`.execute(db)).rows, [{ id: 2 }]);
});
