import { sql } from 'kysely';
import t from 'tap';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeEvent, makeNeighbourhood, makePitch, makeVenue } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

/** A coordinator of an area with a neighbourhood. */
const openArea = async (t: Parameters<typeof testApp>[0]) => {
  const site = await testApp(t);
  const neighbourhood = await makeNeighbourhood(site.db, { slug: 'wolverton', name: 'Wolverton' });
  const areaId = neighbourhood.area_id;
  const { browser, coordinator } = await signedInCoordinator(site, { areaId });
  const audited = () =>
    site.db
      .selectFrom('audit_entries')
      .select(['action', 'subject_kind as kind', 'area_id as area', 'coordinator_id as who', 'details'])
      .where('subject_kind', '=', 'venue')
      .orderBy('id')
      .execute();
  return { ...site, neighbourhood, areaId, hers: browser, coordinator, audited };
};

const library = {
  name: 'Wolverton Library',
  neighbourhood: 'wolverton',
  address: '122 Church Street\r\nWolverton MK12 5JR',
  directions: 'Through the big doors.\r\nThere is a step.',
  pitches: 'near the front doors\r\n\r\n  Meeting room  \r\nMEETING ROOM',
  opens1: '9am',
  closes1: '17:30',
  opens6: '10:00',
  closes6: '00:00',
  setUp: '45',
  takeDown: '15',
  mostPeople: '4',
  permissionDays: '14',
  insurance: '£5,000,000',
  rules: 'No leaflets on windows.\r\nNo helium.',
  contactName: 'Noor O’Quux',
  contactEmail: 'noor@quux.example',
  contactPhone: '01908 123456 ext 12',
  latitude: '52.0636',
  longitude: '-0.8101',
};

const idIn = (location: unknown) => String(location).split('/').at(-1)!;

t.test('a venue with all that there is to know of it', async (t) => {
  const { hers, audited, areaId, coordinator } = await openArea(t);
  t.match(pageText(await hers.get('/coordinate/venues')), /There are no venues in your areas yet/);
  const saved = await hers.post('/coordinate/venues', library);
  t.equal(saved.statusCode, 303, saved.body);
  const page = pageText(await hers.get(String(saved.headers.location)));
  for (const words of [
    'The venue is saved.',
    'Wolverton Library',
    'near the front doors',
    'Meeting room',
    'Monday 9am to 5:30pm',
    'Tuesday Closed',
    'Saturday 10am to midnight',
    '45 minutes before, 15 minutes after',
    'At least 14 days before',
    'At least £5,000,000',
    'No helium.',
    'Noor O’Quux',
    'noor@quux.example',
    '01908 123456 ext 12',
    '52.0636, -0.8101',
    'Nothing is planned here.',
  ])
    t.ok(page.includes(words), words);
  t.notMatch(page, /MEETING ROOM/, 'the same spot twice is one');
  t.match(pageText(await hers.get('/coordinate/venues')), /Wolverton Library .* Wolverton 2 0/);

  const entries = await audited();
  t.match(entries, [
    { action: 'add', kind: 'venue', area: areaId, who: coordinator.id, details: { pitches: 2 } },
    { action: 'read', kind: 'venue', details: { what: 'contact' } },
  ]);
  t.notMatch(JSON.stringify(entries), /quux|Library/i, 'nothing that was typed');
});

