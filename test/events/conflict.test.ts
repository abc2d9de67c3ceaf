import { parse } from 'node-html-parser';
import t from 'tap';
import { signedInCoordinator } from '../sign-in.ts';
import { plannedSite, words } from './planned-site.ts';

/** What a browser would send from a page as it stands. */
const sentFrom = (body: string) => {
  const sent: Record<string, string> = {};
  for (const input of parse(body).querySelectorAll('input[type=hidden], input[checked]'))
    sent[input.getAttribute('name')!] = input.getAttribute('value')!;
  return sent;
};

t.test('two coordinators change one event: the second sees both versions and loses nothing', async (t) => {
  const site = await plannedSite(t);
  const { db, carol, form, address, other, kit } = site;
  await carol.post('/coordinate/events', form);
  const { browser: dave } = await signedInCoordinator(site, {
    areaId: site.area.id,
    full_name: 'Dave Jones',
  });
  const theirs = { ...form, version: '1', title: 'Dave’s stall', to: '16:00' };
  t.equal((await dave.post(address, theirs)).statusCode, 303);

  const mine = { ...form, version: '1', title: 'Carol’s stall', pitch: other.id, kit: [kit.id] };
  const conflict = await carol.post(address, mine);
  t.equal(conflict.statusCode, 409);
  const text = words(conflict.body);
  t.match(text, /Dave Jones saved ‘Dave’s stall’ while you were changing it/);
  t.match(text, /Title: different Yours: Carol’s stall Theirs, as it is now: Dave’s stall/);
  t.match(text, /Ends: different Yours: 15:00 Theirs, as it is now: 16:00/);
  t.match(text, /Place: different Yours: Centre:MK, by the fountain/);
  t.match(text, /Kit: different Yours: Gazebo Theirs, as it is now: Nothing/);
  t.notMatch(text, /Who runs it: different/, 'only what differs');

  const sent = sentFrom(conflict.body);
  t.match(sent, { version: '2', title: 'Carol’s stall', 'take-title': 'mine' });
  const more = await carol.post(address, { ...sent, 'take-to': 'theirs', edit: 'yes' });
  t.equal(more.statusCode, 200, 'or goes on with both in the form');
  const form2 = parse(more.body);
  t.equal(form2.querySelector('#title')?.getAttribute('value'), 'Carol’s stall');
  t.equal(form2.querySelector('#to')?.getAttribute('value'), '16:00');

  t.equal((await carol.post(address, { ...sent, 'take-to': 'theirs' })).statusCode, 303);
  const row = await db.selectFrom('events').selectAll().executeTakeFirstOrThrow();
  t.match(row, { title: 'Carol’s stall', version: 3, pitch_id: other.id });
  t.equal(String(row.ends_at), '2026-12-05T16:00:00Z', 'theirs where that was chosen');
  t.equal((await carol.post(address, sent)).statusCode, 409, 'an older version is asked about again');
});

t.test('what the second did not change stays as the first has saved it', async (t) => {
  const site = await plannedSite(t);
  const { db, carol, form, address, other, kit } = site;
  await carol.post('/coordinate/events', form);
  const { browser: dave } = await signedInCoordinator(site, { areaId: site.area.id });
  const { begun } = sentFrom((await carol.get(`${address}/edit`)).body);
  const theirs = { ...form, version: '1', title: 'Dave’s stall', to: '16:00', runBy: 'Dave and friends' };
  await dave.post(address, { ...theirs, pitch: other.id });

  const mine = { ...form, version: '1', begun, title: 'Carol’s stall', kit: [kit.id] };
  const slip = await carol.post(address, { ...mine, from: 'teatime' });
  t.equal(slip.statusCode, 422);
  t.equal(sentFrom(slip.body).begun, begun, 'a slip on the way forgets nothing');

  const conflict = await carol.post(address, mine);
  t.equal(conflict.statusCode, 409);
  t.match(words(conflict.body), /Title: different Yours: Carol’s stall/);
  t.match(words(conflict.body), /Ends: different As you found it: 15:00 Theirs, as it is now: 16:00/);
  const sent = sentFrom(conflict.body);
  const chosen = Object.fromEntries(Object.entries(sent).filter(([name]) => name.startsWith('take-')));
  t.same(chosen, {
    'take-title': 'mine',
    'take-runBy': 'theirs',
    'take-to': 'theirs',
    'take-pitch': 'theirs',
    'take-kit': 'mine',
  });
  await dave.post(address, { ...theirs, pitch: other.id, version: '2', summary: 'Dave again.', to: '16:30' });

  const second = await carol.post(address, sent);
  t.equal(second.statusCode, 409, 'someone was faster once more');
  const last = sentFrom(second.body);
  t.match(last, { version: '3', 'take-title': 'mine', 'take-summary': 'theirs' });
  for (const field of ['pitch', 'to', 'runBy'])
    t.notOk(`take-${field}` in last, `${field} was left to Dave, whatever he does with it`);
  t.equal((await carol.post(address, last)).statusCode, 303);
  const row = await db.selectFrom('events').selectAll().executeTakeFirstOrThrow();
  t.match(row, {
    title: 'Carol’s stall',
    run_by: 'Dave and friends',
    summary: 'Dave again.',
    pitch_id: other.id,
    version: 4,
  });
  t.equal(String(row.ends_at), '2026-12-05T16:30:00Z');
  t.match(await db.selectFrom('event_kit').select('kit_item_id').execute(), [{ kit_item_id: kit.id }]);
});
