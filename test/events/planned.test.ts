import t from 'tap';
import { isRefused } from '../bad-input/form-page.ts';
import { makeEvent } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { passAll, plannedSite, postFile, words } from './planned-site.ts';

t.test('from a draft to a report, one step after the other', async (t) => {
  const site = await plannedSite(t);
  const { db, carol, form, address, slug, lead, kit, clock, browser } = site;
  const stateOf = async () => (await db.selectFrom('events').select('state').executeTakeFirstOrThrow()).state;

  t.match(words((await carol.get('/coordinate/events')).body), /Nothing is planned from today on/);
  t.equal((await carol.get('/coordinate/events/new')).statusCode, 200);
  const added = await carol.post('/coordinate/events', {
    ...form,
    lead: 'search',
    leadName: 'leah',
    kit: [kit.id],
  });
  t.equal(added.headers.location, address);
  t.match(
    words((await carol.get(address)).body),
    /added as a draft.*Draft.*Ask the venue, then see to 6 things/,
  );
  t.match(words((await carol.get(address)).body), /Saturday 5 December, 11am to 3pm.*Leah Lead.*Gazebo/);
  t.match(words((await carol.get('/coordinate/events')).body), /Stall at the library.*Draft/);
  t.equal((await browser().get(`/events/${slug}`)).statusCode, 404, 'nobody else sees it');
  t.equal((await db.selectFrom('events').select('lead_id').executeTakeFirstOrThrow()).lead_id, lead.id);

  const early = await carol.post(`${address}/publication`);
  t.equal(early.statusCode, 422);
  t.match(words(early.body), /Something is not in place yet/);
  await carol.post(`${address}/venue-request`);
  t.equal(await stateOf(), 'venue requested');
  await postFile(carol, `${address}/permission`, { note: 'By phone' });
  t.equal(await stateOf(), 'permitted');
  t.same(await passAll(carol, address), [422, 303, 303, 303, 303, 303], 'the permission is noted already');
  t.equal(await stateOf(), 'ready');

  const opened = await carol.post(`${address}/gates/briefing/reopening`, { reason: 'The number changed' });
  t.equal(opened.statusCode, 303);
  t.equal(await stateOf(), 'permitted', 'not ready any more');
  t.match(words((await carol.get(address)).body), /Open again since Carol Example.*The number changed/);
  await postFile(carol, `${address}/gates/briefing`, {});
  t.equal(await stateOf(), 'ready');

  t.equal((await carol.post(`${address}/publication`)).statusCode, 303);
  t.equal((await browser().get(`/events/${slug}`)).statusCode, 200);
  t.match(words((await carol.post(`${address}/publication`)).body), /This event is published already/);
  t.match(words((await carol.post(`${address}/report`, { people: '3' })).body), /not over yet/);

  clock.set('2026-12-05T12:00:00Z');
  t.match(
    words((await (await signedInCoordinator(site, { areaId: site.area.id })).browser.get(address)).body),
    /On now/,
  );
  clock.set('2026-12-05T15:00:00Z');
  const { browser: later } = await signedInCoordinator(site, { areaId: site.area.id });
  t.match(words((await later.get(address)).body), /Over.*Say how it went/);
  t.match(words((await later.get('/coordinate/events?state=closed')).body), /Stall at the library/);
  t.match(
    words((await later.post(`${address}/cancellation`, { reason: 'Rain' })).body),
    /This event is over, so it cannot be cancelled/,
  );
  isRefused(t, await later.post(`${address}/report`, { people: 'many' }), { people: /whole number/ });
  t.equal((await later.post(`${address}/report`, { people: '120', note: 'More leaflets' })).statusCode, 303);
  t.match(words((await later.get(address)).body), /Reported.*120 people spoken to. More leaflets/);
  t.match(words((await later.post(`${address}/report`, { people: '1' })).body), /said already how it went/);

  const actions = await db.selectFrom('audit_entries').select('action').orderBy('id').execute();
  t.same(
    actions.map(({ action }) => action).filter((action) => action !== 'pass gate' && action !== 'sign in'),
    ['search', 'add', 'venue request', 'reopen gate', 'publication', 'report'],
  );
});

