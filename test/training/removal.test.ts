import t from 'tap';
import { messagesTo, pageText } from '../champions/people.ts';
import { signedInChampion, signedInCoordinator } from '../sign-in.ts';
import { openRegisterSite } from './registers.ts';

t.test(
  'a coordinator takes someone off the list: once, told, and the next is offered the place',
  async (t) => {
    const { site, db, carol, register, session } = await openRegisterSite(t, { capacity: 1 });
    const [alice, bob] = [await signedInChampion(site), await signedInChampion(site)];
    await alice.browser.post('/me/bookings', { session: session.id });
    await bob.browser.post('/me/bookings', { session: session.id, wait: 'yes' });
    const idOf = async (championId: string) =>
      (
        await db
          .selectFrom('bookings')
          .select('id')
          .where('champion_id', '=', championId)
          .executeTakeFirstOrThrow()
      ).id;
    t.match(pageText(await carol.get(register)), /Take off the list/);
    const removal = `${register}/${await idOf(alice.champion.id)}/removal`;

    const elsewhere = await signedInCoordinator(site);
    t.equal((await elsewhere.browser.post(removal)).statusCode, 404);
    t.equal((await carol.post(`${register}/x/removal`)).statusCode, 404);
    for (let twice = 0; twice < 2; twice++) {
      t.equal((await carol.post(removal)).headers.location, register);
      t.match(pageText(await carol.get(register)), /They are off the list, and we have told them by email/);
    }
    const news = (await messagesTo(db, alice.champion.email)).filter(({ kind }) => kind !== 'sign-in');
    t.match(news, [
      { kind: 'booked', invite: { method: 'REQUEST', sequence: 0 } },
      { kind: 'cancelled', data: { why: 'coordinator' }, invite: { method: 'CANCEL', sequence: 1 } },
    ]);
    t.equal(news.length, 2);
    t.match((await messagesTo(db, bob.champion.email)).at(-1), { kind: 'place-free' });
    const entries = await db.selectFrom('audit_entries').selectAll().where('action', '=', 'remove').execute();
    t.match(entries, [{ subject_kind: 'booking', details: { sessionId: session.id, state: 'booked' } }]);

    const bobs = await idOf(bob.champion.id);
    await db
      .updateTable('bookings')
      .set({ state: 'attended', offered_until: null })
      .where('id', '=', bobs)
      .execute();
    await carol.post(`${register}/${bobs}/removal`);
    t.match(pageText(await carol.get(register)), /Nobody was taken off the list/);
  },
);
