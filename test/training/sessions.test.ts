import t from 'tap';
import { pageText } from '../champions/people.ts';
import { makePitch } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { openRegisterSite } from './registers.ts';

const LIST = '/coordinate/training/sessions';

const openForm = async (t: Parameters<typeof openRegisterSite>[0]) => {
  const opened = await openRegisterSite(t);
  const form = {
    module: opened.module.id,
    date: '2026-12-16',
    from: '6pm',
    to: '19:30',
    way: 'in person',
    pitch: opened.pitch.id,
    trainer: 'Noor Example',
    capacity: '10',
    submission: crypto.randomUUID(),
  };
  const { module: _, submission: __, ...change } = { ...form, edits: '0' };
  return { ...opened, form, change };
};

t.test('a session is added once, and its mistakes have a sentence each', async (t) => {
  const { carol, form, db, module, areaId, coordinator } = await openForm(t);
  t.match((await carol.get(`${LIST}/new`)).body, 'Safeguarding');
  const elsewhere = await makePitch(db);
  const cases: [Record<string, string>, string, RegExp][] = [
    [{ module: '' }, 'module', /Choose a module/],
    [{ date: '' }, 'date', /Enter the day/],
    [{ date: '2026-11-22' }, 'date', /Choose a day that is still to come/],
    [{ date: '23/11/2026', from: '8am' }, 'from', /Choose a time that is still to come/],
    [{ from: 'late' }, 'from', /Enter when it starts/],
    [{ to: '18:00' }, 'to', /The end must be later/],
    [{ date: '28/03/2027', from: '1:30am', to: '3am' }, 'from', /1:30am is left out/],
    [{ way: '' }, 'way', /in person or online/],
    [{ pitch: '' }, 'pitch', /Choose where it is/],
    [{ pitch: elsewhere.id }, 'pitch', /Choose a place from the list/],
    [{ way: 'online', onlineUrl: 'http://meet.example/x' }, 'onlineUrl', /starts with https/],
    [{ capacity: '0' }, 'capacity', /from 1 to 999/],
    [{ capacity: 'many' }, 'capacity', /from 1 to 999/],
    [{ trainer: 'x'.repeat(101) }, 'trainer', /100 letters/],
  ];
  for (const [wrong, field, sentence] of cases) {
    const refused = await carol.post(LIST, { ...form, ...wrong });
    t.equal(refused.statusCode, 422, field);
    t.match(refused.body, `href="#${field}"`);
    t.match(pageText(refused), sentence);
    if (field !== 'trainer') t.match(refused.body, 'Noor Example', 'what was typed stays');
  }
  await db
    .updateTable('modules')
    .set({ ways: ['in person'] })
    .where('id', '=', module.id)
    .execute();
  const online = { ...form, way: 'online', onlineUrl: 'https://meet.example/x' };
  t.match(pageText(await carol.post(LIST, online)), /is not taught online/);

  const added = await carol.post(LIST, form);
  const page = pageText(await carol.get(String(added.headers.location)));
  t.match(page, /The session is added.*Safeguarding Wednesday 16 December, 6pm to 7:30pm.*Library, Room 1/);
  t.equal((await carol.post(LIST, form)).headers.location, LIST, 'the same form again adds nothing');
  const row = await db.selectFrom('sessions').selectAll().where('capacity', '=', 10).execute();
  t.equal(row.length, 1);
  t.match(row[0], { area_id: areaId, trainer: 'Noor Example', created_by: coordinator.id });
});

