import t from 'tap';
import { NOTICE_VERSION, UPDATES_WORDING } from '../../src/programme/notice.ts';
import { testApp } from '../helper.ts';
import { makeCampaign, makeEvent, makeReportingRoute } from '../make.ts';

const at = (text: string) => Temporal.Instant.from(text);

t.test('home shows the next events that go ahead, and how to sign up', async (t) => {
  const { db, browser, clock } = await testApp(t);
  t.match((await browser().get('/')).body, 'Nothing is planned just now');
  const on = (day: number) => ({
    starts_at: at(`2026-12-0${day}T10:00:00Z`),
    ends_at: at(`2026-12-0${day}T12:00:00Z`),
  });
  for (const day of [5, 4, 3, 2, 1]) await makeEvent(db, { slug: `day-${day}`, ...on(day) });
  const off = {
    state: 'cancelled',
    cancelled_at: at('2026-11-20T10:00:00Z'),
    cancelled_reason: 'Snow.',
  } as const;
  await makeEvent(db, { slug: 'off', ...off });
  await makeEvent(db, { slug: 'secret', state: 'ready' });
  const slugs = async () =>
    [...(await browser().get('/')).body.matchAll(/href="\/events\/([a-z0-9-]+)"/g)].map(([, slug]) => slug);
  t.same(await slugs(), ['day-1', 'day-2', 'day-3', 'day-4']);
  clock.set('2026-12-01T11:00:00Z');
  t.match((await browser().get('/')).body, 'On now');
  clock.set('2026-12-01T12:00:00Z');
  t.same(await slugs(), ['day-2', 'day-3', 'day-4', 'day-5'], 'what is over makes room');
  t.match((await browser().get('/')).body, 'href="/join"');
});

t.test('ways to report hide once their check-by date has passed, where the programme is', async (t) => {
  const { db, browser, clock } = await testApp(t, { now: '2027-04-30T12:00:00Z' });
  await makeReportingRoute(db, {
    position: 2,
    name: 'Victims First',
    phone: '0300 1234 148',
    check_by: '2027-04-30',
  });
  await makeReportingRoute(db, {
    position: 1,
    name: 'Police, not urgent',
    phone: '101',
    check_by: '2027-06-30',
  });
  const report = async () => (await browser().get('/report')).body;

  const page = await report();
  t.match(page, 'href="tel:03001234148"');
  t.match(page, 'We check it again by Friday 30 April');
  t.match(page, 'We don’t take reports here');
  t.equal(page.match(/href="tel:101"/g)?.length, 1, 'ours gives way to the programme’s own');
  t.ok(page.indexOf('Call 999') < page.indexOf('Police, not urgent'), 'emergencies first');
  t.ok(page.indexOf('Police, not urgent') < page.indexOf('Victims First'));

  clock.set('2027-04-30T22:59:00Z');
  t.match(await report(), 'Victims First', 'two minutes to midnight, in summer time');
  clock.set('2027-04-30T23:00:00Z');
  t.notMatch(await report(), 'Victims First');
  clock.set('2028-01-01T00:00:00Z');
  const empty = await report();
  t.notMatch(empty, 'Police, not urgent');
  t.match(empty, 'href="tel:999"');
  t.match(empty, 'href="tel:101"');
});

t.test('the pages that the law asks for, and about us', async (t) => {
  const { db, browser } = await testApp(t);
  await makeCampaign(db, { name: 'Next Week', starts_on: '2027-10-09', ends_on: '2027-10-16' });
  await makeCampaign(db, { name: 'Last Week', starts_on: '2026-10-10', ends_on: '2026-10-17' });
  const privacy = await browser().get('/privacy');
  t.match(privacy.body, NOTICE_VERSION);
  t.match(privacy.body, UPDATES_WORDING.text);
  t.match(privacy.body, 'within 30 days');
  t.match(privacy.body, 'within one month');
  t.match(privacy.body, 'for a year at most after we last tried it');
  t.match((await browser().get('/accessibility')).body, 'Web Content Accessibility Guidelines, version 2.2');
  const { body } = await browser().get('/about');
  t.match(body, 'Next Week');
  t.match(body, 'Saturday 9 October 2027 to Saturday 16 October 2027');
  t.match(body, '#WeStandTogether');
  t.notMatch(body, 'Last Week');
  t.match(body, 'href="https://app.example/"');
});

t.test('for search engines', async (t) => {
  const { db, browser, config } = await testApp(t);
  await makeEvent(db, { slug: 'stall', updated_at: at('2026-11-20T10:00:00.5Z') });
  await makeEvent(db, { slug: 'secret', state: 'draft' });
  const robots = await browser().get('/robots.txt');
  t.equal(robots.headers['content-type'], 'text/plain; charset=utf-8');
  t.match(robots.body, 'Disallow: /me\n');
  t.match(robots.body, `Sitemap: ${config.publicUrl}/sitemap.xml`);
  const sitemap = await browser().get('/sitemap.xml');
  t.equal(sitemap.headers['content-type'], 'application/xml; charset=utf-8');
  t.match(sitemap.body, `<loc>${config.publicUrl}/events/stall</loc><lastmod>2026-11-20T10:00:00Z</lastmod>`);
  t.notMatch(sitemap.body, 'secret');
  for (const [, path = ''] of sitemap.body.matchAll(/<loc>http:\/\/[^/]+([^<]*)<\/loc>/g)) {
    t.equal((await browser().get(path)).statusCode, 200, path);
  }
});

t.test('an unknown address gets the page that says so', async (t) => {
  const { browser } = await testApp(t);
  const { statusCode, body } = await browser().get('/no-such-page');
  t.equal(statusCode, 404);
  t.match(body, 'We can’t find that page');
});

t.test('every public page can be asked for again cheaply', async (t) => {
  const { db, browser } = await testApp(t);
  await makeEvent(db, { slug: 'stall' });
  for (const path of [
    '/',
    '/events',
    '/events/stall',
    '/report',
    '/about',
    '/privacy',
    '/accessibility',
    '/sitemap.xml',
  ]) {
    const { headers } = await browser().get(path);
    const again = await browser().get(path, { 'if-none-match': String(headers.etag) });
    t.equal(again.statusCode, 304, path);
    t.equal(again.body, '');
  }
});
