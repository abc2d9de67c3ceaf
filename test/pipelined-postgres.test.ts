import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { Trx } from '../src/db.ts';
import { withCommit } from '../src/pipelined-postgres.ts';
import { testDatabase } from './database.ts';
import { needsPostgres } from './helper.ts';

const insertArea = (trx: Pick<Trx, 'insertInto'>, slug: string) =>
  trx.insertInto('areas').values({ id: randomUUID(), slug, name: slug }).compile();

t.test('what travels with the commit is written, in order, or refused with all the rest', async (t) => {
  const { db } = await testDatabase(t);
  const slugs = async () =>
    (await db.selectFrom('areas').select('slug').orderBy('slug').execute()).map(({ slug }) => slug);

  await db.transaction().execute(async (trx) => {
    await trx.executeQuery(withCommit(insertArea(trx, 'held')));
    const seen = await trx.selectFrom('areas').select('slug').execute();
    t.same(seen, [{ slug: 'held' }], 'the next query comes after it');
    await trx.executeQuery(withCommit(insertArea(trx, 'last')));
  });
  t.same(await slugs(), ['held', 'last']);

  const twice = db.transaction().execute(async (trx) => {
    await trx.executeQuery(insertArea(trx, 'first of a failure'));
    await trx.executeQuery(withCommit(insertArea(trx, 'held')));
  });
  await t.rejects(twice, /areas_slug_key/);
  t.same(await slugs(), ['held', 'last'], 'nothing of it stays');

  const given = db.transaction().execute(async (trx) => {
    await trx.executeQuery(withCommit(insertArea(trx, 'given up')));
    throw new Error('Given up');
  });
  await t.rejects(given, /Given up/);
  await db.executeQuery(withCommit(insertArea(db, 'outside a transaction')));
  t.same(await slugs(), ['held', 'last', 'outside a transaction']);
});

t.test('an error that was swallowed is no commit', needsPostgres(), async (t) => {
  const { db } = await testDatabase(t);
  const swallowed = db.transaction().execute(async (trx) => {
    await trx.executeQuery(insertArea(trx, 'one'));
    await trx.executeQuery(insertArea(trx, 'one')).catch(() => {});
  });
  await t.rejects(swallowed, /had failed before its commit/);
  t.same(await db.selectFrom('areas').selectAll().execute(), []);
  await db.transaction().execute(async () => {});
  const readOnly = db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((trx) => trx.executeQuery(insertArea(trx, 'two')));
  await t.rejects(readOnly, /read-only transaction/);
});
