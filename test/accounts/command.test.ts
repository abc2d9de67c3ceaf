import t from 'tap';
import { readCommandLine } from '../../src/commands/coordinator.ts';
import { testDatabase } from '../database.ts';
import { needsPostgres } from '../helper.ts';
import { runCommand } from '../support/command.ts';

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
    ['add', 'Carol', 'carol@example.org', '--colour', 'red'],
    ['dance'],
    ['reset-second-factor'],
    ['reset-second-factor', 'carol'],
  ])
    t.equal(readCommandLine(args), undefined, args.join(' '));
  const { code, said } = await runCommand({}, 'coordinator', 'reset-second-factor', 'carol');
  t.equal(code, 1);
  t.match(said, /^Nothing was done\. npm run coordinator -- add NAME EMAIL --area SLUG/);
});

t.test('it adds a coordinator once, and names the areas there are', needsPostgres(), async (t) => {
  const { db, url } = await testDatabase(t);
  const coordinator = (...args: string[]) => runCommand({ DATABASE_URL: url! }, 'coordinator', ...args);
  const carol = ['add', 'Carol Jones', 'carol@example.org', '--area', 'milton-keynes'];

  const { code, said } = await coordinator(...carol);
  t.equal(code, 1);
  t.match(
    said,
    /^Nothing was done\. There is no area ‘milton-keynes’\. There are no areas yet: add an administrator with --administrator and no --area, sign in, and make one under Settings\.$/,
  );
  const first = await coordinator('add', 'Ada', 'ada@example.org', '--administrator');
  t.same(first, { code: 0, said: 'Ada can sign in at /sign-in.' });

  t.equal((await runCommand({ DATABASE_URL: url! }, 'seed')).code, 0);
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
  const rows = await db
    .selectFrom('coordinators')
    .innerJoin('coordinator_areas', 'coordinator_areas.coordinator_id', 'coordinators.id')
    .innerJoin('areas', 'areas.id', 'coordinator_areas.area_id')
    .select(['coordinators.id', 'full_name', 'email', 'administrator', 'slug'])
    .where('email', '=', 'carol@example.org')
    .execute();
  t.match(rows, [
    { full_name: 'Carol Jones', email: 'carol@example.org', administrator: false, slug: 'milton-keynes' },
  ]);

  t.same(await coordinator('reset-second-factor', 'dan@example.org'), {
    code: 1,
    said: 'Nothing was done. No coordinator has this address.',
  });
  t.same(await coordinator('reset-second-factor', 'Carol@example.org'), {
    code: 1,
    said: 'Nothing was done. This coordinator has no second factor.',
  });
  const now = Temporal.Now.instant();
  const app = {
    coordinator_id: rows[0]!.id,
    sealed_key: Buffer.from('x'),
    last_used_step: 1,
    last_used_at: null,
  };
  await db
    .insertInto('authenticator_apps')
    .values({ ...app, created_at: now })
    .execute();
  const reset = await coordinator('reset-second-factor', 'Carol@example.org');
  t.equal(reset.code, 0);
  t.match(reset.said, /^carol@example\.org is signed out everywhere/);
});
