import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { resetSecondFactor } from '../../src/accounts/second-factor.ts';
import { openEmbedded } from '../../src/db.ts';
import { deliverMail } from '../deliver.ts';
import { testApp } from '../helper.ts';
import { makeArea, makeProgramme } from '../make.ts';
import { signedInCoordinator, signIn } from '../sign-in.ts';
import { addApp, SETTINGS } from './factors.ts';

const run = promisify(execFile);

t.test('who lost everything starts again: signed out everywhere, and told', async (t) => {
  const site = await testApp(t);
  const { db, queue, clock } = site;
  const { coordinator, browser } = await signedInCoordinator(site);
  const { coordinator: other, browser: others } = await signedInCoordinator(site);
  await addApp(browser, clock);
  await addApp(others, clock);
  await deliverMail(site);
  const actor = { coordinatorId: null, requestId: null };
  const reset = { actor, contactEmail: 'hello@example.org', now: clock.now() };
  t.same(await resetSecondFactor(db, queue, { emailKey: coordinator.email_key, ...reset }), {
    email: coordinator.email,
  });
  t.equal((await browser.get('/coordinate')).headers.location, '/sign-in');
  t.equal((await others.get('/coordinate')).statusCode, 200, 'nobody else is');

  const again = await signIn(site, coordinator.email);
  t.match((await again.get('/coordinate')).body, /You have no second factor yet/);
  t.match((await again.get(SETTINGS)).body, /You get 10 of them/);
  const entries = await db
    .selectFrom('audit_entries')
    .select(['action', 'subject_kind', 'coordinator_id'])
    .where('subject_id', '=', coordinator.id)
    .where('action', '=', 'reset')
    .execute();
  t.same(entries, [{ action: 'reset', subject_kind: 'second factor', coordinator_id: null }]);
  const mails = await deliverMail(site);
  const told = mails.find(({ parsed }) => /were taken away/.test(parsed.text ?? ''));
  t.match(told?.parsed.to, [{ address: coordinator.email }]);
  t.equal(await resetSecondFactor(db, queue, { emailKey: 'nobody@example.org', ...reset }), undefined);
  const left = await db.selectFrom('authenticator_apps').select('coordinator_id').execute();
  t.same(left, [{ coordinator_id: other.id }]);
});

t.test('npm run coordinator -- adds one, and resets a second factor', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'westand-coordinator-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const command = (...args: string[]) =>
    run(process.execPath, ['src/commands/coordinator.ts', ...args], {
      env: { PATH: process.env.PATH, DATA_DIR: folder },
    });
  const refused = async (...args: string[]) => {
    const { code, stderr } = await command(...args).catch((error) => error);
    t.equal(code, 1, args.join(' '));
    return stderr;
  };
  t.match(await refused('reset-second-factor'), /^Nothing was done\. npm run coordinator -- add/);
  t.match(await refused('dance'), /^Nothing was done\. npm run coordinator/);
  t.match(await refused('add', 'Carol', 'carol@example.org', '--colour', 'red'), /^Nothing was done/);
  t.match(await refused('add', 'Carol', 'carol@example.org', '--area', 'moon'), /There is no area ‘moon’/);

  const database = await openEmbedded(folder);
  await makeProgramme(database.db);
  await makeArea(database.db, { slug: 'milton-keynes' });
  await database.close();
  const added = await command('add', 'Carol Jones', 'carol@example.org', '--area', 'milton-keynes');
  t.equal(added.stdout, 'Carol Jones can sign in at /sign-in.\n');
  const { stdout } = await command('reset-second-factor', 'Carol@example.org');
  t.match(stdout, /^carol@example\.org is signed out everywhere/);
  t.match(await refused('reset-second-factor', 'bob@example.org'), /No coordinator has this address/);
});
