import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openEmbedded } from '../../src/db.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'westand-command-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command as a person does, over an embedded database of its own. */
const run = (command: string, ...args: string[]) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const env = { ...process.env, NODE_ENV: 'development', DATA_DIR: join(folder, 'data'), DATABASE_URL: '' };
    execFile(
      process.execPath,
      [`src/commands/${command}.ts`, ...args],
      { cwd: root, env },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), said: (out + err).trim() }),
    );
  });

const coordinator = (...args: string[]) => run('coordinator', ...args);

t.test('a command line that says too little is told how to say it', async (t) => {
  for (const args of [
    [],
    ['add'],
    ['add', 'Carol Jones'],
    ['add', 'Carol Jones', 'carol@', '--area', 'milton-keynes'],
    ['add', 'Carol Jones', 'carol@example.org'],
    ['add', 'Carol', 'Jones', 'carol@example.org', '--area', 'milton-keynes'],
    ['remove', 'Carol Jones', 'carol@example.org', '--area', 'milton-keynes'],
    ['add', 'Carol', 'carol@example.org', '--aera', 'milton-keynes'],
    ['reset-second-factor'],
    ['reset-second-factor', 'carol'],
  ]) {
    const { code, said } = await coordinator(...args);
    t.equal(code, 1);
    t.match(said, /^Nothing was done\. npm run coordinator -- add NAME EMAIL --area SLUG/);
  }
});

t.test('without areas it says how the first one is made', async (t) => {
  const { code, said } = await coordinator(
    'add',
    'Carol Jones',
    'carol@example.org',
    '--area',
    'milton-keynes',
  );
  t.equal(code, 1);
  t.match(
    said,
    /^Nothing was done\. There is no area ‘milton-keynes’\. There are no areas yet: add an administrator with --administrator and no --area, sign in, and make one under Settings\.$/,
  );
  const first = await coordinator('add', 'Ada', 'ada@example.org', '--administrator');
  t.same(first, { code: 0, said: 'Ada can sign in at /sign-in.' });
});

t.test('it adds a coordinator once, and names the areas there are', async (t) => {
  t.equal((await run('seed')).code, 0);
  const carol = ['add', 'Carol Jones', 'carol@example.org', '--area', 'milton-keynes'];
  const unknown = await coordinator('add', 'Carol Jones', 'carol@example.org', '--area', 'milton');
  t.same(unknown, {
    code: 1,
    said: 'Nothing was done. There is no area ‘milton’. The areas are: milton-keynes.',
  });
  t.same(await coordinator(...carol), { code: 0, said: 'Carol Jones can sign in at /sign-in.' });
  t.same(await coordinator(...carol), {
    code: 1,
    said: 'Nothing was done. This address belongs to a coordinator already.',
  });
  t.same(await coordinator('reset-second-factor', 'dan@example.org'), {
    code: 1,
    said: 'Nothing was done. No coordinator has this address.',
  });
  t.same(await coordinator('reset-second-factor', 'Carol@example.org'), {
    code: 1,
    said: 'Nothing was done. This coordinator has no second factor.',
  });
  const database = await openEmbedded(join(folder, 'data'));
  t.teardown(() => database.close());
  const rows = await database.db
    .selectFrom('coordinators')
    .innerJoin('coordinator_areas', 'coordinator_areas.coordinator_id', 'coordinators.id')
    .innerJoin('areas', 'areas.id', 'coordinator_areas.area_id')
    .select(['full_name', 'email', 'administrator', 'slug'])
    .where('email', '=', 'carol@example.org')
    .execute();
  t.same(rows, [
    { full_name: 'Carol Jones', email: 'carol@example.org', administrator: false, slug: 'milton-keynes' },
  ]);
});
