import { sql } from 'kysely';
import t from 'tap';
import { selectWeek, weekOf } from '../../src/planning/week.ts';
import { pageText } from '../champions/people.ts';
import { onPostgres } from '../database.ts';
import {
  makeArea,
  makeCampaign,
  makeChampion,
  makeEvent,
  makeNeighbourhood,
  makePitch,
  makeVenue,
} from '../make.ts';
import { at, type City, city } from './city.ts';

const days = (body: string) =>
  [...body.matchAll(/<h2 class="govuk-heading-m">([^<]+?) *</g)].map(([, day]) => day);

t.test('a week shows what starts in it, by pitch and by day, with gaps in words', async (t) => {
  const { db, hers, samsung, fountain, areaId } = await city(t);
  const lead = await makeChampion(db);
  const on = (day: number, row: object = {}) =>
    makeEvent(db, {
      pitch_id: samsung.id,
      starts_at: at(`2027-10-${day}T10:00:00Z`),
      ends_at: at(`2027-10-${day}T14:00:00Z`),
      ...row,
    });
  await on(10, { title: 'On the Sunday before' });
  await on(11, { title: 'Monday stall', state: 'draft', lead_id: lead.id });
  await on(16, { title: 'Saturday stall', lead_id: lead.id });
  await on(16, { title: 'Beside it', lead_id: lead.id, pitch_id: fountain.id });
  await on(17, {
    title: 'Sunday stall',
    state: 'cancelled',
    cancelled_at: at('2026-11-20T10:00:00Z'),
    cancelled_reason: 'Snow.',
  });
  await on(18, { title: 'On the Monday after' });
  await on(13, {
    title: 'Talk online',
    kind: 'online',
    pitch_id: null,
    online_url: 'https://talk.example/',
    area_id: areaId,
  });
  const elsewhere = await makePitch(db);
  await on(13, { title: 'Not hers', pitch_id: elsewhere.id });

  const page = await hers.get('/coordinate/week?from=2027-10-14');
  t.equal(page.statusCode, 200);
  const words = pageText(page);
  t.match(words, /Monday 11 October to Sunday 17 October 2027/);
  t.match(words, /5 events\. 3 need something/);
  for (const title of ['Monday stall', 'Saturday stall', 'Beside it', 'Sunday stall', 'Talk online'])
    t.match(words, title);
  for (const title of ['On the Sunday before', 'On the Monday after', 'Not hers']) t.notMatch(words, title);
  t.same(days(page.body), [
    'Monday 11 October',
    'Wednesday 13 October',
    'Saturday 16 October',
    'Sunday 17 October',
  ]);
  t.match(words, /11am to 3pm Monday stall Draft/);
  t.match(words, /11am to 3pm Talk online Published No lead yet/);
  t.match(words, /Saturday stall Published Lead is in two places/);
  t.match(words, /Sunday stall Cancelled/, 'and nothing is asked of it');
  const rows = [...page.body.matchAll(/scope="row">([^<]+)(?:<span[^>]*>([^<]+))?/g)].map(
    ([, venue, pitch]) => [venue, pitch].filter(Boolean).join(', '),
  );
  t.same(rows, ['Centre:MK, by the fountain', 'Centre:MK, near the Samsung shop', 'Online']);
  const ids = [...page.body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  t.equal(new Set(ids).size, ids.length, 'no id twice');
});

t.test('any day leads to its week, and links lead on and back', async (t) => {
  const { hers } = await city(t);
  const page = await hers.get('/coordinate/week?from=31%2F10%2F2027');
  t.match(pageText(page), /Monday 25 October to Sunday 31 October 2027/);
  t.match(page.body, 'href="/coordinate/week?from&#x3D;2027-10-18"');
  t.match(page.body, 'href="/coordinate/week?from&#x3D;2027-11-01"');
  t.match(page.body, 'href="/coordinate/week?from&#x3D;2026-11-23"', 'this week');
  t.match(pageText(page), /Nothing is planned for this week yet/);
  const now = await hers.get('/coordinate/week');
  t.match(pageText(now), /Monday 23 November to Sunday 29 November 2026/);
  t.notMatch(pageText(now), /This week/);
});

t.test('on a day the clocks change it says so, and the day has all of its hours', async (t) => {
  const { db, hers, samsung } = await city(t);
  const at11 = (day: string, offset: number) => ({
    pitch_id: samsung.id,
    starts_at: at(`2027-${day}T${11 - offset}:00:00Z`),
    ends_at: at(`2027-${day}T${15 - offset}:00:00Z`),
  });
  await makeEvent(db, { title: 'Before', ...at11('10-30', 1) });
  await makeEvent(db, { title: 'After', ...at11('10-31', 0) });
  await makeEvent(db, {
    title: 'Late',
    pitch_id: samsung.id,
    starts_at: at('2027-10-31T23:30:00Z'),
    ends_at: at('2027-10-31T23:45:00Z'),
  });
  const words = pageText(await hers.get('/coordinate/week?from=2027-10-31'));
  t.match(words, /Sun 31 Oct Clocks go back/);
  t.match(words, /11am to 3pm Before/);
  t.match(words, /11am to 3pm After/);
  t.match(words, /11:30pm to 11:45pm Late/);
});

t.test('what is no date is said beside the field, and nothing typed is lost', async (t) => {
  const { hers } = await city(t);
  for (const typed of ['yesterday', '2027-02-30', '2027-13-01', '%00', "'--", '9'.repeat(500)]) {
    const page = await hers.get(`/coordinate/week?from=${encodeURIComponent(typed)}`);
    t.equal(page.statusCode, 422, typed.slice(0, 20));
    t.match(pageText(page), /Enter a real date to look from/);
  }
  t.equal((await hers.get('/coordinate/week?from=2027-10-11&from=2027-10-18')).statusCode, 200);
  t.equal((await hers.get('/coordinate/week?from=&campaign=')).statusCode, 200);
});

t.test('a campaign can be looked at alone', async (t) => {
  const { db, hers, samsung, fountain } = await city(t);
  const campaign = await makeCampaign(db, { name: 'Awareness Week 2027' });
  await makeEvent(db, { title: 'Of the week', pitch_id: samsung.id, campaign_id: campaign.id });
  await makeEvent(db, { title: 'Of its own', pitch_id: fountain.id });
  const words = pageText(await hers.get(`/coordinate/week?campaign=${campaign.slug}`));
  t.match(words, /Of the week/);
  t.notMatch(words, /Of its own/);
  t.match(
    pageText(await hers.get(`/coordinate/week?from=2027-01-01&campaign=${campaign.slug}`)),
    /Nothing of this campaign is planned for this week/,
  );
  t.match(pageText(await hers.get('/coordinate/week?campaign=nosuch')), /Of its own/);
});

/** 200 events over 40 pitches in the week of 11 October 2027, and as many in each of the weeks around it. */
const fill = async ({ db, areaId }: City) => {
  const neighbourhood = await makeNeighbourhood(db, { area_id: areaId });
  const venue = await makeVenue(db, { neighbourhood_id: neighbourhood.id });
  await sql`insert into pitches select gen_random_uuid(), ${venue.id}::uuid, 'pitch ' || n
    from generate_series(1, 40) n`.execute(db);
  await sql`
    insert into events (id, slug, code, pitch_id, kind, title, summary, what_to_expect, run_by, starts_at, ends_at)
    select gen_random_uuid(), 'e-' || week || '-' || day || '-' || p.name, 'c' || week || 'd' || day || 'p' || substr(p.name, 7),
      p.id, 'stall', 'Stall', 'Summary', 'Expect', 'Friends', start, start + interval '4 hours'
    from pitches p, generate_series(1, 20) week, generate_series(0, 4) day,
      lateral (select timestamptz '2027-08-09 10:00Z' + (week - 1) * interval '7 days' + day * interval '1 day' as start) s
    where p.venue_id = ${venue.id}`.execute(db);
};

t.test('200 events over 40 pitches take no more queries than one', async (t) => {
  const site = await city(t);
  await makeEvent(site.db, { pitch_id: site.samsung.id });
  const executor = site.db.getExecutor();
  const ask = executor.executeQuery.bind(executor);
  const asked: string[] = [];
  executor.executeQuery = (query) => {
    asked.push(query.sql);
    return ask(query);
  };
  const queriesOf = async (address: string) => {
    asked.length = 0;
    const page = await site.hers.get(address);
    t.equal(page.statusCode, 200);
    return { page, queries: [...asked] };
  };
  await queriesOf('/coordinate/week');
  const few = await queriesOf('/coordinate/week');
  await fill(site);
  await queriesOf('/coordinate/week?from=2027-10-11');
  const many = await queriesOf('/coordinate/week?from=2027-10-11');
  t.match(pageText(many.page), /200 events/);
  t.equal(many.queries.length, few.queries.length);
  const ofEvents = many.queries.filter((text) => /from "?events\b/.test(text));
  t.equal(ofEvents.length, 2, 'the events, and what does not fit');
});

t.test('the week’s plan reads only the week', { skip: !onPostgres && 'needs PostgreSQL' }, async (t) => {
  const site = await city(t);
  await fill(site);
  await makeArea(site.db);
  await sql`analyze`.execute(site.db);
  const week = weekOf(Temporal.PlainDate.from('2027-10-11'), 'Europe/London');
  const plan = await selectWeek(site.db, [site.areaId], week).explain();
  const lines = plan.map((line) => String(line['QUERY PLAN']));
  t.match(lines.join('\n'), /events_of_an_area/);
  t.notMatch(lines.join('\n'), /Seq Scan on events/);
  t.ok(lines.length < 40, 'and a person can read it');
});
