import t from 'tap';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeArea, makeEvent, makeKitItem, makeNeighbourhood, makePitch, makeVenue } from '../make.ts';
import { signedInCoordinator, signIn } from '../sign-in.ts';

const openKit = async (t: Parameters<typeof testApp>[0]) => {
  const site = await testApp(t);
  const area = await makeArea(site.db, { slug: 'mk', name: 'Milton Keynes' });
  const { browser, coordinator } = await signedInCoordinator(site, { areaId: area.id });
  return { ...site, area, hers: browser, coordinator };
};

t.test('kit is added, renamed, retired and brought back', async (t) => {
  const { hers, db, area } = await openKit(t);
  t.match(pageText(await hers.get('/coordinate/kit')), /Milton Keynes Nothing yet/);
  t.equal((await hers.post('/coordinate/kit', { name: 'Gazebo 1' })).headers.location, '/coordinate/kit');
  t.match(pageText(await hers.get('/coordinate/kit')), /It is added to the kit.* Gazebo 1 Nowhere/);
  const { id } = await db.selectFrom('kit_items').select('id').executeTakeFirstOrThrow();
  await hers.post(`/coordinate/kit/${id}`, { name: 'Gazebo, plum <b>' });
  t.match((await hers.get('/coordinate/kit')).body, 'Gazebo, plum &lt;b&gt;');
  for (let twice = 0; twice < 2; twice++) await hers.post(`/coordinate/kit/${id}/retirement`);
  t.match(pageText(await hers.get('/coordinate/kit')), /Gazebo, plum &lt;b&gt; Retired/);
  await hers.post(`/coordinate/kit/${id}/restoration`);
  t.notMatch(pageText(await hers.get('/coordinate/kit')), /Retired/);
  const entries = await db
    .selectFrom('audit_entries')
    .select(['action', 'area_id as area'])
    .where('subject_kind', '=', 'kit item')
    .orderBy('id')
    .execute();
  t.same(
    entries,
    ['add', 'rename', 'retire', 'restore'].map((action) => ({ action, area: area.id })),
  );
});

t.test(
  'a name that is empty, long or taken, and an area of others, are refused beside their field',
  async (t) => {
    const { hers, db, area, coordinator } = await openKit(t);
    await makeKitItem(db, { area_id: area.id, name: 'Banner' });
    const other = await makeKitItem(db, { area_id: area.id, name: 'Table' });
    for (const [name, sentence] of [
      ['', /Enter what it is/],
      ['x'.repeat(101), /Use 100 letters or fewer/],
      ['a\u0000b', /Enter what it is/],
      ['BANNER', /There is something with that name already/],
    ] as const) {
      for (const address of ['/coordinate/kit', `/coordinate/kit/${other.id}`]) {
        const refused = await hers.post(address, { name });
        t.equal(refused.statusCode, 422);
        t.match(pageText(refused), sentence);
        t.match(refused.body, 'href="#name"');
      }
    }
    await makeArea(db, { slug: 'elsewhere' });
    const second = await makeArea(db, { slug: 'second', name: 'Second' });
    await db
      .insertInto('coordinator_areas')
      .values({ coordinator_id: coordinator.id, area_id: second.id })
      .execute();
    for (const slug of ['', 'elsewhere'])
      t.match((await hers.post('/coordinate/kit', { name: 'Lamp', area: slug })).body, 'href="#area"');
    t.equal((await hers.post('/coordinate/kit', { name: 'Banner', area: 'second' })).statusCode, 303);
  },
);

t.test('each thing shows where it is booked next', async (t) => {
  const site = await openKit(t);
  const { hers, db, area, clock } = site;
  const item = await makeKitItem(db, { area_id: area.id, name: 'Banner' });
  const neighbourhood = await makeNeighbourhood(db, { area_id: area.id });
  const venue = await makeVenue(db, { neighbourhood_id: neighbourhood.id });
  const book = async (title: string, day: number, row = {}) => {
    const event = await makeEvent(db, {
      title,
      pitch_id: (await makePitch(db, { venue_id: venue.id, name: title })).id,
      starts_at: Temporal.Instant.from(`2026-12-0${day}T10:00:00Z`),
      ends_at: Temporal.Instant.from(`2026-12-0${day}T12:00:00Z`),
      ...row,
    });
    await db
      .insertInto('event_kit')
      .columns(['event_id', 'kit_item_id', 'occupied'])
      .expression((eb) =>
        eb
          .selectFrom('events')
          .select(['id', eb.val(item.id).as('kit'), 'occupied'])
          .where('id', '=', event.id),
      )
      .execute();
    await db.updateTable('events').set({ state: event.state }).where('id', '=', event.id).execute();
  };
  await book('Third', 3);
  await book('Second', 2);
  await book('Off', 1, {
    state: 'cancelled',
    cancelled_at: Temporal.Instant.from('2026-11-20T10:00:00Z'),
    cancelled_reason: 'Snow.',
  });
  t.match(
    pageText(await hers.get('/coordinate/kit')),
    /Banner Second Wednesday 2 December, 10am to midday, Centre:MK/,
  );
  clock.set('2026-12-02T13:00:00Z');
  const later = await signIn(site, site.coordinator.email);
  t.match(pageText(await later.get('/coordinate/kit')), /Banner Third/);
});
