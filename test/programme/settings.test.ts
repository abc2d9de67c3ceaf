import t from 'tap';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeArea, makeNeighbourhood, makeReportingRoute } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

const site = await testApp(t);
const { db, clock, browser } = site;
const { coordinator, browser: admin } = await signedInCoordinator(site, { administrator: true });

const lastEntry = () =>
  db
    .selectFrom('audit_entries')
    .select(['action', 'subject_kind', 'coordinator_id', 'details'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();

const SETTINGS = '/coordinate/settings';
const settings = {
  name: 'Bedford champions',
  place: 'Bedford',
  contactEmail: 'hello@bedford.example',
  appName: 'The app',
  appUrl: 'https://app.example/',
  timeZone: 'Europe/Dublin',
};

t.test('settings count on the public pages at once', async (t) => {
  t.match((await admin.get(SETTINGS)).body, /value="Milton Keynes champions"/);
  t.equal((await admin.post(SETTINGS, settings)).headers.location, SETTINGS);
  t.match(pageText(await admin.get(SETTINGS)), /The settings are saved/);
  t.match((await browser().get('/')).body, /Bedford champions/);
  t.match((await browser().get('/about')).body, /hello@bedford\.example/);
  t.match(await lastEntry(), {
    action: 'change',
    subject_kind: 'programme',
    coordinator_id: coordinator.id,
    details: { changed: ['name', 'place', 'contactEmail', 'timeZone'] },
  });
});

t.test('the first settings of an empty database are made here too', async (t) => {
  await db.deleteFrom('programme').execute();
  t.equal((await admin.get(SETTINGS)).statusCode, 200);
  t.equal((await admin.post(SETTINGS, { ...settings, appName: '', appUrl: '' })).statusCode, 303);
  t.match(await db.selectFrom('programme').selectAll().executeTakeFirst(), { name: 'Bedford champions' });
});

t.test('each setting that makes no sense is told so, and nothing is saved', async (t) => {
  for (const [change, sentence] of [
    [{ name: '' }, 'Enter the name of the programme'],
    [{ name: 'x'.repeat(61) }, 'Use 60 letters or fewer'],
    [{ place: 'a\u0000b' }, 'Enter the place'],
    [{ contactEmail: 'hello' }, 'Enter an email address in the right form'],
    [{ appUrl: 'javascript:alert(1)' }, 'Enter a web address that starts with https://'],
    [{ appName: '' }, 'Enter the name of the app, or take out its link'],
    [{ appUrl: '' }, 'Enter the link to the app'],
    [{ timeZone: 'Europe/Atlantis' }, 'Choose a time zone from the list'],
    [{ timeZone: '+01:00' }, 'Choose a time zone from the list'],
  ] as const) {
    const answer = await admin.post(SETTINGS, { ...settings, ...change });
    t.equal(answer.statusCode, 422, sentence);
    t.match(pageText(answer), sentence);
  }
  t.match(await db.selectFrom('programme').selectAll().executeTakeFirst(), { place: 'Bedford' });
});

const REPORTING = '/coordinate/settings/reporting';
const entry = {
  name: 'Bedford Helpline',
  whatFor: 'You want to talk to someone.',
  phone: '01234 567 890',
  url: 'https://helpline.example/',
  coverage: 'Bedford',
  hours: 'Weekdays, 9am to 5pm',
  source: 'Helpline',
  sourceUrl: 'https://helpline.example/about',
  checkBy: '2027-05-01',
  position: '2',
};

t.test('an entry about reporting is added, shown, changed and removed', async (t) => {
  t.match(pageText(await admin.get(REPORTING)), /There is nothing yet but 999 and 101/);
  t.match((await admin.get(`${REPORTING}/new`)).body, /name="position"[^>]* value="1"/);
  t.equal((await admin.post(REPORTING, entry)).headers.location, REPORTING);
  t.match(pageText(await admin.get(REPORTING)), /Bedford Helpline is on the page now.*1 May 2027/);
  t.match(pageText(await browser().get('/report')), /Bedford Helpline.*01234 567 890/);
  const { id } = await db.selectFrom('reporting_routes').select('id').executeTakeFirstOrThrow();
  t.match((await admin.get(`${REPORTING}/${id}`)).body, /value="2027-05-01"/);
  const changed = { ...entry, phone: '', checkBy: '30/11/2026', emergency: 'yes' };
  t.equal((await admin.post(`${REPORTING}/${id}`, changed)).statusCode, 303);
  t.match(await db.selectFrom('reporting_routes').selectAll().executeTakeFirst(), {
    phone: null,
    check_by: '2026-11-30',
    emergency: true,
  });
  t.match(pageText(await admin.get(REPORTING)), /30 November 2026 Soon/);
  clock.advance({ hours: 24 * 9 });
  await admin.post('/sign-out');
  const { browser: again } = await signedInCoordinator(site, { administrator: true });
  t.match(pageText(await again.get(REPORTING)), /30 November 2026 Hidden/);
  t.notMatch((await browser().get('/report')).body, /Bedford Helpline/, 'it hid itself');
  t.equal((await again.post(`${REPORTING}/${id}/removal`)).headers.location, REPORTING);
  t.equal((await again.post(`${REPORTING}/${id}/removal`)).statusCode, 303, 'a second press is no fault');
  t.equal((await again.get(`${REPORTING}/${id}`)).statusCode, 404);
  t.equal((await again.post(`${REPORTING}/${id}`, entry)).statusCode, 404);
  const entries = await db
    .selectFrom('audit_entries')
    .select('action')
    .where('subject_kind', '=', 'reporting route')
    .orderBy('at')
    .orderBy('id')
    .execute();
  t.same(
    entries.map(({ action }) => action),
    ['add', 'change', 'remove'],
  );
});

t.test('an entry that would mislead is refused, field by field', async (t) => {
  const { browser: admin } = await signedInCoordinator(site, { administrator: true });
  const { id } = await makeReportingRoute(db);
  for (const [change, sentence] of [
    [{ name: '' }, 'Enter its name'],
    [{ phone: '', url: '' }, 'Enter a phone number or a web address, or both'],
    [{ phone: 'call me' }, 'Enter a phone number, like 101'],
    [{ url: 'javascript:alert(1)' }, 'Enter a web address that starts with https://'],
    [{ sourceUrl: 'helpline' }, 'Enter a web address that starts with https://'],
    [{ checkBy: '2027-02-30' }, 'Enter a real date, like 16/10/2027'],
    [{ checkBy: '2026-11-01' }, 'Enter a date that is still to come'],
    [{ position: 'first' }, 'Enter its place in the list as a number'],
    [{ hours: undefined }, 'Say when it is open'],
  ] as const) {
    for (const at of [REPORTING, `${REPORTING}/${id}`]) {
      const answer = await admin.post(at, { ...entry, ...change });
      t.equal(answer.statusCode, 422, sentence);
      t.match(pageText(answer), sentence);
      if (!('name' in change)) t.match(answer.body, /value="Bedford Helpline"/, 'what was typed is kept');
    }
  }
});

const AREAS = '/coordinate/areas';

t.test('areas and their neighbourhoods are added and renamed', async (t) => {
  const { browser: admin } = await signedInCoordinator(site, { administrator: true });
  t.equal((await admin.post(AREAS, { name: 'Stony Stratford & Co' })).headers.location, AREAS);
  const area = await db
    .selectFrom('areas')
    .selectAll()
    .where('slug', '=', 'stony-stratford-co')
    .executeTakeFirstOrThrow();
  t.match((await admin.get(AREAS)).body, /Stony Stratford &amp; Co/);
  const at = `${AREAS}/${area.id}`;
  t.match(pageText(await admin.get(at)), /There is none yet\. Add the first one/);
  t.equal((await admin.post(`${at}/neighbourhoods`, { name: 'Old Town' })).headers.location, at);
  const place = await db
    .selectFrom('neighbourhoods')
    .selectAll()
    .where('area_id', '=', area.id)
    .executeTakeFirstOrThrow();
  t.match(place, { slug: 'old-town', name: 'Old Town' });
  t.equal((await admin.post(`${at}/neighbourhoods/${place.id}`, { name: 'The Old Town' })).statusCode, 303);
  t.equal((await admin.post(at, { name: 'Stony' })).statusCode, 303);
  t.match(pageText(await admin.get(at)), /Stony/);
  t.match((await admin.get(at)).body, /value="The Old Town"/);
  t.match(await lastEntry(), { action: 'rename', subject_kind: 'area' });
  t.match((await browser().get('/join')).body, /The Old Town/, 'people can choose it at once');
});

t.test('a name that is empty, taken or unspeakable is refused beside its field', async (t) => {
  const { browser: admin } = await signedInCoordinator(site, { administrator: true });
  const area = await makeArea(db, { slug: 'olney', name: 'Olney' });
  const other = await makeNeighbourhood(db, { slug: 'elsewhere', name: 'Elsewhere' });
  const at = `${AREAS}/${area.id}`;
  for (const [url, name, sentence] of [
    [AREAS, '', 'Enter a name'],
    [AREAS, 'olney', 'There is one of this name already'],
    [AREAS, '!!!', 'Enter a name with letters from A to Z'],
    [`${at}/neighbourhoods`, 'Elsewhere', 'There is one of this name already'],
    [at, 'x'.repeat(61), 'Use 60 letters or fewer'],
  ] as const) {
    const answer = await admin.post(url, { name });
    t.equal(answer.statusCode, 422, `${url} ${name}`);
    t.match(pageText(answer), sentence);
  }
  const foreign = await admin.post(`${at}/neighbourhoods/${other.id}`, { name: 'Ours' });
  t.equal(foreign.statusCode, 404, 'of another area');
  const long = await makeNeighbourhood(db, { area_id: area.id, slug: 'long', name: 'Long' });
  const wrong = await admin.post(`${at}/neighbourhoods/${long.id}`, { name: '' });
  t.equal(wrong.statusCode, 422);
  t.match(wrong.body, new RegExp(`href="#name-${long.id}"`), 'the summary leads to its field');
  t.match(wrong.body, new RegExp(`id="name-${long.id}"`));
});
