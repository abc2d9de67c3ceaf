import t from 'tap';
import { pageText } from '../champions/people.ts';
import { makeChampion, makeNeighbourhood, makeSession } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { openRegisterSite } from './registers.ts';

const ON_THE_DAY = '2026-12-02T17:40:00Z';

t.test('there, not there, and back again, with one tap each', async (t) => {
  const { carol, timeIs, book, stateOf, register, db, coordinator } = await openRegisterSite(t);
  const alice = await book('Alice One');
  const bob = await book('Bob Two');
  await timeIs('2026-12-02T17:29:00Z');
  const early = await carol.get(register);
  t.match(pageText(early), /You can say who is there from Wednesday 2 December, 5:30pm/);
  t.notMatch(early.body, 'name="mark"');
  const refused = await carol.post(alice.at, { mark: 'there' });
  t.equal(refused.statusCode, 422, 'not before it is about to begin');
  t.match(pageText(refused), /This session has not begun/);
  t.equal((await carol.post(`${alice.at}/pass`)).statusCode, 422);

  await timeIs(ON_THE_DAY);
  const tap = await carol.post(alice.at, { mark: 'there' });
  t.equal(tap.headers.location, `${register}#p-${alice.id}`);
  t.equal((await carol.post(alice.at, { mark: 'there' })).statusCode, 303, 'a second tap does no harm');
  t.equal(await stateOf(alice.id), 'attended');
  await carol.post(bob.at, { mark: 'absent' });
  t.match(pageText(await carol.get(register)), /1 there, 1 not there\./);
  await carol.post(bob.at, { mark: 'unmarked' });
  t.equal(await stateOf(bob.id), 'booked');
  t.match(pageText(await carol.get(register)), /1 there, 0 not there, 1 to say/);
  t.equal((await carol.post(bob.at, { mark: 'perhaps' })).statusCode, 422);

  const marks = await db
    .selectFrom('audit_entries')
    .select(['action', 'coordinator_id', 'details'])
    .where('action', 'in', ['mark', 'read'])
    .orderBy('id')
    .execute();
  t.same(
    marks.filter(({ action }) => action === 'mark').map(({ details }) => details.state),
    ['attended', 'absent', 'booked'],
    'what was said is written down, once',
  );
  t.ok(marks.some(({ action, details }) => action === 'read' && details.people === 2));
  t.ok(marks.every(({ coordinator_id }) => coordinator_id === coordinator.id));
  t.notMatch(JSON.stringify(marks), /Alice|Bob/);
});

t.test('who was there passes; whoever was not does not; a pass is taken back, never edited', async (t) => {
  const { carol, timeIs, book, stateOf, register, records, coordinator, module } = await openRegisterSite(t);
  const [alice, bob, cem] = [await book('Alice One'), await book('Bob Two'), await book('Cem Three')];
  await timeIs('2026-12-03T09:00:00Z');
  for (const { at } of [alice, bob]) await carol.post(at, { mark: 'there' });
  await carol.post(cem.at, { mark: 'absent' });
  const absent = await carol.post(`${cem.at}/pass`);
  t.equal(absent.statusCode, 422);
  t.match(pageText(absent), /Only who was there can pass/);

  await carol.post(`${alice.at}/pass`);
  await carol.post(`${alice.at}/pass`);
  t.match(await records(), [
    {
      champion_id: alice.champion.id,
      module_id: module.id,
      passed_on: '2026-12-02',
      source: 'session',
      booking_id: alice.id,
      recorded_by: coordinator.id,
      outcome: 'passed',
    },
  ]);
  t.match(pageText(await carol.post(alice.at, { mark: 'absent' })), /Take the pass back first/);
  t.equal(await stateOf(alice.id), 'passed');

  const unsaid = await carol.post(`${alice.at}/pass/withdrawal`, { reason: '' });
  t.equal(unsaid.statusCode, 422);
  t.match(unsaid.body, `href="#reason-${alice.id}"`);
  await carol.post(`${alice.at}/pass/withdrawal`, { reason: 'Pressed the wrong button' });
  await carol.post(`${alice.at}/pass/withdrawal`, { reason: 'Pressed again' });
  const [first, second, ...more] = await records();
  t.same(more, []);
  t.match(first, { outcome: 'passed', supersedes: null });
  t.match(second, { outcome: 'void', supersedes: first!.id, reason: 'Pressed the wrong button' });
  t.equal(await stateOf(alice.id), 'attended');

  await carol.post(`${register}/passes`);
  t.match(pageText(await carol.get(register)), /We recorded that 1 person passed/);
  t.equal(await stateOf(alice.id), 'attended', 'whose pass was taken back is passed one by one');
  t.equal(await stateOf(bob.id), 'passed');
  await carol.post(`${register}/passes`);
  t.match(pageText(await carol.get(register)), /Everyone who was there has passed already/);

  await carol.post(`${alice.at}/pass`);
  const third = (await records()).at(-1);
  t.match(third, { outcome: 'passed', supersedes: second!.id, passed_on: '2026-12-02' });
  t.equal((await records()).length, 4);
});