t.test('cancelling: with a reason, once, and a draft without a word to anyone', async (t) => {
  const { db, carol, form, address, slug, browser, pitch, queue } = await plannedSite(t);
  await carol.post('/coordinate/events', form);
  isRefused(t, await carol.post(`${address}/cancellation`, { reason: ' ' }), { cancellation: /Say why/ });
  t.equal((await carol.post(`${address}/cancellation`, { reason: 'The hall is flooded' })).statusCode, 303);
  t.match(
    words((await carol.get(address)).body),
    /Cancelled.*The hall is flooded.*Nobody outside had heard of it/,
  );
  t.equal((await browser().get(`/events/${slug}`)).statusCode, 404);
  t.match(
    words((await carol.post(`${address}/cancellation`, { reason: 'Again' })).body),
    /cancelled already/,
  );
  t.equal((await carol.get(`${address}/edit`)).statusCode, 409);
  t.match(words((await carol.post(address, form)).body), /This event is cancelled, so it cannot be changed/);

  const shown = await makeEvent(db, { slug: 'shown', pitch_id: pitch.id });
  t.equal((await carol.post('/coordinate/events/shown/cancellation', { reason: 'Snow' })).statusCode, 303);
  t.match((await browser().get('/events/shown')).body, /Snow/);
  const row = await db.selectFrom('events').selectAll().where('id', '=', shown.id).executeTakeFirstOrThrow();
  t.match(row, { state: 'cancelled', sequence: 1, withheld: false });
  const told = await queue.boss.findJobs('tell-holders');
  t.same(
    told.map(({ data }) => data),
    [{ eventId: shown.id }],
    'holders hear of what was public',
  );
});

t.test('postponed: its pitch is free, and it comes back with a new day', async (t) => {
  const { db, carol, form, address, lead, other, queue } = await plannedSite(t);
  await carol.post('/coordinate/events', { ...form, lead: lead.id });
  t.match(
    words((await carol.post(`${address}/postponement`, { reason: 'Rain' })).body),
    /Nobody has heard of this event yet/,
  );
  await passAll(carol, address);
  await carol.post(`${address}/publication`);
  t.equal((await carol.post(`${address}/postponement`, { reason: 'Rain' })).statusCode, 303);
  t.match(words((await carol.get(address)).body), /Postponed.*Give it a new day/);
  t.equal((await carol.post('/coordinate/events', form)).statusCode, 303, 'another has the pitch now');

  const moved = { ...form, lead: lead.id, version: '1', date: '2026-12-12' };
  t.equal((await carol.post(address, moved)).statusCode, 303);
  t.match(
    words((await carol.post(`${address}/publication`)).body),
    /not in place yet/,
    'the venue has to agree again',
  );
  await postFile(carol, `${address}/permission`, {});
  const back = { ...moved, version: '2', date: '2026-12-05' };
  t.equal((await carol.post(address, back)).statusCode, 303, 'a plan may overlap while it is postponed');
  await postFile(carol, `${address}/permission`, {});
  const taken = await carol.post(`${address}/publication`);
  t.equal(taken.statusCode, 422);
  t.match(words(taken.body), /has this pitch then/);
  t.equal((await carol.post(address, { ...back, version: '3', pitch: other.id })).statusCode, 303);
  await postFile(carol, `${address}/permission`, {});
  await postFile(carol, `${address}/gates/insurance`, { insuredFor: '£6000000' });
  t.equal((await carol.post(`${address}/publication`)).statusCode, 303);
  const event = await db
    .selectFrom('events')
    .selectAll()
    .where('slug', 'like', '%2026-12-05')
    .executeTakeFirstOrThrow();
  t.match(event, { state: 'published', postponed_reason: null, sequence: 5 });
  t.equal(
    (await queue.boss.findJobs('tell-holders')).length,
    2,
    'when it was postponed, and when it came back',
  );
});

t.test('a change of time is told, and takes the permission back; other changes do not', async (t) => {
  const { db, carol, form, address, lead, queue } = await plannedSite(t);
  await carol.post('/coordinate/events', { ...form, lead: lead.id });
  await passAll(carol, address);
  await carol.post(`${address}/publication`);
  const row = () => db.selectFrom('events').selectAll().executeTakeFirstOrThrow();
  const same = { ...form, lead: lead.id, title: 'Stall by the books', version: '1' };
  t.equal((await carol.post(address, same)).statusCode, 303);
  t.match(await row(), { title: 'Stall by the books', version: 2, sequence: 0 });
  t.equal((await queue.boss.findJobs('tell-holders')).length, 0);

  t.equal((await carol.post(address, { ...same, version: '2', to: '16:00' })).statusCode, 303);
  t.match(await row(), { version: 3, sequence: 1, state: 'published' });
  t.equal((await queue.boss.findJobs('tell-holders')).length, 1);
  t.match(words((await carol.get(address)).body), /People can see it, but 1 thing is open again/);
  t.match(words((await carol.get(address)).body), /The time or the place has changed/);
});

t.test('another area’s events are not there', async (t) => {
  const site = await plannedSite(t);
  const { carol, form, address } = site;
  await carol.post('/coordinate/events', form);
  const { browser: dave } = await signedInCoordinator(site);
  for (const url of [address, `${address}/edit`, `${address}/gates/lead`])
    t.equal((await dave.get(url)).statusCode, 404, url);
  t.equal((await dave.post(address, { ...form, version: '1' })).statusCode, 404);
  t.equal((await postFile(dave, `${address}/gates/lead`, {})).statusCode, 404);
  t.notMatch((await dave.get('/coordinate/events')).body, /library/);
  const stolen = await dave.post('/coordinate/events', form);
  isRefused(t, stolen, { pitch: /Choose a place/ }, { typed: { title: form.title } });
});
