import { parse } from 'node-html-parser';
import t from 'tap';
import { pageText } from '../champions/people.ts';
import { makeChampion, makeEvent, makeKitItem } from '../make.ts';
import { at, city } from './city.ts';

const CENTRE = { latitude: 52.0436, longitude: -0.7553 };
const BLETCHLEY = { latitude: 51.995, longitude: -0.732 };

t.test('what does not fit is counted, as the event’s own page explains it', async (t) => {
  const { db, hers, samsung, hall, venue, areaId, neighbourhood } = await city(t);
  const centre = { ...CENTRE, set_up_minutes: 0, take_down_minutes: 0 };
  await db.updateTable('venues').set(centre).where('id', '=', venue.id).execute();
  const library = { ...BLETCHLEY, set_up_minutes: 10, take_down_minutes: 0, most_people: 20 };
  await db.updateTable('venues').set(library).where('id', '=', hall.venue_id).execute();
  await db
    .insertInto('venue_hours')
    .values([3, 4].map((weekday) => ({ venue_id: hall.venue_id, weekday, opens: '09:00', closes: '13:30' })))
    .execute();
  const lead = await makeChampion(db, { neighbourhood_id: neighbourhood.id });
  const gazebo = await makeKitItem(db, { area_id: areaId, name: 'Gazebo' });
  const on = async (
    slug: string,
    pitch_id: string,
    day: number,
    from: string,
    to: string,
    row: object = {},
  ) => {
    const event = await makeEvent(db, {
      slug,
      title: slug,
      pitch_id,
      starts_at: at(`2027-10-${day}T${from}:00Z`),
      ends_at: at(`2027-10-${day}T${to}:00Z`),
      set_up_minutes: pitch_id === hall.id ? 10 : 0,
      ...row,
    });
    return event.id;
  };
  const ledBy = { lead_id: lead.id };
  await on('first', samsung.id, 13, '09:00', '10:00', ledBy);
  await on('second', hall.id, 13, '10:15', '14:00', ledBy);
  const third = await on('third', samsung.id, 14, '09:00', '10:00', ledBy);
  const fourth = await on('fourth', hall.id, 14, '10:15', '11:00');
  for (const event_id of [third, fourth])
    await db
      .insertInto('event_kit')
      .columns(['event_id', 'kit_item_id', 'occupied'])
      .expression((eb) =>
        eb
          .selectFrom('events')
          .select(['id', eb.val(gazebo.id).as('kit_item_id'), 'occupied'])
          .where('id', '=', event_id),
      )
      .execute();
  await on('fifth', hall.id, 16, '09:00', '10:00', { kind: 'talk', capacity: 30, ...ledBy });
  await on('fine', samsung.id, 12, '09:00', '10:00', ledBy);
  await on('clocks', samsung.id, 31, '09:00', '10:00', ledBy);

  const table = parse((await hers.get('/coordinate/week?from=2027-10-14')).body).querySelector('table')!;
  const said = Object.fromEntries(
    table.querySelectorAll('.ws-week__event').map((event) => [
      event.querySelector('.ws-week__link')!.getAttribute('href')!.split('/').at(-1)!,
      event.querySelectorAll('.ws-week__gap').map((gap) => ({
        text: gap.childNodes[0]!.text,
        href: gap.getAttribute('href'),
      })),
    ]),
  );
  const explained = (slug: string, text: string) => ({ text, href: `/coordinate/events/${slug}#clashes` });
  t.same(said, {
    fine: [],
    first: [explained('first', 'Too little time to travel')],
    second: [explained('second', '2 things do not fit')],
    third: [explained('third', 'Too little time to travel')],
    fourth: [{ text: 'No lead yet', href: undefined }, explained('fourth', 'Too little time to travel')],
    fifth: [explained('fifth', '2 things do not fit')],
  });
  for (const [slug, count] of Object.entries({
    fine: 0,
    first: 1,
    second: 2,
    third: 1,
    fourth: 1,
    fifth: 2,
  })) {
    const page = parse((await hers.get(`/coordinate/events/${slug}`)).body);
    t.equal(page.querySelectorAll('section[aria-labelledby=clashes] .ws-clash').length, count, slug);
  }
  const last = await hers.get('/coordinate/week?from=2027-10-31');
  t.match(pageText(last), /Sun 31 Oct Clocks go back/);
  t.match(pageText(last), /1 event\. Nothing stands out/, 'the clocks stand beside the day');
});

t.test('what is on and what is over follow the clock, and of what is over nothing is asked', async (t) => {
  const { db, hers, samsung, fountain, hall } = await city(t);
  const today = (pitch_id: string, title: string, from: string, to: string) =>
    makeEvent(db, {
      title,
      pitch_id,
      starts_at: at(`2026-11-23T${from}Z`),
      ends_at: at(`2026-11-23T${to}Z`),
    });
  await today(samsung.id, 'Morning stall', '06:00:00', '09:00:00');
  await today(fountain.id, 'Stall now', '09:00:00', '10:00:00');
  await today(hall.id, 'Stall later', '09:30:00', '10:00:00');
  const words = pageText(await hers.get('/coordinate/week'));
  t.match(words, /Morning stall Over (?!No lead)/);
  t.match(words, /Stall now On now No lead yet/);
  t.match(words, /Stall later Published No lead yet/);
});