t.test('a change tells those booked, of two editors the second sees both, and places stay', async (t) => {
  const { site, carol, change, db, address, areaId, book, timeIs, session } = await openForm(t);
  await book('Alice One');
  await book('Bob Two');
  const { browser: dave } = await signedInCoordinator(site, { areaId });
  t.match((await carol.get(`${address}/edit`)).body, 'value="2026-12-02"');
  t.equal((await dave.post(address, { ...change, date: '2026-12-02', trainer: 'Dave' })).statusCode, 303);
  t.same(await db.selectFrom('session_tellings').selectAll().execute(), [], 'a trainer is no news');
  const conflict = await carol.post(address, change);
  t.equal(conflict.statusCode, 409);
  t.match(pageText(conflict), /Day : you have ‘2026-12-16’, and it is now ‘2026-12-02’/);
  t.match(pageText(conflict), /Trainer : you have ‘Noor Example’, and it is now ‘Dave’/);
  t.match(conflict.body, /name="edits" value="1"/);
  t.match(conflict.body, 'value="2026-12-16"', 'and what was typed stays');
  t.match(
    pageText(await carol.post(address, { ...change, edits: '1', capacity: '1' })),
    /2 people have a place already\. Enter that number or more/,
  );
  t.equal((await carol.post(address, { ...change, edits: '1' })).statusCode, 303);
  t.match(await db.selectFrom('session_tellings').selectAll().execute(), [{ session_id: session.id }]);
  await timeIs('2026-12-17T09:00:00Z');
  t.equal(
    (await carol.post(address, { ...change, edits: '2', capacity: '11' })).statusCode,
    303,
    'once over',
  );
  t.match(
    pageText(await carol.post(address, { ...change, edits: '3', date: '2026-12-20' })),
    /its time and place stay as they are/,
  );
});

t.test('a session is cancelled with a reason, once', async (t) => {
  const { carol, address, db, session, timeIs } = await openForm(t);
  t.match(pageText(await carol.post(`${address}/cancellation`)), /Say why it is cancelled/);
  for (let twice = 0; twice < 2; twice++)
    t.equal(
      (await carol.post(`${address}/cancellation`, { reason: 'The room has no heating' })).statusCode,
      303,
    );
  t.match(pageText(await carol.get(address)), /Cancelled Monday 23 November, 9am\. The room has no heating/);
  t.match(await db.selectFrom('session_tellings').selectAll().execute(), [{ session_id: session.id }]);
  const entries = await db.selectFrom('audit_entries').select('id').where('action', '=', 'cancel').execute();
  t.equal(entries.length, 1);
  t.equal((await carol.post(address, { edits: '1' })).statusCode, 422);
  await db.updateTable('sessions').set({ state: 'scheduled', cancelled_at: null }).execute();
  await timeIs('2026-12-03T09:00:00Z');
  t.match(pageText(await carol.post(`${address}/cancellation`, { reason: 'Late' })), /It is over/);
});

t.test('copies keep the time of day whatever the clocks do, all in one go', async (t) => {
  const { carol, address, db } = await openForm(t);
  const copies = `${address}/copies`;
  t.match(pageText(await carol.get(copies)), /Wednesday 9 December/);
  const cases: [Record<string, string>, RegExp][] = [
    [{}, /Choose at least one day/],
    [{ more: 'soon' }, /‘soon’ is no day/],
    [{ more: '22/11/2026' }, /still to come/],
    [{ more: '1/12/2026\n'.repeat(300) }, /up to 2,000 letters/],
  ];
  for (const [wrong, sentence] of cases) {
    const refused = await carol.post(copies, wrong);
    t.equal(refused.statusCode, 422);
    t.match(pageText(refused), sentence);
  }
  const long = { date: '2026-12-09', more: '1/12/2026\r\n'.repeat(300) };
  const { body } = await carol.post(copies, long);
  t.match(body, '1/12/2026\n1/12/2026\n', 'what was typed stays');
  t.match(body, /value="2026-12-09" checked/);
  const submission = crypto.randomUUID();
  const form = { date: ['2026-12-09', '2026-12-16'], more: '7/4/2027', submission };
  for (let twice = 0; twice < 2; twice++)
    t.equal((await carol.post(copies, form)).headers.location, LIST, 'sent twice, added once');
  const rows = await db
    .selectFrom('sessions')
    .select(['starts_at', 'capacity'])
    .orderBy('starts_at')
    .execute();
  t.same(
    rows.map(({ starts_at }) => String(starts_at)),
    ['2026-12-02T18:00:00Z', '2026-12-09T18:00:00Z', '2026-12-16T18:00:00Z', '2027-04-07T17:00:00Z'],
  );
});

