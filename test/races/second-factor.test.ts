import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { addApp, codeAt, recoveryCodes, STEP } from '../accounts/factors.ts';
import { needsPostgres, testApp } from '../helper.ts';
import { signedInCoordinator, signIn } from '../sign-in.ts';

/** As many as are looked at before they have to wait. */
const TRIES = 5;

type Site = Awaited<ReturnType<typeof testApp>>;

/** How many of the browsers in which a coordinator types one code at once are let in, by either kind of code. */
const rush = async (t: Test, prepare: (site: Site) => Promise<unknown> = async () => {}) => {
  const site = await testApp(t);
  const { coordinator, browser: first } = await signedInCoordinator(site);
  const { key } = await addApp(first, site.clock);
  const [recoveryCode = ''] = await recoveryCodes(first);
  await prepare(site);
  site.clock.advance({ minutes: 1 });
  const letIn = async (url: string, form: Record<string, string>) => {
    const browsers = [];
    for (let i = 0; i < TRIES; i++) browsers.push(await signIn(site, coordinator.email));
    const answers = await Promise.all(browsers.map((theirs) => theirs.post(url, form)));
    return answers.filter(({ headers }) => headers.location === '/coordinate').length;
  };
  return {
    app: await letIn(STEP, { code: codeAt(key, site.clock.now()) }),
    recovery: await letIn(`${STEP}/recovery-code`, { recoveryCode }),
  };
};

t.test('one code typed in five browsers at once lets in once', needsPostgres(), async (t) => {
  for (let round = 0; round < 5; round++) t.same(await rush(t), { app: 1, recovery: 1 });
});

t.test('it would let in more often if the database forgot what was used', needsPostgres(), async (t) => {
  const { app, recovery } = await rush(t, async ({ db }) => {
    await sql`create function forget_step() returns trigger language plpgsql as $$
      begin new.last_used_step := old.last_used_step; return new; end $$`.execute(db);
    await sql`create trigger forget_step before update on authenticator_apps
      for each row execute function forget_step()`.execute(db);
    await sql`create function forget_use() returns trigger language plpgsql as $$
      begin new.used_at := null; return new; end $$`.execute(db);
    await sql`create trigger forget_use before update on recovery_codes
      for each row execute function forget_use()`.execute(db);
  });
  t.ok(app > 1, `${app} by the app: so the test above can fail`);
  t.ok(recovery > 1, `${recovery} by the recovery code`);
});
