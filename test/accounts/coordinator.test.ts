import t from 'tap';
import { testApp } from '../helper.ts';
import { makeChampion, makeCoordinator } from '../make.ts';
import { newestCode, signedInCoordinator, signIn } from '../sign-in.ts';

t.test('a coordinator signs in with a code and finds their own page', async (t) => {
  const site = await testApp(t);
  const { browser, coordinator } = await signedInCoordinator(site, { full_name: 'Carol Jones' });
  const home = await browser.get('/coordinate');
  t.equal(home.statusCode, 200);
  t.match(home.body, /Hello, Carol Jones/);
  t.equal(home.headers['cache-control'], 'no-store');

  await site.db
    .updateTable('coordinators')
    .set({ ended_at: site.clock.now() })
    .where('id', '=', coordinator.id)
    .execute();
  t.equal((await browser.get('/coordinate')).headers.location, '/sign-in', 'until they end');
});

t.test('a champion who is a coordinator has both hats', async (t) => {
  const site = await testApp(t);
  await makeChampion(site.db, { email: 'carol@example.org' });
  await makeCoordinator(site.db, { email: 'Carol@example.org' });
  const browser = await signIn(site, 'carol@example.org');
  t.equal((await browser.get('/coordinate')).statusCode, 200);
  t.equal((await browser.get('/me')).statusCode, 200);
});

t.test('the code goes to the address as it is kept, whatever spelling was typed', async (t) => {
  const site = await testApp(t);
  await makeCoordinator(site.db, { email: 'carol@example.org' });
  await site.browser().post('/sign-in', { email: 'CAROL@example.org' });
  const messages = await site.db.selectFrom('messages').select(['recipient', 'champion_id']).execute();
  t.same(messages, [{ recipient: 'carol@example.org', champion_id: null }]);
  t.ok(await newestCode(site.db, site.config, 'carol@example.org'));
});