t.test('the form holds what was saved, and saving it again changes nothing', async (t) => {
  const { hers, db, audited } = await openArea(t);
  const id = idIn((await hers.post('/coordinate/venues', library)).headers.location);
  const before = await db.selectFrom('venues').selectAll().executeTakeFirstOrThrow();
  const { body } = await hers.get(`/coordinate/venues/${id}/edit`);
  t.match(body, '>122 Church Street\nWolverton MK12 5JR</textarea>');
  t.match(body, /id="closes6" name="closes6" type="time" value="00:00"/);
  t.match(body, /value="5,000,000"/);
  await hers.post(`/coordinate/venues/${id}`, { ...library, opens1: '09:00' });
  t.same(await db.selectFrom('venues').selectAll().executeTakeFirstOrThrow(), before);
  t.same(
    (await audited()).map(({ action }) => action),
    ['add', 'read'],
  );

  await hers.post(`/coordinate/venues/${id}`, { ...library, rules: '', opens2: '9', closes2: '5pm' });
  t.match((await audited()).at(-1), { action: 'change', details: { fields: ['rules', 'hours'] } });
  t.match(pageText(await hers.get(`/coordinate/venues/${id}`)), /Tuesday 9am to 5pm/);
});

t.test('each mistake has a sentence beside its field, and nothing typed is lost', async (t) => {
  const { hers, db } = await openArea(t);
  const cases: [Record<string, string>, string, RegExp][] = [
    [{ name: '' }, 'name', /Enter the name of the venue/],
    [{ name: 'x'.repeat(151) }, 'name', /Use 150 letters or fewer/],
    [{ neighbourhood: 'atlantis' }, 'neighbourhood', /Choose a neighbourhood/],
    [{ pitches: ' ' }, 'pitches', /Enter at least one spot/],
    [{ pitches: 'y'.repeat(101) }, 'pitches', /100 letters or fewer for each/],
    [{ opens1: '' }, 'opens1', /Enter when it opens on Monday/],
    [{ closes1: 'late' }, 'closes1', /Enter when it closes on Monday/],
    [{ closes1: '8:00' }, 'closes1', /On Monday, it has to close after it opens/],
    [{ opens1: '25:00' }, 'opens1', /Enter when it opens/],
    [{ setUp: '-5' }, 'setUp', /from 0 to 1440/],
    [{ takeDown: '1.5' }, 'takeDown', /from 0 to 1440/],
    [{ mostPeople: '0' }, 'mostPeople', /from 1 to 10,000/],
    [{ permissionDays: '9999' }, 'permissionDays', /from 0 to 730/],
    [{ insurance: 'lots' }, 'insurance', /Enter pounds/],
    [{ contactEmail: 'noor@' }, 'contactEmail', /Enter an email address/],
    [{ contactPhone: 'ask' }, 'contactPhone', /Enter a phone number/],
    [{ longitude: '' }, 'longitude', /Enter the longitude/],
    [{ latitude: '95' }, 'latitude', /Enter the latitude/],
  ];
  for (const [wrong, field, sentence] of cases) {
    const typed = { ...library, ...wrong };
    const { statusCode, body } = await hers.post('/coordinate/venues', typed);
    t.equal(statusCode, 422, field);
    t.match(body, `href="#${field}"`);
    t.match(body, new RegExp(`id="${field}[^"]*-error"`), `${field} has its sentence beside it`);
    t.match(pageText({ body } as never), sentence);
    t.match(body, '>No leaflets on windows.\nNo helium.</textarea>', 'lines stay lines');
    if (field !== 'closes1') t.match(body, 'value="17:30"');
  }
  t.match((await hers.post('/coordinate/venues', { ...library, closes1: 'late' })).body, 'value="late"');
  t.same(await db.selectFrom('venues').selectAll().execute(), [], 'nothing half-done');
});

t.test('names of any length and script, and bytes that no text may hold', async (t) => {
  const { hers } = await openArea(t);
  for (const name of [
    'Łódź 😀 ‏مركز‏ 中央 <b>"Hall"</b>',
    'Wolfeschlegelsteinhausen'.repeat(6),
    'a\u0000b\u0007c',
    '\u202eevil',
  ]) {
    const saved = await hers.post('/coordinate/venues', {
      ...library,
      name,
      rules: '\u0000',
      pitches: name.slice(0, 90),
    });
    t.equal(saved.statusCode, 303, name);
    const shown = await hers.get(String(saved.headers.location));
    t.equal(shown.statusCode, 200);
    t.notMatch(shown.body, '<b>"Hall"');
  }
  t.equal((await hers.get('/coordinate/venues?words=%00%25_')).statusCode, 200);
  t.equal((await hers.get('/coordinate/venues?after=x&words=a&words=b')).statusCode, 200);
});