t.test('who had not passed after all, as their records say, can be marked again', async (t) => {
  const { carol, timeIs, book, stateOf, register, records } = await openRegisterSite(t);
  const alice = await book('Alice One');
  await timeIs('2026-12-03T09:00:00Z');
  await carol.post(alice.at, { mark: 'there' });
  await carol.post(`${alice.at}/pass`);
  const [passed] = await records();
  const correct = { what: 'not passed', reason: 'not passed' };
  t.equal(
    (await carol.post(`/coordinate/training/records/${passed!.id}/correction`, correct)).statusCode,
    303,
  );
  t.equal(await stateOf(alice.id), 'attended');
  t.match(pageText(await carol.get(register)), /1 there.*Alice One .* There Passed.*Undo/);
  t.equal((await carol.post(alice.at, { mark: 'absent' })).statusCode, 303);
  t.equal(await stateOf(alice.id), 'absent');
  await carol.post(alice.at, { mark: 'there' });
  await carol.post(`${alice.at}/pass`);
  t.same(
    (await records()).map(({ outcome }) => outcome),
    ['passed', 'void', 'passed'],
  );
  t.equal(await stateOf(alice.id), 'passed');
});

t.test('someone who had not booked is found by name or number, and added where there is room', async (t) => {
  const { carol, timeIs, book, register, db, neighbourhood, session, address } = await openRegisterSite(t, {
    capacity: 1,
  });
  await timeIs(ON_THE_DAY);
  const walkIns = `${register}/walk-ins`;
  const dana = await makeChampion(db, { full_name: 'Dana O’Neill', neighbourhood_id: neighbourhood.id });
  const elsewhere = (await makeNeighbourhood(db)).id;
  await makeChampion(db, { full_name: 'Dana Elsewhere', neighbourhood_id: elsewhere });
  await makeChampion(db, {
    full_name: 'Dana Suspended',
    neighbourhood_id: neighbourhood.id,
    state: 'suspended',
  });
  const found = await carol.post(walkIns, { words: 'dana' });
  t.match(pageText(found), /Dana O’Neill No\. \d+, Bletchley/);
  t.notMatch(found.body, /Elsewhere|Suspended/);
  t.match(pageText(await carol.post(walkIns, { words: `#${dana.number}` })), /Dana O’Neill/);
  t.match(pageText(await carol.post(walkIns, { words: '%' })), /Nobody in your areas/);
  t.equal((await carol.post(walkIns, {})).statusCode, 422);
  const stranger = await makeChampion(db, { neighbourhood_id: elsewhere });
  t.equal((await carol.post(walkIns, { champion: stranger.id })).statusCode, 422, 'of another area');

  const alice = await book('Alice One');
  const full = await carol.post(walkIns, { champion: dana.id });
  t.equal(full.statusCode, 422);
  t.match(pageText(full), /All places are taken\. Raise the number of places first/);
  t.match(full.body, `${address}/edit#capacity`);
  t.match(found.body, 'name="words" value="dana"', 'what was looked for goes along');
  const fullAgain = await carol.post(walkIns, { champion: dana.id, words: 'dana' });
  t.equal(fullAgain.statusCode, 422);
  t.match(pageText(fullAgain), /All places are taken.*Dana O’Neill No\. \d+/, 'and is still there');
  await db.updateTable('sessions').set({ capacity: 2 }).where('id', '=', session.id).execute();
  for (let twice = 0; twice < 2; twice++)
    t.equal((await carol.post(walkIns, { champion: dana.id })).statusCode, 303);
  t.equal(
    (await carol.post(walkIns, { champion: alice.champion.id })).statusCode,
    303,
    'who had booked is there',
  );
  const states = await db.selectFrom('bookings').select('state').execute();
  t.same(
    states.map(({ state }) => state),
    ['attended', 'attended'],
  );
  const waiting = await book('Eve Five', 'waiting');
  t.match(pageText(await carol.post(waiting.at, { mark: 'there' })), /All places are taken/);
  t.equal((await carol.post(waiting.at, { mark: 'absent' })).statusCode, 422);
});

t.test('a register of another area, of nobody, or of a cancelled session', async (t) => {
  const { site, carol, timeIs, clock, db, book, register, session } = await openRegisterSite(t);
  const alice = await book('Alice One');
  const elsewhere = await makeSession(db);
  await timeIs(ON_THE_DAY);
  const { browser: dave } = await signedInCoordinator(site);
  for (const [address, form] of [
    [alice.at, { mark: 'there' }],
    [`${alice.at}/pass`, {}],
    [`${alice.at}/pass/withdrawal`, { reason: 'no' }],
    [`${register}/passes`, {}],
    [`${register}/walk-ins`, { words: 'Alice' }],
    [`${register}/walk-ins`, { champion: alice.champion.id }],
  ] as const)
    t.equal((await dave.post(address, form)).statusCode, 404, address);
  t.equal((await dave.get(register)).statusCode, 404);
  const other = `/coordinate/training/sessions/${elsewhere.id}/attendance/${alice.id}`;
  t.equal((await carol.post(other, { mark: 'there' })).statusCode, 404);
  await db
    .updateTable('sessions')
    .set({ state: 'cancelled', cancelled_at: clock.now() })
    .where('id', '=', session.id)
    .execute();
  t.match(pageText(await carol.post(alice.at, { mark: 'there' })), /This session is cancelled/);
  t.match(pageText(await carol.get(register)), /nobody can be marked/);
});
