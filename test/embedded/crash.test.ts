import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import t from 'tap';
import { openEmbedded } from '../../src/db.ts';
import { alice } from '../champions/people.ts';
import { startServer, until } from '../reliability/server.ts';

t.test('killed amid sign-ups, it starts again with every one that it acknowledged', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'westand-crash-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const start = () => startServer(t, '', { DATA_DIR: join(folder, 'data'), PROCESS: 'both' });
  const acknowledged: string[] = [];

  const first = await start();
  let killed = false;
  const signUp = async (n: number) => {
    for (let turn = 0; !killed; turn++) {
      const email = `person-${n}-${turn}@example.org`;
      const status = await first.post('/join', { ...alice(), email }).then(
        (response) => response.status,
        () => 0,
      );
      if (status === 303) acknowledged.push(email);
    }
  };
  const crowd = Promise.all([0, 1, 2].map(signUp));
  await until('some are signed up', 30, async () => acknowledged.length >= 20);
  first.child.kill('SIGKILL');
  killed = true;
  await Promise.all([crowd, first.ended]);

  const second = await start();
  second.child.kill('SIGTERM');
  t.equal((await second.ended).code, 0);

  const { db, close } = await openEmbedded(join(folder, 'data'));
  t.teardown(close);
  for (const [table, column] of [
    ['champions', 'email'],
    ['messages', 'recipient'],
  ] as const) {
    const rows = await db.selectFrom(table).select(sql.ref<string>(column).as('email')).execute();
    const there = new Set(rows.map(({ email }) => email));
    t.same(
      acknowledged.filter((email) => !there.has(email)),
      [],
      `of ${acknowledged.length} sign-ups, none is missing among the ${table}`,
    );
  }
});
