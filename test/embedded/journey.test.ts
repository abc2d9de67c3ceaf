import t, { type Test } from 'tap';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { loadSampleProgramme } from '../../src/sample/load.ts';
import { alice, messagesTo } from '../champions/people.ts';
import { embeddedDatabase } from '../database.ts';
import { testApp } from '../helper.ts';
import { signIn } from '../sign-in.ts';
import { signUpAndLeave } from '../support/journey.ts';

/** The sample programme, as a newcomer finds it, and an induction to which nobody comes yet. */
const openSample = async (t: Test) => {
  const site = await testApp(t, { database: await embeddedDatabase(t) });
  const { db } = site;
  await db.deleteFrom('programme').execute();
  t.equal(await loadSampleProgramme(db, site.clock.now()), true);
  const { id: session } = await db
    .selectFrom('sessions')
    .innerJoin('modules', 'modules.id', 'sessions.module_id')
    .select('sessions.id')
    .where('modules.induction', '=', true)
    .where('booked', '=', 0)
    .executeTakeFirstOrThrow();
  return { ...site, session };
};

t.test('the main job', async (t) => {
  const site = await openSample(t);
  await signUpAndLeave(t, site, site.session);
});

t.test('the last place goes to one, and a form sent five times counts once', async (t) => {
  const { db, browser, session } = await openSample(t);
  await db.updateTable('sessions').set({ capacity: 1 }).where('id', '=', session).execute();
  const people = Array.from({ length: 10 }, (_, n) => ({ ...alice(), email: `p${n}@example.org`, session }));
  const answers = await Promise.all(people.map((form) => browser().post('/join', form)));
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, ...Array(9).fill(422)]);

  const form = { ...alice(), submission: '01920000-0000-4000-8000-000000000001' };
  await Promise.all(Array.from({ length: 5 }, () => browser().post('/join', form)));
  t.equal((await messagesTo(db, 'alice@example.org')).length, 1);
});

t.test('every page that has an address of its own', async (t) => {
  const site = await openSample(t);
  const visitor = site.browser();
  const carol = await signIn(site, SAMPLE_COORDINATOR_EMAIL);
  const pages = [...site.app.accessByRoute.keys()].map((route) => route.split(' '));
  const addresses = pages.flatMap(([method, url]) => (method === 'GET' && !/[:*]/.test(url!) ? [url!] : []));
  t.ok(addresses.length > 50, `${addresses.length} pages`);
  for (const address of addresses)
    for (const [who, browser] of Object.entries({ visitor, carol })) {
      const { statusCode } = await browser.get(address);
      t.ok(statusCode < 500, `${address}, ${who}: ${statusCode}`);
    }
});
