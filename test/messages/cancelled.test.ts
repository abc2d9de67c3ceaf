import t from 'tap';
import { tellHolders } from '../../src/events/tell-holders.ts';
import { deliverMail } from '../deliver.ts';
import { testApp } from '../helper.ts';
import { makeArea, makeCampaign, makeEvent, makeNeighbourhood, makePitch, makeVenue } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { makeConsent, makeGuest, makeHolder, seen, workOff, write } from './people.ts';

const site = await testApp(t);
const { db, clock, queue, config } = site;
const area = await makeArea(db);
const neighbourhood = await makeNeighbourhood(db, { area_id: area.id });
const venue = await makeVenue(db, { neighbourhood_id: neighbourhood.id });
const { browser } = await signedInCoordinator(site, { areaId: area.id });
const campaign = await makeCampaign(db, { slug: 'week' });

const giveUp = (email: string) =>
  db
    .updateTable('attendances')
    .set({ state: 'withdrawn', withdrawn_at: clock.now() })
    .where('email', '=', email)
    .execute();

/** An event with people, that a coordinator cancels and whose people are told so. */
const cancelled = async (slug: string) => {
  const pitch = await makePitch(db, { venue_id: venue.id, name: slug });
  const event = await makeEvent(db, { slug, pitch_id: pitch.id, campaign_id: campaign.id, capacity: 9 });
  const champion = await makeHolder(db, [event.id], { email: `ann.${slug}@example.org` });
  await makeConsent(db, champion.id);
  await makeGuest(db, event.id, `gwen.${slug}@example.org`);
  await makeGuest(db, event.id, `gone.${slug}@example.org`);
  const gone = await makeHolder(db, [event.id], { email: `left.${slug}@example.org` });
  await db
    .updateTable('invites')
    .set({ cancelled_at: clock.now() })
    .where('champion_id', '=', gone.id)
    .execute();
  await giveUp(`gone.${slug}@example.org`);
  clock.advance({ minutes: 1 });
  const answer = await browser.post(`/coordinate/events/${slug}/cancellation`, {
    reason: 'The hall is shut.',
  });
  t.equal(answer.statusCode, 303);
  return event;
};

const settle = async (id: string) => {
  clock.advance({ minutes: 4 });
  await tellHolders(db, queue, id, { publicUrl: config.publicUrl, now: clock.now() });
  await deliverMail(site);
};

t.test('who held a place when it was cancelled can be told what happens next', async (t) => {
  const event = await cancelled('hall');
  await settle(event.id);
  t.match(seen((await browser.get('/coordinate/events/hall')).body), /Write to the people who held a place/);
  const form = seen((await browser.get('/coordinate/events/hall/messages/new')).body);
  t.match(form, /To everyone who held a place at Stall at Centre:MK/);
  t.match(form, /everyone who held a place gets it/);
  t.notMatch(form, /News:/);
  t.match(seen((await browser.get('/coordinate/broadcasts')).body), /\(cancelled: those who held a place\)/);

  const { page } = await write(browser, 'events/hall', { subject: 'What happens next' });
  const preview = seen((await browser.get(page)).body);
  t.match(preview, /It goes to 2 people who held a place at Stall at Centre:MK, which is cancelled/);
  t.match((await browser.get(`${page}/preview`)).body, /because you had a place at one of our events/);
  await browser.post(`${page}/sending`);
  await workOff(site);
  const delivered = await deliverMail(site);
  t.same(delivered.map(({ parsed }) => parsed.to![0]!.address).sort(), [
    'ann.hall@example.org',
    'gwen.hall@example.org',
  ]);
  t.match(delivered[0]!.parsed.text, /you had a place at one of our events, which is\ncancelled/);
  t.notMatch(delivered[0]!.parsed.text, /you have a place/);
});

t.test('also before they have heard that it is cancelled', async (t) => {
  await cancelled('soon');
  const { page } = await write(browser, 'events/soon', { subject: 'What happens next' });
  t.match(seen((await browser.get(page)).body), /It goes to 2 people/);
});

t.test('nobody gets news by way of it, and a message to its campaign is not for them', async (t) => {
  const refused = await write(browser, 'events/soon', { purpose: 'news' });
  t.equal(refused.response.statusCode, 422);
  t.match(seen(refused.response.body), /This event is cancelled: write only about that/);

  const pitch = await makePitch(db, { venue_id: venue.id, name: 'late' });
  const event = await makeEvent(db, { slug: 'late', pitch_id: pitch.id });
  const champion = await makeHolder(db, [event.id], { email: 'late@example.org' });
  await makeConsent(db, champion.id);
  const { page } = await write(browser, 'events/late', { purpose: 'news' });
  t.match(seen((await browser.get(page)).body), /It goes to 1 person/);
  await browser.post('/coordinate/events/late/cancellation', { reason: 'The hall is shut.' });
  t.match(seen((await browser.get(page)).body), /Nobody would get this message now/);
  t.equal((await browser.post(`${page}/sending`)).statusCode, 422);
  const changed = { purpose: 'news', subject: 'A', body: 'B' };
  t.equal((await browser.post(page, changed)).statusCode, 422, 'nor by changing a draft');

  const { page: toCampaign } = await write(browser, 'campaigns/week');
  t.match(seen((await browser.get(toCampaign)).body), /Nobody would get this message now/);
});
