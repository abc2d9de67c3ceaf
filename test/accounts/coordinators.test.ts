import { sql } from 'kysely';
import t from 'tap';
import { messagesTo, pageText } from '../champions/people.ts';
import { needsPostgres, testApp } from '../helper.ts';
import { makeArea, makeCoordinator, makeEvent } from '../make.ts';
import { signedInCoordinator, signIn } from '../sign-in.ts';

const AT = '/coordinate/coordinators';

const setUp = async () => {
  const site = await testApp(t);
  const area = await makeArea(site.db, { slug: 'milton-keynes', name: 'Milton Keynes' });
  await makeArea(site.db, { slug: 'bedford', name: 'Bedford' });
  const { coordinator, browser } = await signedInCoordinator(site, {
    areaId: area.id,
    administrator: true,
    full_name: 'Priya Shah',
  });
  return { ...site, area, administrator: coordinator, admin: browser };
};

const site = await setUp();
const { db, admin, administrator } = site;
const dan = { fullName: 'Dan O’Neill', email: 'dan@example.org', areas: ['bedford', 'milton-keynes'] };

const entriesAbout = (id: string) =>
  db
    .selectFrom('audit_entries')
    .select(['action', 'coordinator_id', 'details'])
    .where('subject_id', '=', id)
    .where('subject_kind', '=', 'coordinator')
    .orderBy('at')
    .orderBy('id')
    .execute();

t.test('an administrator adds a coordinator, who is told in neutral words how to sign in', async (t) => {
  const added = await admin.post(AT, dan);
  t.equal(added.headers.location, AT);
  const list = pageText(await admin.get(AT));
  t.match(list, /Dan O’Neill can sign in now/);
  t.match(list, /Dan O’Neill Bedford, Milton Keynes No Monday 23 November/);
  t.match(list, /Priya Shah Milton Keynes Yes/);

  const [message, ...others] = await messagesTo(db, dan.email);
  t.same([message?.kind, others.length], ['coordinator-added', 0]);
  const words = ['subject', 'text', 'html']
    .map((part) =>
      site.templates.render(`emails/coordinator-added/${part}`, { ...message?.data, publicUrl: '' }),
    )
    .join();
  t.notMatch(words, /coordinator|hate|police|code=/i);

  const his = await signIn(site, dan.email);
  t.equal((await his.get('/coordinate')).statusCode, 200);
  t.equal((await his.get(AT)).statusCode, 404, 'and is no administrator');
});

t.test('what is wrong is said beside the field, with all that was typed', async (t) => {
  for (const [change, sentence] of [
    [{ fullName: '' }, 'Enter their name'],
    [{ fullName: 'www.example.org' }, 'Enter their name'],
    [{ email: 'dan@' }, 'Enter an email address in the right form'],
    [{ areas: undefined }, 'Choose one area or more, or make them an administrator'],
    [{ areas: ['nowhere'] }, 'Choose areas from the list'],
    [{ email: administrator.email.toUpperCase() }, 'This address belongs to a coordinator already'],
  ] as const) {
    const answer = await admin.post(AT, { ...dan, email: 'new@example.org', ...change } as never);
    t.equal(answer.statusCode, 422);
    t.match(pageText(answer), sentence);
  }
  const again = await admin.post(AT, { ...dan, email: 'dan@' });
  t.match(again.body, /value="Dan O’Neill"/);
  t.match(again.body, /value="bedford" checked/);
  t.same(await messagesTo(db, 'new@example.org'), []);
});

t.test('changing areas and rights counts from the next request on', async (t) => {
  const { coordinator, browser: theirs, areaId } = await signedInCoordinator(site);
  const at = `${AT}/${coordinator.id}`;
  t.equal((await admin.get(at)).statusCode, 200);
  t.equal((await theirs.get('/coordinate/audit')).statusCode, 404);
  t.equal((await admin.post(at, { areas: 'bedford', administrator: 'yes' })).headers.location, AT);
  t.equal((await theirs.get('/coordinate/audit')).statusCode, 200);
  const areas = await db
    .selectFrom('coordinator_areas')
    .innerJoin('areas', 'areas.id', 'coordinator_areas.area_id')
    .select('areas.slug')
    .where('coordinator_id', '=', coordinator.id)
    .execute();
  t.same(areas, [{ slug: 'bedford' }], `no longer ${areaId}`);
  t.equal((await admin.post(at, {})).statusCode, 422, 'nobody is left with nothing');
  t.equal((await admin.post(at, { areas: 'nowhere' })).statusCode, 422);
  const [entry] = (await entriesAbout(coordinator.id)).filter(({ action }) => action === 'change');
  t.same(entry, {
    action: 'change',
    coordinator_id: administrator.id,
    details: { areaSlugs: ['bedford'], administrator: true },
  });
});

