import { randomUUID } from 'node:crypto';
import t from 'tap';
import { createEvent, type EventPlan } from '../../src/events/plan.ts';
import { findPlan } from '../../src/events/plans.ts';
import { testApp } from '../helper.ts';
import {
  makeArea,
  makeCampaign,
  makeChampion,
  makeKitItem,
  makeNeighbourhood,
  makePitch,
  makeVenue,
} from '../make.ts';

const NOBODY = { coordinatorId: null, requestId: null };

/** Plain texts: tap cannot tell instants apart. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

const at = (text: string) => Temporal.Instant.from(text);

/** An area with a pitch, kit and a campaign, and a stall planned there. */
const prepare = async () => {
  const site = await testApp(t);
  const { db, clock } = site;
  const area = await makeArea(db);
  const neighbourhood = await makeNeighbourhood(db, { area_id: area.id });
  const venue = await makeVenue(db, {
    neighbourhood_id: neighbourhood.id,
    set_up_minutes: 60,
    take_down_minutes: 15,
  });
  const pitch = await makePitch(db, { venue_id: venue.id });
  const kit = await makeKitItem(db, { area_id: area.id, name: 'Gazebo' });
  const plan: EventPlan = {
    title: 'Stall at the Café',
    kind: 'stall',
    summary: 'Come and say hello.',
    whatToExpect: 'Friendly people.',
    runBy: 'The partners',
    pitchId: pitch.id,
    onlineUrl: null,
    areaId: area.id,
    campaignId: null,
    capacity: null,
    leadId: null,
    kitItemIds: [],
    startsAt: at('2026-12-05T11:00:00Z'),
    endsAt: at('2026-12-05T15:00:00Z'),
    reference: null,
  };
  const add = (...plans: Partial<EventPlan>[]) =>
    db.transaction().execute(async (trx) => {
      const outcomes = [];
      for (const one of plans)
        outcomes.push(await createEvent(trx, NOBODY, [area.id], { ...plan, ...one }, clock.now()));
      return outcomes;
    });
  return { ...site, area, neighbourhood, venue, pitch, kit, plan, add };
};

t.test('a draft has an address of its title and day, a code, and its venue’s time around it', async (t) => {
  const { db, add, plan, area, kit } = await prepare();
  const campaign = await makeCampaign(db);
  const wanted = { ...plan, campaignId: campaign.id, kitItemIds: [kit.id], capacity: 12, reference: 'A1' };
  const [added] = await add(wanted);
  t.match(added, { slug: 'stall-at-the-cafe-2026-12-05' });
  const { id, slug } = added as { id: string; slug: string };
  t.same(plain(await findPlan(db, [area.id], slug)), {
    ...plain(wanted),
    id,
    slug: 'stall-at-the-cafe-2026-12-05',
    state: 'draft',
    version: 1,
  });
  t.equal(await findPlan(db, [randomUUID()], slug), undefined, 'not for others');
  const row = await db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  t.match(row, { set_up_minutes: 60, take_down_minutes: 15, area_id: area.id, code: /^[2-9b-z]{6}$/ });
  const entry = await db.selectFrom('audit_entries').selectAll().executeTakeFirstOrThrow();
  t.match(entry, { action: 'add', subject_kind: 'event', subject_id: id, area_id: area.id });
});

t.test('what is taken is refused by name, and the rest of the transaction holds', async (t) => {
  const { db, add, kit, venue } = await prepare();
  const other = await makePitch(db, { venue_id: venue.id, name: 'by the fountain' });
  const outcomes = await add(
    { kitItemIds: [kit.id] },
    { startsAt: at('2026-12-05T15:45:00Z'), endsAt: at('2026-12-05T16:00:00Z') },
    { pitchId: other.id, kitItemIds: [kit.id] },
    { pitchId: other.id },
    { startsAt: at('2026-12-05T16:15:00Z'), endsAt: at('2026-12-05T17:00:00Z'), kitItemIds: [kit.id] },
  );
  const slug = 'stall-at-the-cafe-2026-12-05';
  t.match(plain(outcomes), [
    { slug },
    { refused: 'pitch taken', by: { slug, startsAt: '2026-12-05T11:00:00Z' } },
    { refused: 'kit taken', kit: 'Gazebo', by: { slug } },
    { slug: `${slug}-2` },
    { slug: `${slug}-3` },
  ]);
  t.equal((await db.selectFrom('events').selectAll().execute()).length, 3);
});

t.test('what was postponed or cancelled leaves its pitch and kit to others', async (t) => {
  const { db, add, kit } = await prepare();
  const [first] = await add({ kitItemIds: [kit.id] });
  await db.updateTable('events').set({ state: 'postponed' }).execute();
  const [second] = await add({ kitItemIds: [kit.id] });
  t.match(second, { slug: `${(first as { slug: string }).slug}-2` });
});

t.test('what is elsewhere, unknown or closed cannot be chosen', async (t) => {
  const { db, add, clock, area, neighbourhood, venue } = await prepare();
  const [theirPitch, theirKit, theirs] = [
    await makePitch(db),
    await makeKitItem(db),
    await makeChampion(db, { neighbourhood_id: (await makeNeighbourhood(db)).id }),
  ];
  const here = { neighbourhood_id: neighbourhood.id };
  const young = await makeChampion(db, { ...here, age_band: '16-17' });
  const closed = await makePitch(db, { venue_id: venue.id, name: 'behind', closed_at: clock.now() });
  const old = await makeKitItem(db, { area_id: area.id, name: 'Old banner', closed_at: clock.now() });
  const outcomes = await add(
    { pitchId: theirPitch.id },
    { pitchId: randomUUID() },
    { pitchId: closed.id },
    { kitItemIds: [theirKit.id] },
    { kitItemIds: [old.id] },
    { leadId: theirs.id },
    { leadId: young.id },
    { campaignId: randomUUID() },
    {
      kind: 'online',
      pitchId: null,
      onlineUrl: 'https://meet.example/x',
      areaId: (await makeArea(db)).id,
    },
  );
  t.same(outcomes, Array(9).fill({ refused: 'elsewhere' }));
  const lead = await makeChampion(db, here);
  t.match(
    await add(
      { leadId: lead.id },
      { kind: 'online', pitchId: null, onlineUrl: 'https://meet.example/x', title: '你好' },
    ),
    [{}, { slug: 'event-2026-12-05' }],
  );
});

t.test('a reference is one event’s', async (t) => {
  const { add } = await prepare();
  const later = { startsAt: at('2026-12-06T11:00:00Z'), endsAt: at('2026-12-06T15:00:00Z') };
  const [, again] = await add({ reference: 'A1' }, { reference: 'A1', ...later });
  t.same(again, { refused: 'reference taken' });
});
