import { randomUUID } from 'node:crypto';
import t from 'tap';
import { pageText } from '../champions/people.ts';
import { needsPostgres } from '../helper.ts';
import { makeCampaign, makeChampion, makeEvent, makePitch } from '../make.ts';
import { at, type City, city, hiddenFields, planned } from './city.ts';

/** A published stall on Saturday 16 October 2027, 11am to 3pm British Summer Time. */
const stall = async ({ db, samsung }: City, row: object = {}) =>
  makeEvent(db, {
    slug: 'stall',
    pitch_id: samsung.id,
    starts_at: at('2027-10-16T10:00:00Z'),
    ends_at: at('2027-10-16T14:00:00Z'),
    ...row,
  });

const ONLINE = { kind: 'online', pitch_id: null, online_url: 'https://talk.example/' };

const COPIES = '/coordinate/events/stall/copies';

const look = ({ hers }: City, form: Record<string, string | string[]>) => {
  const pairs = Object.entries(form).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  return hers.get(`${COPIES}?${new URLSearchParams([['look', 'yes'], ...pairs])}`);
};

t.test('a stall is copied to five days: looked at first, then added as drafts', async (t) => {
  const site = await city(t);
  const { db, hers, samsung, areaId, neighbourhood } = site;
  const campaign = await makeCampaign(db);
  const lead = await makeChampion(db, { neighbourhood_id: neighbourhood.id });
  const source = await stall(site, { campaign_id: campaign.id, lead_id: lead.id, capacity: 40, sequence: 3 });
  const form = await hers.get(COPIES);
  t.match(pageText(form), /Saturday 16 October 2027, 11am to 3pm/);
  t.match(form.body, `value="${samsung.id}" checked`, 'its own pitch is chosen');

  const date = ['2027-10-11', '2027-10-12', '2027-10-13', '2027-10-14', '2027-10-15'];
  const preview = await look(site, { date, pitch: samsung.id });
  t.match(pageText(preview), /5 copies can be added\./);
  t.equal((await planned(site)).length, 1, 'nothing is added by looking');

  const sent = await hers.post(COPIES, hiddenFields(preview.body, COPIES));
  t.equal(sent.statusCode, 303);
  t.equal(sent.headers.location, '/coordinate/week?from=2027-10-11');
  t.match(pageText(await hers.get(String(sent.headers.location))), /We added 5 drafts\./);
  const events = await planned(site);
  t.same(
    events.map(({ said }) => said),
    [
      ...date.map((day) => `Stall at Centre:MK | near the Samsung shop | ${day}T11:00–15:00 | draft`),
      'Stall at Centre:MK | near the Samsung shop | 2027-10-16T11:00–15:00 | published',
    ],
  );
  const [copy] = events;
  t.match(copy, {
    campaign_id: campaign.id,
    lead_id: lead.id,
    capacity: 40,
    sequence: 0,
    area_id: areaId,
    reference: null,
    summary: source.summary,
    what_to_expect: source.what_to_expect,
    run_by: source.run_by,
  });
  t.equal(new Set(events.map(({ code }) => code)).size, 6, 'a code of its own');
  t.equal(new Set(events.map(({ slug }) => slug)).size, 6, 'an address of its own');
  const audited = await db
    .selectFrom('audit_entries')
    .select(['action', 'subject_id', 'details'])
    .where('action', '=', 'copy')
    .execute();
  t.same(audited, [{ action: 'copy', subject_id: source.id, details: { added: 5, leftOut: 0 } }]);
});

t.test('on both sides of a clock change, 11am stays 11am', async (t) => {
  const site = await city(t);
  await stall(site);
  const more = '30/10/2027\r\n31.10.2027\n2028-03-25, 2028-03-26';
  const preview = await look(site, { more, pitch: site.samsung.id });
  t.match(pageText(preview), /4 copies can be added/);
  await site.hers.post(COPIES, hiddenFields(preview.body, COPIES));
  t.same(
    (await planned(site)).map(({ starts_at, ends_at }) => `${starts_at} ${ends_at}`),
    [
      '2027-10-16T10:00:00Z 2027-10-16T14:00:00Z',
      '2027-10-30T10:00:00Z 2027-10-30T14:00:00Z',
      '2027-10-31T11:00:00Z 2027-10-31T15:00:00Z',
      '2028-03-25T11:00:00Z 2028-03-25T15:00:00Z',
      '2028-03-26T10:00:00Z 2028-03-26T14:00:00Z',
    ],
  );
});

t.test('what clashes is named and left out, and the rest is added', async (t) => {
  const site = await city(t);
  const { db, hers, samsung, fountain, hall } = site;
  await stall(site);
  await makeEvent(db, {
    title: 'Book sale',
    slug: 'book-sale',
    pitch_id: fountain.id,
    starts_at: at('2027-10-17T14:15:00Z'),
    ends_at: at('2027-10-17T16:00:00Z'),
    set_up_minutes: 30,
  });
  const preview = await look(site, {
    date: ['2027-10-16', '2027-10-17'],
    pitch: [samsung.id, fountain.id, hall.id],
  });
  const words = pageText(preview);
  t.match(words, /4 copies can be added\. 2 clash, and are left out\./);
  t.match(words, /Book sale has this pitch, Sunday 17 October 2027, 3:15pm to 5pm/, 'by its set-up');
  t.match(preview.body, 'href="/coordinate/events/book-sale"');
  t.match(words, /Stall at Centre:MK has this pitch, Saturday 16 October/, 'its own day');
  t.match(words, /Stall at Central library Central library, front hall/, 'and the title fits the venue');
  const sent = await hers.post(COPIES, hiddenFields(preview.body, COPIES));
  const notice = pageText(await hers.get(String(sent.headers.location)));
  t.match(notice, /We added 4 drafts\. We left out what clashes: .*Sunday 17 October/);
  const drafts = (await planned(site)).filter(({ state }) => state === 'draft');
  t.same(
    drafts.map(({ title, pitch }) => `${title} | ${pitch}`),
    [
      'Stall at Centre:MK | by the fountain',
      'Stall at Central library | front hall',
      'Stall at Central library | front hall',
      'Stall at Centre:MK | near the Samsung shop',
    ],
  );
});

