import { randomUUID } from 'node:crypto';
import t from 'tap';
import { compiledOnce } from '../src/compiled-once.ts';
import type { NewRow } from '../src/schema.ts';
import { writeTogether } from '../src/write-together.ts';
import { testDatabase } from './database.ts';

t.test('a query compiled once takes the values of each call, also where one stands twice', async (t) => {
  const { db } = await testDatabase(t);
  let built = 0;
  const putArea = compiledOnce((trx, { slug, ...row }: NewRow<'areas', 'id' | 'slug' | 'name'>) => {
    built++;
    return trx
      .insertInto('areas')
      .values({ slug, ...row })
      .onConflict((conflict) => conflict.column('slug').doUpdateSet({ name: row.name }));
  });
  const names = async () =>
    (await db.selectFrom('areas').select('name').orderBy('slug').execute()).map(({ name }) => name);
  const area = (slug: string, name: string) => ({ name, slug, id: randomUUID() });

  await db.transaction().execute(async (trx) => {
    await trx.executeQuery(putArea(trx, area('a', 'First')));
    await trx.executeQuery(putArea(trx, area('b', 'Second')));
    await trx.executeQuery(putArea(trx, area('a', 'First, renamed')));
  });
  t.same(await names(), ['First, renamed', 'Second']);

  await db.transaction().execute((trx) =>
    writeTogether(
      trx,
      ['c', 'd', 'e', 'f'].map((slug) => putArea(trx, area(slug, `Area ${slug}`))),
    ),
  );
  t.same(await names(), ['First, renamed', 'Second', 'Area c', 'Area d', 'Area e', 'Area f']);
  t.equal(built, 1);
});
