import { parse } from 'node-html-parser';
import t from 'tap';
import { signedInCoordinator } from '../sign-in.ts';
import { plannedSite, words } from './planned-site.ts';

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

  const page = parse(conflict.body);
  const sent: Record<string, string> = {};
  for (const input of page.querySelectorAll('input[type=hidden], input[checked]'))
    sent[input.getAttribute('name')!] = input.getAttribute('value')!;
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
