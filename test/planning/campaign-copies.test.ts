import t from 'tap';
import { pageText } from '../champions/people.ts';
import { needsPostgres, openBrowser } from '../helper.ts';
import { makeCampaign, makeEvent, makeNeighbourhood, makePitch, makeVenue } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { at, type City, city, hiddenFields, planned } from './city.ts';

const COPIES = '/coordinate/campaigns/week/copies';

/** The awareness week of 2027, and events on both sides of 31 October, when the clocks go back. */
const week = async ({ db, samsung, fountain }: City) => {
  const campaign = await makeCampaign(db, {
    slug: 'week',
    name: 'Awareness Week 2027',
    messages: ['You are not alone.'],
    starts_on: '2027-10-09',
    ends_on: '2027-10-16',
  });
  const on = (day: string, hour: number, row: object = {}) =>
    makeEvent(db, {
      title: `Stall of ${day}`,
      pitch_id: samsung.id,
      campaign_id: campaign.id,
      starts_at: at(`2027-${day}T${hour}:00:00Z`),
      ends_at: at(`2027-${day}T${hour + 4}:00:00Z`),
      ...row,
    });
  await on('10-09', 10);
  await on('10-16', 10);
  await on('10-30', 10);
  await on('10-31', 11, { reference: 'A-1' });
  await on('10-12', 10, {
    pitch_id: fountain.id,
    state: 'cancelled',
    cancelled_at: at('2026-11-20T10:00:00Z'),
    cancelled_reason: 'Snow.',
  });
  return { campaign, on };
};

const copies = async ({ db }: City) =>
  (await planned({ db })).filter(({ starts_at }) => starts_at.toString() > '2028');

t.test('a campaign goes to the same weekdays of next year, at the same local times', async (t) => {
  const site = await city(t);
  const { db, hers } = site;
  const { campaign } = await week(site);
  const form = await hers.get(COPIES);
  const words = pageText(form);
  t.match(form.body, 'value="Awareness Week 2028"');
  t.match(form.body, 'value="2028-10-14"', 'the second Saturday of October');
  t.match(words, /4 copies can be added/);
  t.match(words, /Saturday 14 October 2028, 11am to 3pm/);
  t.notMatch(words, /weekdays change/);
  t.equal((await copies(site)).length, 0);

  const sent = await hers.post(COPIES, hiddenFields(form.body, COPIES));
  t.equal(sent.statusCode, 303);
  t.equal(sent.headers.location, '/coordinate/week?from=2028-10-14&campaign=awareness-week-2028');
  t.match(
    pageText(await hers.get(String(sent.headers.location))),
    /The campaign is copied\. We added 4 drafts\./,
  );
  const copy = await db
    .selectFrom('campaigns')
    .selectAll()
    .where('slug', '=', 'awareness-week-2028')
    .executeTakeFirstOrThrow();
  t.match(copy, {
    name: 'Awareness Week 2028',
    summary: campaign.summary,
    hashtags: campaign.hashtags,
    messages: ['You are not alone.'],
    starts_on: '2028-10-14',
    ends_on: '2028-10-21',
  });
  t.same(
    (await copies(site)).map((event) => [
      event.starts_at.toString(),
      event.state,
      event.campaign_id,
      event.reference,
    ]),
    [
      ['2028-10-14T10:00:00Z', 'draft', copy.id, null],
      ['2028-10-21T10:00:00Z', 'draft', copy.id, null],
      // 371 days on, past the clock change of 29 October 2028.
      ['2028-11-04T11:00:00Z', 'draft', copy.id, null],
      ['2028-11-05T11:00:00Z', 'draft', copy.id, null],
    ],
  );
});

