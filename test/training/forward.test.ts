import { randomUUID } from 'node:crypto';
import t from 'tap';
import { placesMissing } from '../../src/training/forward.ts';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeChampion, makeModule, makeNeighbourhood, makePitch, makeSession, makeVenue } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

const day = (text: string) => Temporal.PlainDate.from(text);

t.test('places by a day serve those whose last day it is', async (t) => {
  const people = (text: string, count: number) => ({ day: day(text), people: count });
  const left = (text: string, count: number) => ({ day: day(text), left: count });
  const missing = (...given: Parameters<typeof placesMissing>) => {
    const { places, by } = placesMissing(...given);
    return [places, by?.toString()];
  };
  t.same(missing([], []), [0, undefined]);
  t.same(missing([people('2026-12-01', 5)], [left('2026-12-01', 5)]), [0, undefined], 'on the day itself');
  t.same(missing([people('2026-12-01', 5)], [left('2026-12-02', 50)]), [5, '2026-12-01'], 'a day late');
  t.same(
    missing([people('2026-12-20', 6), people('2026-12-01', 5)], [left('2026-11-30', 8)]),
    [3, '2026-12-20'],
    'what is left over serves the next',
  );
  t.same(
    missing([people('2026-12-01', 5), people('2026-12-20', 1)], [left('2026-12-10', 50)]),
    [5, '2026-12-01'],
    'later places do not mend an earlier day',
  );
});

t.test('what runs out, and which sessions to add', async (t) => {
  const site = await testApp(t);
  const { db, clock } = site;
  const { areaId, browser } = await signedInCoordinator(site);
  const bletchley = await makeNeighbourhood(db, { area_id: areaId, name: 'Bletchley' });
  const pitch = await makePitch(db, {
    venue_id: (await makeVenue(db, { neighbourhood_id: bletchley.id })).id,
  });
  const words = async () => pageText(await browser.get('/coordinate/training/forward'));
  t.match(await words(), /Nothing runs out until Sunday 21 February 2027/);

  const terms = { induction: false, validity_months: 12, mandatory_for: ['champion' as const] };
  const room = await makeModule(db, { ...terms, slug: 'room', name: 'In a room', ways: ['in person'] });
  const online = await makeModule(db, {
    ...terms,
    slug: 'alone',
    name: 'Alone',
    ways: ['e-learning'],
    position: 2,
  });
  const session = await makeSession(db, { module_id: room.id, pitch_id: pitch.id, capacity: 2 });
  const passed = (champion_id: string, module_id: string, passed_on: string) =>
    db
      .insertInto('training_records')
      .values({
        id: randomUUID(),
        champion_id,
        module_id,
        module_version: 1,
        passed_on,
        source: 'import',
        recorded_at: clock.now(),
      })
      .execute();
  const make = (row: object = {}) => makeChampion(db, { neighbourhood_id: bletchley.id, ...row });
  for (let count = 0; count < 5; count++) await passed((await make()).id, room.id, '2025-12-04');
  const booked = await make();
  await passed(booked.id, room.id, '2025-12-03');
  await passed(booked.id, online.id, '2025-12-03');
  await db
    .insertInto('bookings')
    .values({ id: randomUUID(), session_id: session.id, champion_id: booked.id, booked_at: clock.now() })
    .execute();
  await passed((await make({ state: 'paused' })).id, room.id, '2025-12-04');
  await passed((await make()).id, room.id, '2026-11-01');
  await passed(
    (await makeChampion(db, { neighbourhood_id: (await makeNeighbourhood(db)).id })).id,
    room.id,
    '2025-12-04',
  );

  const page = await browser.get('/coordinate/training/forward');
  const read = pageText(page);
  t.match(
    read,
    /In a room 6 Bletchley 6 1 1 Add 2 sessions of 2 places, the first on or before Friday 4 December\. Plan one/,
  );
  t.match(page.body, 'href="/coordinate/training/sessions/new?module&#x3D;room"');
  t.match(read, /Alone 1 Bletchley 1 0 1? ?0? ?Nothing: people renew it by e-learning/);
  t.match(read, /30 Nov 2026 6 in the week from 30 Nov 2026 6 for In a room .* 1 for Alone/);
  const link = /href="(\/coordinate\/training\/matrix\?module[^"]*week[^"]*2026-11-30)"/.exec(page.body)?.[1];
  const names = pageText(await browser.get(link!.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=')));
  t.equal([...names.matchAll(/Alice Example/g)].length, 7, 'the six, and the one who is paused, marked');
  t.match(names, /Only what runs out in the week from Monday 30 November/);
  t.equal((await browser.get('/coordinate/training/sessions/new?module=room')).statusCode, 200);

  await db.updateTable('modules').set({ required_since: '2026-11-20', grace_days: 30 }).execute();
  t.match(
    await words(),
    /In a room 6 .* on or before Sunday 20 December.* Alone 7 /,
    'time to catch up runs out too',
  );
});
