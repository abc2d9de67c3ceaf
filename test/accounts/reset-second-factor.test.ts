import t from 'tap';
import { resetSecondFactor } from '../../src/accounts/second-factor.ts';
import { deliverMail } from '../deliver.ts';
import { testApp } from '../helper.ts';
import { newestCode, signedInCoordinator, signIn } from '../sign-in.ts';
import { addApp, SETTINGS } from './factors.ts';

t.test('who lost everything starts again: signed out everywhere, and told', async (t) => {
  const site = await testApp(t);
  const { db, queue, clock } = site;
  const { coordinator, browser } = await signedInCoordinator(site);
  const { coordinator: other, browser: others } = await signedInCoordinator(site);
  await addApp(browser, clock);
  await addApp(others, clock);
  await deliverMail(site);
  const actor = { coordinatorId: null, requestId: null };
  const by = { actor, contactEmail: 'hello@example.org', now: clock.now() };
  const reset = (emailKey: string) => resetSecondFactor(db, queue, { emailKey }, by);
  t.same(await reset(coordinator.email_key), {
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
  t.same(await reset('nobody@example.org'), { refused: 'unknown' });
  t.same(await reset(coordinator.email_key), { refused: 'no factor' });
  const left = await db.selectFrom('authenticator_apps').select('coordinator_id').execute();
  t.same(left, [{ coordinator_id: other.id }]);
});

t.test('an administrator does it for others, after a fresh code, and not for themselves', async (t) => {
  const site = await testApp(t);
  const { db, config, clock } = site;
  const { coordinator, browser } = await signedInCoordinator(site);
  await addApp(browser, clock);
  const { coordinator: boss, browser: admins } = await signedInCoordinator(site, { administrator: true });
  const resetOf = (id: string) => `/coordinate/coordinators/${id}/second-factor-reset`;
  const CHECK = '/coordinate/account/check';
  t.match((await admins.get(`/coordinate/coordinators/${coordinator.id}`)).body, /Take away their second/);
  t.notMatch((await admins.get(`/coordinate/coordinators/${boss.id}`)).body, /Take away their second/);
  t.equal((await admins.post(resetOf(coordinator.id))).headers.location, CHECK);
  await admins.post(CHECK);
  await admins.post(`${CHECK}/code`, { code: await newestCode(db, config, boss.email) });

  t.equal((await browser.get('/coordinate')).statusCode, 200);
  t.equal((await admins.post(resetOf(coordinator.id))).headers.location, '/coordinate/coordinators');
  t.equal((await browser.get('/coordinate')).headers.location, '/sign-in');
  t.match((await admins.get('/coordinate/coordinators')).body, /can add a new second factor/);
  const twice = await admins.post(resetOf(coordinator.id));
  t.equal(twice.statusCode, 422);
  t.match(twice.body, /They have no second factor yet/);
  t.match((await admins.post(resetOf(boss.id))).body, /You can’t do this for yourself/);
  t.equal((await admins.post(resetOf('01920000-0000-7000-8000-000000000001'))).statusCode, 404);
  const entry = await db
    .selectFrom('audit_entries')
    .select('coordinator_id')
    .where('action', '=', 'reset')
    .execute();
  t.same(entry, [{ coordinator_id: boss.id }]);
});
