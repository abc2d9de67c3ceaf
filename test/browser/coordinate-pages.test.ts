import t from 'tap';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { makeEvent } from '../make.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE } from './helper.ts';
import { takeWholePage } from './pictures.ts';
import { signInByMail } from './planner.ts';

/** Pages that nobody meets on the way through a week, by their addresses. */
const addresses = (slug: string, talk: string, campaign: string, venue: string) => [
  '/coordinate',
  '/coordinate/week',
  '/coordinate/import',
  '/coordinate/venues',
  '/coordinate/venues/new',
  `/coordinate/venues/${venue}`,
  `/coordinate/venues/${venue}/edit`,
  '/coordinate/kit',
  '/coordinate/campaigns',
  '/coordinate/campaigns/new',
  `/coordinate/campaigns/${campaign}`,
  `/coordinate/campaigns/${campaign}/copies`,
  `/coordinate/events/${slug}/next`,
  `/coordinate/events/${slug}/copies`,
  `/coordinate/events/${slug}/print`,
  `/coordinate/events/${talk}/people`,
  '/coordinate/messages',
  '/coordinate/broadcasts',
  '/coordinate/account',
  '/coordinate/account/devices',
  '/coordinate/account/check',
  '/coordinate/coordinators',
  '/coordinate/coordinators/new',
  '/coordinate/settings',
  '/coordinate/settings/learning-systems',
  '/coordinate/settings/reporting',
  '/coordinate/training/import',
  '/coordinate/settings/reporting/new',
  '/coordinate/areas',
  '/coordinate/audit',
  `/campaigns/${campaign}`,
  `/events/${talk}`,
  `/events/${talk}/attend`,
  '/attendance/withdraw',
];

t.test('every coordinator’s page, on a phone and at a desk', needsChromium(), async (t) => {
  const site = await openSite(t);
  const { slug, pitch_id } = await site.db
    .selectFrom('events')
    .select(['slug', 'pitch_id'])
    .where('state', '=', 'published')
    .orderBy('starts_at')
    .executeTakeFirstOrThrow();
  const talk = await makeEvent(site.db, {
    slug: 'a-talk',
    kind: 'talk',
    capacity: 20,
    pitch_id,
    starts_at: Temporal.Instant.from('2027-02-06T18:00:00Z'),
    ends_at: Temporal.Instant.from('2027-02-06T19:00:00Z'),
  });
  const campaign = await site.db.selectFrom('campaigns').select('slug').executeTakeFirstOrThrow();
  const venue = await site.db
    .selectFrom('pitches')
    .select('venue_id')
    .where('id', '=', pitch_id)
    .executeTakeFirstOrThrow();
  const { page, problems, another } = await openVisitor(t, await openChromium(t), site, DESK);
  await signInByMail(page, await another(), SAMPLE_COORDINATOR_EMAIL);
  for (const address of addresses(slug, talk.slug, campaign.slug, venue.venue_id)) {
    const answer = await page.goto(address);
    t.equal(answer?.status(), 200, address);
    for (const { viewport } of [PHONE, DESK]) {
      await page.setViewportSize(viewport);
      const name = address.replaceAll(/[^a-z]+/g, '-').slice(1, 60);
      await takeWholePage(page, name);
      await checkPage(t, page, `${address}, ${viewport.width} pixels`);
    }
  }
  t.same(problems, []);
});
