import t from 'tap';
import { pageText } from '../champions/people.ts';
import { makeEvent } from '../make.ts';
import { at, city, hiddenFields, planned } from './city.ts';

const NEXT = '/coordinate/events/stall/next';
const STALL = {
  slug: 'stall',
  starts_at: at('2027-10-24T10:00:00Z'),
  ends_at: at('2027-10-24T14:00:00Z'),
};

const fieldValue = (html: string, name: string) =>
  new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(html)?.[1];

t.test('one press offers the same weekday and times a week later, over the clock change too', async (t) => {
  const site = await city(t);
  const { db, hers, samsung } = site;
  await makeEvent(db, { ...STALL, pitch_id: samsung.id });
  const page = await hers.get(NEXT);
  t.equal(fieldValue(page.body, 'date'), '2027-10-31');
  t.equal(fieldValue(page.body, 'from'), '11:00');
  t.equal(fieldValue(page.body, 'to'), '15:00');
  t.match(page.body, `value="${samsung.id}" selected`);
  const form = {
    ...hiddenFields(page.body, NEXT),
    title: 'Stall',
    date: '2027-10-31',
    from: '11:00',
    to: '15:00',
    pitch: samsung.id,
  };
  const sent = await hers.post(NEXT, form);
  t.equal(sent.statusCode, 303);
  const [, next] = await planned(site);
  t.equal(sent.headers.location, `/coordinate/events/${next!.slug}`);
  t.equal(next!.said, 'Stall | near the Samsung shop | 2027-10-31T11:00–15:00 | draft');
  t.equal(String(next!.starts_at), '2027-10-31T11:00:00Z');
  t.equal((await hers.post(NEXT, form)).headers.location, '/coordinate/week');
  t.equal((await planned(site)).length, 2, 'and a second press adds nothing');
});

t.test('of what is over, the next one is in the first week to come', async (t) => {
  const site = await city(t);
  await makeEvent(site.db, {
    slug: 'stall',
    pitch_id: site.samsung.id,
    starts_at: at('2026-10-17T10:00:00Z'),
    ends_at: at('2026-10-17T14:00:00Z'),
  });
  t.equal(fieldValue((await site.hers.get(NEXT)).body, 'date'), '2026-11-28');
});

t.test('a clash is named beside the pitch, and what was typed stays', async (t) => {
  const site = await city(t);
  const { db, hers, samsung, hall } = site;
  await makeEvent(db, { ...STALL, pitch_id: samsung.id });
  const form = (changed: Record<string, string | undefined>) => ({
    submission: crypto.randomUUID(),
    title: 'Another',
    date: '24/10/2027',
    from: '2pm',
    to: '16:00',
    pitch: samsung.id,
    ...changed,
  });
  const refused = async (changed: Record<string, string | undefined>, words: RegExp) => {
    const page = await hers.post(NEXT, form(changed));
    t.equal(page.statusCode, 422, String(words));
    t.match(pageText(page), words);
    return page;
  };
  const page = await refused({}, /‘Stall at Centre:MK’ has this pitch then/);
  t.match(page.body, 'href="/coordinate/events/stall"');
  t.equal(fieldValue(page.body, 'title'), 'Another');
  await refused({ title: '' }, /Enter a title/);
  await refused({ date: 'soon' }, /Enter a real date/);
  await refused({ date: '2026-11-01' }, /still to come/);
  await refused({ from: 'early' }, /Enter a time/);
  await refused({ to: '1pm' }, /The end must be later than the start/);
  await refused({ date: '31/10/2027', from: '1:30am' }, /The clocks go back that night/);
  await refused({ pitch: '' }, /Choose a pitch/);
  t.equal((await planned(site)).length, 1);
  t.equal((await hers.post(NEXT, form({ pitch: hall.id }))).statusCode, 303);
});
