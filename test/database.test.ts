import t from 'tap';
import { testDatabase } from './database.ts';
import { needsPostgres } from './helper.ts';

t.test('asked for at once, each test gets a database of its own', needsPostgres(), async (t) => {
  for (let round = 0; round < 2; round++) {
    const taken = await Promise.all(Array.from({ length: 4 }, () => testDatabase(t)));
    t.equal(new Set(taken.map(({ url }) => url)).size, taken.length);
  }
});