t.test('kit goes along where it is free', async (t) => {
  const site = await city(t);
  const { db, hers, samsung, hall, areaId } = site;
  const source = await stall(site);
  const kit = { id: randomUUID(), area_id: areaId, name: 'Gazebo' };
  await db.insertInto('kit_items').values(kit).execute();
  const { occupied } = await db
    .selectFrom('events')
    .select('occupied')
    .where('id', '=', source.id)
    .executeTakeFirstOrThrow();
  await db.insertInto('event_kit').values({ event_id: source.id, kit_item_id: kit.id, occupied }).execute();
  const preview = await look(site, { date: '2027-10-18', pitch: [samsung.id, hall.id] });
  t.match(pageText(preview), /2 copies can be added/);
  t.equal(preview.body.match(/Without Gazebo, which is in use then/g)?.length, 1);
  await hers.post(COPIES, hiddenFields(preview.body, COPIES));
  const held = await db.selectFrom('event_kit').select('event_id').execute();
  t.equal(held.length, 2, 'with the original and with one copy');
});

t.test('the same form sent again adds nothing', async (t) => {
  const site = await city(t);
  await stall(site);
  const preview = await look(site, { date: ['2027-10-18', '2027-10-19'], pitch: site.samsung.id });
  const form = hiddenFields(preview.body, COPIES);
  await site.hers.post(COPIES, form);
  const again = await site.hers.post(COPIES, form);
  t.equal(again.statusCode, 303);
  t.match(
    pageText(await site.hers.get(String(again.headers.location))),
    /were added when you pressed the button the first time/,
  );
  t.equal((await planned(site)).length, 3);
});

t.test('the same form sent many times at once adds its copies once', needsPostgres(), async (t) => {
  const site = await city(t);
  // Online, so that no pitch keeps a second copy away.
  await stall(site, { ...ONLINE, area_id: site.areaId });
  const preview = await look(site, { date: ['2027-10-18', '2027-10-19'] });
  const form = hiddenFields(preview.body, COPIES);
  const sendTen = async (submission: () => unknown) => {
    const before = (await planned(site)).length;
    const sent = await Promise.all(
      Array.from({ length: 10 }, () => site.hers.post(COPIES, { ...form, submission: String(submission()) })),
    );
    t.same(new Set(sent.map(({ statusCode }) => statusCode)), new Set([303]));
    return (await planned(site)).length - before;
  };
  t.equal(await sendTen(() => form.submission), 2);
  t.equal(await sendTen(randomUUID), 20, 'and it is the submission that keeps them apart');
});

t.test('what is missing or wrong is said beside its field, and nothing typed is lost', async (t) => {
  const site = await city(t);
  const { hers, samsung } = site;
  await stall(site);
  const refused = async (form: Record<string, string | string[]>, words: RegExp) => {
    const page = await look(site, form);
    t.equal(page.statusCode, 422, String(words));
    t.match(pageText(page), words);
    return page;
  };
  await refused({}, /Choose at least one day/);
  await refused({ date: '2027-10-18' }, /Choose at least one pitch/);
  await refused({ date: '2027-10-18', pitch: ['nonsense'] }, /Choose at least one pitch/);
  const page = await refused({ more: '31/02/2028', pitch: samsung.id }, /‘31\/02\/2028’ is not a day/);
  t.match(page.body, '>31/02/2028</textarea>');
  await refused({ more: '22/11/2026', pitch: samsung.id }, /Sunday 22 November 2026 is over/);
  const many = Array.from({ length: 101 }, (_, days) =>
    Temporal.PlainDate.from('2027-11-01').add({ days }).toString(),
  );
  await refused({ more: many.join('\n'), pitch: samsung.id }, /That would be 101 copies/);
  t.equal((await hers.post(COPIES, { date: '2027-10-18', pitch: samsung.id })).statusCode, 200, 'looked at');
  t.equal((await planned(site)).length, 1);
});

t.test('a pitch elsewhere is not copied to', async (t) => {
  const site = await city(t);
  await stall(site);
  const elsewhere = await makePitch(site.db);
  const form = { date: '2027-10-18', pitch: elsewhere.id };
  t.match(pageText(await look(site, form)), /None of them can be added/);
  await site.hers.post(COPIES, { ...form, submission: randomUUID() });
  t.equal((await planned(site)).length, 1);
});

t.test('an online talk is copied without a pitch', async (t) => {
  const site = await city(t);
  await stall(site, { ...ONLINE, area_id: site.areaId });
  const preview = await look(site, { date: ['2027-10-18', '2027-10-19'] });
  t.match(pageText(preview), /2 copies can be added/);
  await site.hers.post(COPIES, hiddenFields(preview.body, COPIES));
  t.same(
    (await planned(site)).map(({ online_url }) => online_url),
    Array(3).fill('https://talk.example/'),
  );
});
