import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeBooking, makeChampion, makeEvent, makeModule, makeSession } from '../make.ts';
import { messagesTo } from './people.ts';

const person = (n: number | string, more = {}) => ({
  fullName: `Person ${n}`,
  email: `person-${n}@example.org`,
  ageBand: '18+',
  submission: randomUUID(),
  ...more,
});

/** Sends all of these forms at once. */
const sendAll = async ({ browser }: Awaited<ReturnType<typeof testApp>>, forms: object[]) => {
  const answers = await Promise.all(forms.map((form) => browser().post('/events/stall/join', { ...form })));
  return answers.map(({ statusCode }) => statusCode);
};

t.test('those who sign up at once get what each would get alone', async (t) => {
  const site = await testApp(t);
  const { db, clock } = site;
  const event = await makeEvent(db, { slug: 'stall' });
  const module_id = (await makeModule(db)).id;
  const session = await makeSession(db, { module_id, capacity: 100 });
  const full = await makeSession(db, { module_id, capacity: 1 });
  const known = await Promise.all(
    ['holds', 'waits', 'rests', 'comes'].map((name) =>
      makeChampion(db, {
        email: `person-${name}@example.org`,
        ...(name === 'rests' ? { state: 'paused' } : {}),
      }),
    ),
  );
  const [holds, waits] = known;
  await makeBooking(db, { champion_id: holds!.id, session_id: full.id });
  await makeBooking(db, {
    champion_id: waits!.id,
    session_id: full.id,
    state: 'waiting',
    booked_at: clock.now(),
  });
  const again = person('again', { session: session.id });
  await site.browser().post('/events/stall/join', again);

  const wishes = { session: session.id };
  const statuses = await sendAll(site, [
    ...Array.from({ length: 20 }, (_, n) => person(n, wishes)),
    person('no-session'),
    person('young', { ...wishes, ageBand: '16-17' }),
    person('too-late', { session: full.id }),
    person('holds', wishes),
    person('rests', wishes),
    person('comes'),
    again,
  ]);
  t.same(
    statuses.flatMap((status, at) => (status === 303 ? [] : at)),
    [22],
    'only the full session is refused',
  );
  const more = [person('waits', wishes), ...['x', 'y', 'z'].map((name) => person(name, wishes))];
  t.same(await sendAll(site, more), [303, 303, 303, 303]);

  const bookingsOf = async (name: string | number) =>
    db
      .selectFrom('bookings')
      .innerJoin('champions', 'champions.id', 'champion_id')
      .select(['session_id', 'bookings.state'])
      .where('email', '=', `person-${name}@example.org`)
      .where('bookings.state', '<>', 'withdrawn')
      .execute();
  const booked = [{ session_id: session.id, state: 'booked' }];
  for (const name of [0, 7, 19, 'waits', 'x', 'z', 'again'])
    t.same(await bookingsOf(name), booked, String(name));
  for (const name of ['no-session', 'young', 'rests', 'comes']) t.same(await bookingsOf(name), [], name);
  t.same(await bookingsOf('holds'), [{ session_id: full.id, state: 'booked' }]);

  const kindAndInvite = async (name: string | number) =>
    (await messagesTo(db, `person-${name}@example.org`)).map(({ kind, invite }) => [kind, invite?.startsAt]);
  const [atSession, atEvent] = [session.starts_at, event.starts_at].map((at) => at.toString());
  t.same(await kindAndInvite(3), [['sign-up', atSession]]);
  t.same(await kindAndInvite('no-session'), [['sign-up', atEvent]]);
  t.same(await kindAndInvite('young'), [['sign-up', undefined]]);
  t.same(await kindAndInvite('again'), [['sign-up', atSession]], 'no second message');
  t.same(await kindAndInvite('holds'), [['already-signed-up', undefined]]);
  t.same(await kindAndInvite('waits'), [['already-signed-up', atSession]]);
  t.same(await kindAndInvite('rests'), [['already-signed-up', undefined]]);
  t.same(await kindAndInvite('comes'), [['already-signed-up', atEvent]]);
  t.same(await kindAndInvite('too-late'), [], 'nothing is kept of who was refused');
  const count = await db.selectFrom('sign_ups').select('id').execute();
  t.equal(count.length, 30);
  t.match(await db.selectFrom('sessions').select('booked').where('id', '=', session.id).executeTakeFirst(), {
    booked: 25,
  });
});

t.test('where one is refused by the database, the others sign up all the same', async (t) => {
  const site = await testApp(t);
  const { db } = site;
  await makeEvent(db, { slug: 'stall' });
  const [roomy, small] = [await makeSession(db, { capacity: 100 }), await makeSession(db, { capacity: 2 })];
  await sql`alter table champions add constraint no_mallory check (full_name <> 'Person mallory')`.execute(
    db,
  );
  const forms = [
    ...Array.from({ length: 10 }, (_, n) => person(n, { session: roomy.id })),
    ...Array.from({ length: 5 }, (_, n) => person(`late-${n}`, { session: small.id })),
  ];
  t.same(
    (await sendAll(site, forms)).sort(),
    [...Array(12).fill(303), ...Array(3).fill(422)],
    'two of five get the last two places',
  );
  t.equal((await db.selectFrom('sign_ups').select('id').execute()).length, 12);

  const others = Array.from({ length: 10 }, (_, n) => person(`other-${n}`));
  const statuses = await sendAll(site, [person('eve'), person('mallory'), ...others]);
  t.same(statuses, [303, 500, ...Array(10).fill(303)]);
});

t.test('the last place, asked for by one form twice at once, is theirs both times', async (t) => {
  const site = await testApp(t);
  const { db } = site;
  await makeEvent(db, { slug: 'stall' });
  const module_id = (await makeModule(db)).id;
  for (let round = 0; round < 20; round++) {
    const session = await makeSession(db, { module_id, capacity: 1 });
    const form = person(round, { session: session.id });
    t.same(await sendAll(site, [form, form]), [303, 303]);
    t.same(await sendAll(site, [form]), [303], 'and once more, when it is full');
    t.same(await sendAll(site, [person(`other-${round}`, { session: session.id })]), [422]);
  }
});

t.test('a copy that comes after its person has left brings nobody back', async (t) => {
  const site = await testApp(t);
  const { db, clock } = site;
  await makeEvent(db, { slug: 'stall' });
  const form = person('leaves', { phone: '07700 900123' });
  await sendAll(site, [form]);
  await db.updateTable('champions').set({ state: 'left', left_at: clock.now() }).execute();
  t.same(await sendAll(site, [form, form]), [303, 303]);
  t.same(await db.selectFrom('champions').select('state').execute(), [{ state: 'left' }]);
  t.equal((await messagesTo(db, 'person-leaves@example.org')).length, 1);
});
