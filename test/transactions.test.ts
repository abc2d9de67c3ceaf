import { randomUUID } from 'node:crypto';
import { AbortedTransactionError } from 'kysely';
import t from 'tap';
import type { Db } from '../src/db.ts';
import { testDatabase } from './database.ts';
import { needsPostgres } from './helper.ts';

const insertArea = (db: Db, slug: string) =>
  db.insertInto('areas').values({ id: randomUUID(), slug, name: slug }).execute();

const slugs = async (db: Db) =>
  (await db.selectFrom('areas').select('slug').orderBy('slug').execute()).map(({ slug }) => slug);

t.test('all of a transaction is written, or nothing', async (t) => {
  const { db } = await testDatabase(t);
  await db.transaction().execute(async (trx) => {
    await insertArea(trx, 'first');
    t.same(await slugs(trx), ['first'], 'the next query sees it');
    await insertArea(trx, 'second');
  });
  const twice = db.transaction().execute(async (trx) => {
    await insertArea(trx, 'third');
    await insertArea(trx, 'first');
  });
  await t.rejects(twice, { code: '23505', constraint: 'areas_slug_key' });
  const given = db.transaction().execute(async (trx) => {
    await insertArea(trx, 'fourth');
    throw new Error('Given up');
  });
  await t.rejects(given, /Given up/);
  t.same(await slugs(db), ['first', 'second']);
});

t.test('an error that was swallowed is no commit', async (t) => {
  const { db } = await testDatabase(t);
  const swallowed = db.transaction().execute(async (trx) => {
    await insertArea(trx, 'one');
    await insertArea(trx, 'one').catch(() => {});
  });
  await t.rejects(swallowed, AbortedTransactionError);
  t.same(await slugs(db), []);
  await db.transaction().execute(async () => {});
});

t.test('who may only read writes nothing', needsPostgres(), async (t) => {
  const { db } = await testDatabase(t);
  const readOnly = db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((trx) => insertArea(trx, 'one'));
  await t.rejects(readOnly, /read-only transaction/);
});
