import t from 'tap';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { signedInCoordinator } from '../sign-in.ts';

const week = {
  name: 'Awareness Week 2027: “Café”!',
  summary: 'A week to stand together.',
  startsOn: '2027-10-09',
  endsOn: '16/10/2027',
  messages: 'You are not alone.\r\n\r\n  We stand together. \r\n',
  hashtags: '#WeStandTogether, LetsHateHate #WeStandTogether',
};

t.test('a campaign is added, and changed by a coordinator of another area', async (t) => {
  const site = await testApp(t);
  const { browser: hers, coordinator } = await signedInCoordinator(site);
  t.match(pageText(await hers.get('/coordinate/campaigns')), /There are no campaigns yet/);
  t.equal((await hers.post('/coordinate/campaigns', week)).headers.location, '/coordinate/campaigns');
  t.match(
    pageText(await hers.get('/coordinate/campaigns')),
    /The campaign is saved.* Awareness Week 2027: “Café”! Saturday 9 October 2027 to Saturday 16 October 2027 0/,
  );
  const slug = 'awareness-week-2027-cafe';
  const { browser: his, coordinator: other } = await signedInCoordinator(site);
  const form = (await his.get(`/coordinate/campaigns/${slug}`)).body;
  t.match(form, '>You are not alone.\nWe stand together.</textarea>');
  t.match(form, 'value="#WeStandTogether #LetsHateHate"');
  await his.post(`/coordinate/campaigns/${slug}`, { ...week, name: 'Another name' });
  const kept = await site.db.selectFrom('campaigns').selectAll().executeTakeFirstOrThrow();
  t.match(kept, {
    slug,
    name: 'Another name',
    starts_on: '2027-10-09',
    ends_on: '2027-10-16',
    messages: ['You are not alone.', 'We stand together.'],
    hashtags: ['WeStandTogether', 'LetsHateHate'],
  });
  const entries = await site.db
    .selectFrom('audit_entries')
    .selectAll()
    .where('subject_kind', '=', 'campaign')
    .orderBy('id')
    .execute();
  t.match(entries, [
    { action: 'add', subject_kind: 'campaign', subject_id: kept.id, coordinator_id: coordinator.id },
    { action: 'change', subject_id: kept.id, coordinator_id: other.id },
  ]);
});

t.test('addresses are made from names, each its own', async (t) => {
  const site = await testApp(t);
  const { browser: hers } = await signedInCoordinator(site);
  for (const name of ['Week', 'week!', 'New', '中央', '-- ☂ --', 'Wo'.repeat(60)])
    t.equal((await hers.post('/coordinate/campaigns', { ...week, name })).statusCode, 303, name);
  const rows = await site.db.selectFrom('campaigns').select('slug').orderBy('id').execute();
  t.same(
    rows.map(({ slug }) => slug),
    ['week', 'week-2', 'new-2', 'campaign', 'campaign-2', 'wo'.repeat(40)],
  );
  for (const { slug } of rows) {
    t.equal((await hers.get(`/campaigns/${slug}`)).statusCode, 200, slug);
    t.match((await hers.get(`/coordinate/campaigns/${slug}`)).body, 'Change ');
  }
});

t.test('each mistake has a sentence beside its field, and nothing typed is lost', async (t) => {
  const site = await testApp(t);
  const { browser: hers } = await signedInCoordinator(site);
  const cases: [Record<string, string>, string, RegExp][] = [
    [{ name: '' }, 'name', /Enter the name/],
    [{ name: 'x'.repeat(121) }, 'name', /Use 120 letters/],
    [{ summary: '' }, 'summary', /Say in a sentence/],
    [{ startsOn: '2027-02-30' }, 'startsOn', /Enter the first day/],
    [{ endsOn: 'later' }, 'endsOn', /Enter the last day/],
    [{ endsOn: '2027-10-08' }, 'endsOn', /on or after the first day/],
    [{ messages: 'm\n'.repeat(21) }, 'messages', /Enter up to 20 messages/],
    [{ messages: 'm'.repeat(201) }, 'messages', /200 letters or fewer/],
    [{ hashtags: '#no-hyphens' }, 'hashtags', /letters and digits/],
    [{ hashtags: '1 2 3 4 5 6 7 8 9 10 11' }, 'hashtags', /Enter up to 10/],
  ];
  for (const [wrong, field, sentence] of cases) {
    const refused = await hers.post('/coordinate/campaigns', { ...week, ...wrong });
    t.equal(refused.statusCode, 422, field);
    t.match(refused.body, `href="#${field}"`);
    t.match(refused.body, `id="${field}-error"`);
    t.match(pageText(refused), sentence);
    if (field !== 'messages') t.match(refused.body, 'You are not alone.\n\n  We stand together.</textarea>');
  }
  t.same(await site.db.selectFrom('campaigns').selectAll().execute(), []);
  t.equal((await hers.get('/coordinate/campaigns/nothing')).statusCode, 404);
});