t.test('who is ended is signed out at once, everywhere', async (t) => {
  const { coordinator, browser: laptop } = await signedInCoordinator(site);
  const phone = await signIn(site, coordinator.email);
  const asked = site.browser();
  await asked.post('/sign-in', { email: coordinator.email });
  t.equal((await admin.post(`${AT}/${coordinator.id}/end`)).headers.location, AT);
  for (const theirs of [laptop, phone]) t.equal((await theirs.get('/coordinate')).statusCode, 303);
  t.same(
    await db.selectFrom('sign_in_codes').select('id').where('email', '=', coordinator.email).execute(),
    [],
  );
  t.equal((await admin.post(`${AT}/${coordinator.id}/end`)).statusCode, 404, 'once');
  t.equal((await admin.get(`${AT}/${coordinator.id}`)).statusCode, 404);
  t.same((await entriesAbout(coordinator.id)).at(-1)?.action, 'end');
  const again = { fullName: 'Carol Example', email: coordinator.email, areas: 'bedford' };
  t.equal((await admin.post(AT, again)).statusCode, 303, 'and may be added again');
});

t.test('nobody ends themselves, and there is always an administrator', async (t) => {
  const other = await setUp();
  const at = `${AT}/${other.administrator.id}`;
  const ended = await other.admin.post(`${at}/end`);
  t.equal(ended.statusCode, 422);
  t.match(pageText(ended), /You can’t end yourself/);
  const changed = await other.admin.post(at, { areas: 'bedford' });
  t.equal(changed.statusCode, 422);
  t.match(pageText(changed), /They are the only administrator/);
  await t.rejects(
    other.db.updateTable('coordinators').set({ ended_at: other.clock.now() }).execute(),
    /there must be an administrator/,
    'the database holds it',
  );
  await makeCoordinator(other.db, { administrator: true });
  t.equal(
    (await other.admin.post(at, { areas: 'bedford' })).statusCode,
    303,
    'with another one they may stop',
  );
});

t.test('a page of a coordinator shows a name that is code as text', async (t) => {
  const odd = await makeCoordinator(db, { full_name: '<script>alert(1)</script>' });
  t.notMatch((await admin.get(AT)).body, '<script>alert');
  t.notMatch((await admin.get(`${AT}/${odd.id}`)).body, '<script>alert');
});

/** Two administrators end each other at once, so often that they meet; how many are left. */
const endEachOther = async (guarded: boolean) => {
  const race = await testApp(t);
  if (!guarded) await sql`drop trigger at_least_one_administrator on coordinators`.execute(race.db);
  const event = await makeEvent(race.db);
  const areaId = (await race.db.selectFrom('areas').select('id').executeTakeFirstOrThrow()).id;
  t.ok(event);
  const left: number[] = [];
  for (let round = 0; round < 10; round++) {
    const people = await Promise.all(
      [0, 1].map(() => signedInCoordinator(race, { areaId, administrator: true })),
    );
    const [one, two] = people as [(typeof people)[0], (typeof people)[0]];
    await race.db
      .updateTable('coordinators')
      .set({ administrator: false })
      .where('id', 'not in', [one.coordinator.id, two.coordinator.id])
      .execute();
    await Promise.all([
      one.browser.post(`${AT}/${two.coordinator.id}/end`),
      two.browser.post(`${AT}/${one.coordinator.id}/end`),
    ]);
    const rows = await race.db
      .selectFrom('coordinators')
      .select('id')
      .where('administrator', '=', true)
      .where('ended_at', 'is', null)
      .execute();
    left.push(rows.length);
  }
  return left;
};

t.test('two administrators who end each other at once leave one', needsPostgres(), async (t) => {
  t.same(await endEachOther(true), Array(10).fill(1));
  t.ok((await endEachOther(false)).includes(0), 'without the trigger, there would be none');
});