t.test('copied again, it adds only what is new', async (t) => {
  const site = await city(t);
  const { hers } = site;
  const { on } = await week(site);
  const form = hiddenFields((await hers.get(COPIES)).body, COPIES);
  await hers.post(COPIES, form);
  const again = await hers.post(COPIES, form);
  t.match(pageText(await hers.get(String(again.headers.location))), /All of it was copied before/);
  t.equal((await copies(site)).length, 4);
  const page = pageText(await hers.get(COPIES));
  t.match(page, /There is a copy with this first day already: Awareness Week 2028/);
  t.match(page, /There is nothing left to add/);

  await on('10-14', 10);
  t.match(pageText(await hers.get(COPIES)), /1 copy can be added/);
  await hers.post(COPIES, form);
  t.equal((await copies(site)).length, 5);
  const campaigns = await site.db.selectFrom('campaigns').select('slug').orderBy('slug').execute();
  t.same(campaigns, [{ slug: 'awareness-week-2028' }, { slug: 'week' }]);
});

t.test('copied many times at once, it is copied once', needsPostgres(), async (t) => {
  const site = await city(t);
  await week(site);
  const form = hiddenFields((await site.hers.get(COPIES)).body, COPIES);
  const sent = await Promise.all(Array.from({ length: 8 }, () => site.hers.post(COPIES, form)));
  t.same(new Set(sent.map(({ statusCode }) => statusCode)), new Set([303]));
  t.equal((await copies(site)).length, 4);
  t.equal((await site.db.selectFrom('campaigns').select('id').execute()).length, 2);
});

t.test('each area’s coordinator copies the events of their own area, into one campaign', async (t) => {
  const site = await city(t);
  const { db, hers } = site;
  const { on } = await week(site);
  const there = await signedInCoordinator(site);
  const neighbourhood = await makeNeighbourhood(db, { area_id: there.areaId });
  const venue = await makeVenue(db, { neighbourhood_id: neighbourhood.id });
  const pitch = await makePitch(db, { venue_id: venue.id });
  await on('10-13', 10, { pitch_id: pitch.id, title: 'Stall elsewhere' });

  const form = await hers.get(COPIES);
  t.notMatch(pageText(form), /Stall elsewhere/);
  await hers.post(COPIES, hiddenFields(form.body, COPIES));
  const theirForm = await there.browser.get(COPIES);
  t.match(pageText(theirForm), /1 copy can be added/);
  await there.browser.post(COPIES, hiddenFields(theirForm.body, COPIES));
  const made = await copies(site);
  t.equal(made.length, 5);
  t.equal(new Set(made.map(({ campaign_id }) => campaign_id)).size, 1);
});

t.test('another first day, a clash, and days that are over', async (t) => {
  const site = await city(t);
  const { hers, samsung, db } = site;
  await week(site);
  await makeEvent(db, {
    title: 'Book sale',
    pitch_id: samsung.id,
    starts_at: at('2028-10-22T10:00:00Z'),
    ends_at: at('2028-10-22T11:00:00Z'),
  });
  const page = await hers.get(`${COPIES}?name=Autumn&startsOn=15%2F10%2F2028`);
  const words = pageText(page);
  t.match(words, /what was on a Saturday will be on a Sunday/);
  t.match(words, /3 copies can be added\. 1 clashes, and is left out\./);
  t.match(words, /Book sale has this pitch/);
  const sent = await hers.post(COPIES, hiddenFields(page.body, COPIES));
  t.equal(sent.headers.location, '/coordinate/week?from=2028-10-15&campaign=autumn');
  for (const [startsOn, sentence] of [
    ['2028-02-30', /Enter a real first day/],
    ['2026-11-22', /Sunday 22 November 2026 is over/],
    ['2027-10-09', /Choose another first day/],
  ] as const) {
    const refused = await hers.get(`${COPIES}?startsOn=${startsOn}`);
    t.equal(refused.statusCode, 422, startsOn);
    t.match(pageText(refused), sentence);
    t.equal((await hers.post(COPIES, { startsOn, name: 'x' })).statusCode, 422);
  }
  const long = await hers.get(`${COPIES}?name=${'x'.repeat(121)}`);
  t.equal(long.statusCode, 422);
  t.match(pageText(long), /up to 120 letters/);
  t.equal((await hers.get(`${COPIES}?name=%00a`)).statusCode, 200);
  t.equal(
    (await openBrowser(site.app).post(COPIES, { startsOn: '2029-01-01' })).headers.location,
    '/sign-in',
  );
});