t.test('a closed venue stays as it was, and can be opened again', async (t) => {
  const { hers, audited, db } = await openArea(t);
  const id = idIn((await hers.post('/coordinate/venues', library)).headers.location);
  for (let twice = 0; twice < 2; twice++) await hers.post(`/coordinate/venues/${id}/closure`);
  t.match(
    pageText(await hers.get(`/coordinate/venues/${id}`)),
    /The venue is closed.* Open this venue again/,
  );
  t.match(pageText(await hers.get('/coordinate/venues')), /Wolverton Library Closed/);
  t.ok((await db.selectFrom('venues').select('closed_at').executeTakeFirstOrThrow()).closed_at);
  await hers.post(`/coordinate/venues/${id}/reopening`);
  t.match(pageText(await hers.get(`/coordinate/venues/${id}`)), /Close this venue/);
  t.same(
    (await audited()).map(({ action }) => action).filter((action) => action !== 'read'),
    ['add', 'close', 'reopen'],
    'the second click did nothing',
  );
});

t.test('what is coming up, and what moves with its venue', async (t) => {
  const { hers, db, neighbourhood, areaId } = await openArea(t);
  const venue = await makeVenue(db, { neighbourhood_id: neighbourhood.id, name: 'Old Hall' });
  const pitch = await makePitch(db, { venue_id: venue.id });
  const stall = await makeEvent(db, { slug: 'stall', title: 'The stall', pitch_id: pitch.id });
  const shown = pageText(await hers.get(`/coordinate/venues/${venue.id}`));
  t.match(shown, /The stall Published Saturday 28 November, 11am to 3pm , near the Samsung shop/);

  const other = await makeNeighbourhood(db, { slug: 'olney', name: 'Olney', area_id: areaId });
  const terms = { ...library, name: 'New Hall', neighbourhood: 'olney' };
  t.equal((await hers.post(`/coordinate/venues/${venue.id}`, terms)).statusCode, 303);
  const event = await db.selectFrom('events').selectAll().executeTakeFirstOrThrow();
  t.match(event, { neighbourhood_id: other.id, area_id: areaId, sequence: 1 });
  t.match((await hers.get('/events/stall.ics')).body, 'LOCATION:New Hall');
  const told = await sql<{ data: object }>`select data from pgboss.job where name = 'tell-holders'`.execute(
    db,
  );
  t.same(
    told.rows,
    [{ data: { eventId: stall.id } }],
    'whoever holds a place there is told once it has settled',
  );
});

t.test('search, and more venues than fit on a page', async (t) => {
  const { hers, db, neighbourhood } = await openArea(t);
  for (let at = 10; at < 65; at++)
    await makeVenue(db, {
      neighbourhood_id: neighbourhood.id,
      name: `Hall ${at}`,
      address: `${at} High Street`,
    });
  const names = (body: string) => [...body.matchAll(/>(Hall \d+)</g)].map(([, name]) => name);
  const first = (await hers.get('/coordinate/venues')).body;
  t.equal(names(first).length, 50);
  const next = /href="([^"]+)" rel="next"/
    .exec(first)?.[1]
    ?.replaceAll('&amp;', '&')
    .replaceAll('&#x3D;', '=');
  t.same(names((await hers.get(next!)).body), ['Hall 60', 'Hall 61', 'Hall 62', 'Hall 63', 'Hall 64']);
  t.same(names((await hers.get('/coordinate/venues?words=HIGH+42')).body), ['Hall 42']);
  t.match((await hers.get('/coordinate/venues?words=zebra')).body, 'No venue fits these words');
});
