import t from 'tap';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeEvent, makeNeighbourhood, makePitch, makeVenue } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

const openVenue = async (t: Parameters<typeof testApp>[0]) => {
  const site = await testApp(t);
  const neighbourhood = await makeNeighbourhood(site.db);
  const venue = await makeVenue(site.db, { neighbourhood_id: neighbourhood.id });
  const pitch = await makePitch(site.db, { venue_id: venue.id, name: 'by the oak' });
  const { browser } = await signedInCoordinator(site, { areaId: neighbourhood.area_id });
  return { ...site, venue, pitch, hers: browser, page: `/coordinate/venues/${venue.id}` };
};

t.test('spots are added and renamed', async (t) => {
  const { hers, page, pitch, db } = await openVenue(t);
  await makeEvent(db, { slug: 'stall', pitch_id: pitch.id });
  t.equal((await hers.post(`${page}/pitches`, { name: 'Łukasz’s corner' })).headers.location, page);
  t.match(pageText(await hers.get(page)), /The spot is added.* Łukasz’s corner/);
  await hers.post(`${page}/pitches/${pitch.id}`, { name: 'by the elm' });
  t.match(pageText(await hers.get(page)), /The spot has its new name/);
  t.match((await hers.get('/events/stall')).body, 'Centre:MK, by the elm');
});

t.test('a name that is empty, long or taken is refused beside its field', async (t) => {
  const { hers, page, pitch, db, venue } = await openVenue(t);
  await makePitch(db, { venue_id: venue.id, name: 'Stage' });
  for (const [name, sentence] of [
    ['', /Enter the spot/],
    ['x'.repeat(101), /Use 100 letters or fewer/],
    ['STAGE', /has a spot with that name already/],
  ] as const) {
    const added = await hers.post(`${page}/pitches`, { name });
    t.equal(added.statusCode, 422);
    t.match(pageText(added), sentence);
    t.match(added.body, 'href="#name"');
    const renamed = await hers.post(`${page}/pitches/${pitch.id}`, { name });
    t.equal(renamed.statusCode, 422);
    t.match(pageText(renamed), sentence);
    t.match(renamed.body, `href="#name-${pitch.id}"`);
    t.match(renamed.body, 'govuk-!-margin-bottom-2" open>', 'the form with the mistake is unfolded');
    if (name) t.match(renamed.body, `value="${name}"`);
  }
  await hers.post(`${page}/pitches/${pitch.id}`, { name: 'By The Oak' });
  t.match((await hers.get(page)).body, 'By The Oak', 'its own name in capitals is no other one’s');
});

t.test('a closed spot says so, and a pitch of another venue is not found', async (t) => {
  const { hers, page, pitch, db } = await openVenue(t);
  await hers.post(`${page}/pitches/${pitch.id}/closure`);
  t.match(pageText(await hers.get(page)), /by the oak Closed/);
  await hers.post(`${page}/pitches/${pitch.id}/reopening`);
  t.notMatch(pageText(await hers.get(page)), /by the oak Closed/);
  const elsewhere = await makePitch(db);
  for (const end of ['', '/closure', '/reopening'])
    t.equal((await hers.post(`${page}/pitches/${elsewhere.id}${end}`, { name: 'x' })).statusCode, 404);
  const actions = await db
    .selectFrom('audit_entries')
    .select('action')
    .where('subject_kind', '=', 'pitch')
    .orderBy('id')
    .execute();
  t.same(
    actions.map(({ action }) => action),
    ['close', 'reopen'],
  );
});
