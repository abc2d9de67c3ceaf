import t from 'tap';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeCampaign, makeEvent, makeNeighbourhood, makePitch, makeVenue } from '../make.ts';
import { readCalendar } from '../read-calendar.ts';

const at = (text: string) => Temporal.Instant.from(text);
const cancelled = {
  state: 'cancelled',
  cancelled_at: at('2026-11-20T10:00:00Z'),
  cancelled_reason: 'Snow.',
} as const;

/** A campaign over the night on which the clocks go back, with an event on either side of it. */
const openCampaign = async (t: Parameters<typeof testApp>[0]) => {
  const site = await testApp(t);
  const { db } = site;
  const campaign = await makeCampaign(db, {
    slug: 'week',
    name: 'Hate Crime Awareness Week <b>',
    messages: ['You are not alone.'],
    hashtags: ['WeStandTogether', '#LetsHateHate'],
    starts_on: '2027-10-30',
    ends_on: '2027-10-31',
  });
  const wolverton = await makeNeighbourhood(db, { slug: 'wolverton', name: 'Wolverton' });
  const hall = await makeVenue(db, { neighbourhood_id: wolverton.id, name: 'Hall' });
  const on = (day: number, hour: number) => ({
    campaign_id: campaign.id,
    starts_at: at(`2027-10-${day}T${String(hour).padStart(2, '0')}:00:00Z`),
    ends_at: at(`2027-10-${day}T${String(hour + 2).padStart(2, '0')}:00:00Z`),
  });
  const pitch = await makePitch(db, { venue_id: hall.id, name: 'stage' });
  await makeEvent(db, { slug: 'summer', title: 'Last of summer', pitch_id: pitch.id, ...on(30, 10) });
  await makeEvent(db, { slug: 'first', title: 'In Bletchley', ...on(30, 13) });
  await makeEvent(db, { slug: 'winter', title: 'First of winter', pitch_id: pitch.id, ...on(31, 10) });
  await makeEvent(db, { slug: 'off', title: 'Snowed under', ...cancelled, ...on(31, 14) });
  await makeEvent(db, { slug: 'hidden', title: 'Not yet', state: 'draft', ...on(31, 16) });
  const online = { kind: 'online', pitch_id: null, online_url: 'https://meet.example/x' } as const;
  await makeEvent(db, {
    slug: 'call',
    title: 'The call',
    ...online,
    area_id: wolverton.area_id,
    ...on(31, 8),
  });
  await makeEvent(db, { slug: 'other', title: 'Of no campaign' });
  return { ...site, campaign };
};

t.test('a campaign’s events by day, and within a day by neighbourhood', async (t) => {
  const { browser } = await openCampaign(t);
  const { get } = browser();
  const page = await get('/campaigns/week');
  t.equal(page.statusCode, 200);
  const text = pageText(page);
  t.match(text, 'Hate Crime Awareness Week &lt;b&gt;');
  t.match(text, 'Saturday 30 October 2027 to Sunday 31 October 2027');
  t.match(text, 'You are not alone.');
  t.match(text, '#WeStandTogether #LetsHateHate');
  t.match(
    text,
    new RegExp(
      [
        'Saturday 30 October 2027',
        'Bletchley',
        'In Bletchley',
        'Wolverton',
        'Last of summer Stall 11am to 1pm , Hall, stage',
        'Sunday 31 October 2027',
        'Bletchley',
        'Cancelled Snowed under',
        'Wolverton',
        'First of winter Stall 10am to midday',
        'Online',
        'The call Online 8am to 10am',
      ].join('.*'),
    ),
  );
  t.notMatch(text, /Not yet|Of no campaign/);
  t.match(page.body, '<s>2pm to 4pm');
  t.match(page.body, 'href="/campaigns/week.ics">Add to your calendar');
  t.match((await get('/events/summer')).body, 'href="/campaigns/week"');
  t.match((await get('/about')).body, 'href="/campaigns/week"');
  t.match((await get('/sitemap.xml')).body, '/campaigns/week</loc>');
  t.equal((await get('/campaigns/none')).statusCode, 404);
});

t.test('a campaign with nothing in it says so', async (t) => {
  const { db, browser } = await testApp(t);
  await makeCampaign(db, { slug: 'week' });
  t.match((await browser().get('/campaigns/week')).body, 'Nothing is planned yet');
  const { events } = readCalendar((await browser().get('/campaigns/week.ics')).body);
  t.same(events, []);
});

t.test('feeds of a campaign and of a neighbourhood, on both sides of the clock change', async (t) => {
  const { browser, clock, db } = await openCampaign(t);
  clock.set('2027-10-25T09:00:00Z');
  const { get } = browser();
  const winter = '2027-10-31T10:00:00.000Z';
  const summer = '2027-10-30T10:00:00.000Z';
  for (const [path, starts, name] of [
    [
      '/campaigns/week.ics',
      [summer, '2027-10-30T13:00:00.000Z', '2027-10-31T08:00:00.000Z', winter, '2027-10-31T14:00:00.000Z'],
      'What’s on: Milton Keynes  from 2027-10-30',
    ],
    ['/neighbourhoods/wolverton.ics', [summer, winter], 'What’s on: Wolverton'],
  ] as const) {
    const feed = await get(path);
    t.equal(feed.headers['content-type'], 'text/calendar; charset=utf-8');
    const { component, events, others } = readCalendar(feed.body);
    t.same(events, others, 'both readers understand the same');
    t.same(
      events.map(({ start }) => start),
      starts,
    );
    t.equal(component.getFirstPropertyValue('x-wr-calname'), name);
    t.match(feed.body, '\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n');
    t.match(feed.body, '\r\nX-PUBLISHED-TTL:PT1H\r\n');
    t.notMatch(feed.body, /hate crime/i, 'calendars are shared');
    t.notMatch(feed.body, /^DTSTART(?!:\d{8}T\d{6}Z)/m, 'UTC instants');
    const etag = String(feed.headers.etag);
    t.equal((await get(path, { 'if-none-match': etag })).statusCode, 304);
    await db
      .updateTable('events')
      .set((eb) => ({ sequence: eb('sequence', '+', 1) }))
      .where('slug', '=', 'winter')
      .execute();
    t.equal((await get(path, { 'if-none-match': etag })).statusCode, 200);
  }
  const off = readCalendar((await get('/campaigns/week.ics')).body).events.at(-1);
  t.match(off, { status: 'CANCELLED', title: 'Cancelled: Stall at Centre:MK' });
  t.match((await get('/events?neighbourhood=wolverton')).body, 'href="/neighbourhoods/wolverton.ics"');
  for (const path of ['/campaigns/none.ics', '/neighbourhoods/none.ics', '/neighbourhoods/%00.ics'])
    t.equal((await get(path)).statusCode, 404, path);

  clock.set('2028-03-01T09:00:00Z');
  t.equal(readCalendar((await get('/neighbourhoods/wolverton.ics')).body).events.length, 0, 'long over');
  t.equal(readCalendar((await get('/campaigns/week.ics')).body).events.length, 5, 'a campaign stays whole');
});
