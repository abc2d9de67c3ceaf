import t from 'tap';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { makeChampion, makeEvent } from '../make.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, type Site, seen } from './helper.ts';
import { takePicture } from './pictures.ts';
import { addAuthenticatorApp, signInByMail } from './planner.ts';

/** In the sample programme's next Awareness Week. */
const MONDAY = '2027-10-11';

const WEEK = [
  { title: 'Stall by the doors', state: 'published', at: '09:00', hours: 4 },
  { title: 'Say hello at lunch', state: 'ready', at: '12:00', hours: 2 },
  { title: 'Talk for shop staff', state: 'permitted', at: '15:30', hours: 1 },
  { title: 'Drop-in for families', state: 'venue requested', at: '10:00', hours: 3 },
] as const;

/** Adds to the sample's few events what a busy week has, each with someone who leads it, but for one. */
const fillWeek = async (db: Site['db'], monday: string) => {
  const pitches = await db
    .selectFrom('pitches')
    .innerJoin('venues', 'venues.id', 'pitches.venue_id')
    .select('pitches.id')
    .orderBy('venues.name')
    .orderBy('pitches.name')
    .limit(7)
    .execute();
  const start = Temporal.PlainDate.from(monday);
  for (const [row, { id: pitch_id }] of pitches.entries()) {
    const lead = await makeChampion(db, { full_name: `Lee ${row}` });
    for (const day of [0, 1, 2, 3, 4, 5].filter((one) => (one + row) % 3 < 2)) {
      const { title, state, at, hours } = WEEK[(row + day) % WEEK.length]!;
      const starts_at = start
        .add({ days: day })
        .toZonedDateTime({ timeZone: 'Europe/London', plainTime: at });
      const taken = await db
        .selectFrom('events')
        .select('id')
        .where('pitch_id', '=', pitch_id)
        .where('starts_at', '>=', start.add({ days: day }).toZonedDateTime('Europe/London').toInstant())
        .where(
          'starts_at',
          '<',
          start
            .add({ days: day + 1 })
            .toZonedDateTime('Europe/London')
            .toInstant(),
        )
        .execute();
      if (taken.length > 0) continue;
      await makeEvent(db, {
        pitch_id,
        title,
        state,
        lead_id: row === 1 && day === 3 ? null : lead.id,
        starts_at: starts_at.toInstant(),
        ends_at: starts_at.add({ hours }).toInstant(),
      });
    }
  }
  const others = db
    .selectFrom('events')
    .select('id')
    .where('lead_id', 'is', null)
    .where(
      'title',
      'not in',
      WEEK.map(({ title }) => title),
    );
  for (const { id } of await others.execute())
    await db
      .updateTable('events')
      .set({ lead_id: (await makeChampion(db)).id })
      .where('id', '=', id)
      .execute();
};

t.test('a picture for the README of a week in the making', needsChromium(), async (t) => {
  const site = await openSite(t);
  await fillWeek(site.db, MONDAY);
  const { page, another } = await openVisitor(t, await openChromium(t), site, DESK);
  await signInByMail(page, await another(), SAMPLE_COORDINATOR_EMAIL);
  await addAuthenticatorApp(page, site.clock.now());
  await page.goto(`/coordinate/week?from=${MONDAY}`);
  t.match(await seen(page), /Monday 11 October to Sunday 17 October 2027/);
  await page.locator('h1').evaluate((heading) => {
    heading.scrollIntoView();
    heading.ownerDocument.defaultView.scrollBy(0, 10);
  });
  await takePicture(page, 'week');
});