t.test('once a session is over, its copies begin with the next week', async (t) => {
  const { carol, address, timeIs } = await openForm(t);
  const first = async () => /Days (\w+ \d+ \w+)/.exec(pageText(await carol.get(`${address}/copies`)))?.[1];
  for (const [now, day] of [
    ['2026-12-02T09:00:00Z', 'Wednesday 9 December'],
    ['2026-12-04T09:00:00Z', 'Wednesday 9 December'],
    ['2026-12-09T09:00:00Z', 'Wednesday 16 December'],
    ['2026-12-10T09:00:00Z', 'Wednesday 16 December'],
  ] as const) {
    await timeIs(now);
    t.equal(await first(), day, now);
  }
});

t.test('a link names the module that a session is for', async (t) => {
  const { carol, module } = await openForm(t);
  const chosen = async (query: string) =>
    /<option value="([^"]+)" selected/.exec((await carol.get(`${LIST}/new${query}`)).body)?.[1];
  t.equal(await chosen(`?module=${module.slug}`), module.id);
  t.equal(await chosen('?module=nosuch'), undefined);
  t.equal(await chosen(`?module=${module.slug}&module=x`), undefined);
});

t.test('more places go to who waits, and hours outside the venue’s are said', async (t) => {
  const { carol, change, db, address, book, venue, session, stateOf } = await openForm(t);
  await db.updateTable('sessions').set({ capacity: 1 }).where('id', '=', session.id).execute();
  await book('Alice One');
  const waiting = await book('Bob Two', 'waiting');
  await db
    .insertInto('venue_hours')
    .values({ venue_id: venue.id, weekday: 3, opens: '09:00', closes: '18:30' })
    .execute();
  await carol.post(address, { ...change, date: '2026-12-02', capacity: '2' });
  t.equal(await stateOf(waiting.id), 'offered');
  t.match(pageText(await carol.get(address)), /Library is open from 9am to 6:30pm on Wednesdays/);
});

t.test('what nobody types does no harm', async (t) => {
  const { carol, form, change, address, register, book, timeIs } = await openForm(t);
  const odd: [string, Record<string, string | string[]>, number][] = [
    [LIST, { ...form, submission: 'x', trainer: 'Noor\u0000\u202e Example' }, 303],
    [LIST, { ...form, module: ['a', 'b'], date: ['2026-12-01', '2026-12-02'] }, 422],
    [address, { ...change, edits: 'x' }, 409],
    [`${address}/copies`, { date: '2026-12-09', submission: 'x' }, 422],
    [`${address}/cancellation`, { reason: '\u0000' }, 422],
  ];
  for (const [to, body, status] of odd) t.equal((await carol.post(to, body)).statusCode, status, to);
  await timeIs('2026-12-02T18:00:00Z');
  const { at } = await book('Alice One', 'attended');
  await carol.post(`${at}/pass`);
  t.equal((await carol.post(`${at}/pass/withdrawal`, { reason: 'Wrong\u0000button' })).statusCode, 303);
  t.equal((await carol.post(`${register}/walk-ins`, { words: 'a\u0000' })).statusCode, 200);
  t.equal((await carol.post(`${register}/walk-ins`, { champion: ['a', 'b'] })).statusCode, 422);
  t.equal((await carol.post(at, { mark: ['there', 'absent'] })).statusCode, 422);
  for (const query of [
    '?after=x',
    '?when=never',
    '?module=%00',
    '?after=018f0000-0000-7000-8000-000000000000',
  ])
    t.equal((await carol.get(`${LIST}${query}`)).statusCode, 200, query);
});
