import t from 'tap';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeChampion, makeModule, makeNeighbourhood, makePitch, makeSession, makeVenue } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

const at = (text: string) => Temporal.Instant.from(text);

t.test('what comes next, how full it is, and which registers are still to be filled in', async (t) => {
  const site = await testApp(t);
  const { db } = site;
  const { id: neighbourhood_id, area_id: areaId } = await makeNeighbourhood(db);
  const pitch = await makePitch(db, { venue_id: (await makeVenue(db, { neighbourhood_id })).id });
  const { browser: carol } = await signedInCoordinator(site, { areaId });
  t.match(pageText(await carol.get('/coordinate/training')), /No session is planned in your areas/);

  const module = await makeModule(db, { name: 'Safeguarding' });
  const made = { module_id: module.id, pitch_id: pitch.id, capacity: 1 };
  const next = await makeSession(db, made);
  const over = await makeSession(db, {
    ...made,
    starts_at: at('2026-11-20T18:00:00Z'),
    ends_at: at('2026-11-20T19:00:00Z'),
  });
  await makeSession(db, { starts_at: at('2026-11-24T18:00:00Z'), ends_at: at('2026-11-24T19:00:00Z') });
  const now = site.clock.now();
  for (const session of [next, over]) {
    const champion_id = (await makeChampion(db)).id;
    const row = { id: crypto.randomUUID(), session_id: session.id, champion_id, booked_at: now };
    await db.insertInto('bookings').values(row).execute();
  }
  const text = pageText(await carol.get('/coordinate/training'));
  t.match(text, /Say who was there Safeguarding, Friday 20 November, 6pm to 7pm : 1 person to record/);
  t.match(text, /Safeguarding Wednesday 2 December, 6pm to 7:30pm .*1 of 1 taken Full/);
  t.notMatch(text, /24 November/, 'of other areas nothing');

  t.match(pageText(await carol.get('/coordinate/training/sessions')), /2 December/);
  t.match(pageText(await carol.get('/coordinate/training/sessions?when=over')), /20 November.*Over/);
  t.match(pageText(await carol.get('/coordinate/training/sessions?module=nothing')), /No session fits/);
  t.match(pageText(await carol.get(`/coordinate/training/sessions/${next.id}`)), /1 of 1 taken/);
  t.match(
    pageText(await carol.get('/coordinate/training/modules')),
    /Safeguarding Nobody For good In person/,
  );
});
