import t from 'tap';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeChampion, makeEvent } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

t.test('a coordinator sees first what needs them, and nothing of other areas', async (t) => {
  const site = await testApp(t);
  const { browser: elsewhere } = await signedInCoordinator(site);
  t.match(pageText(await elsewhere.get('/coordinate')), /Nothing is planned yet/);

  const draft = await makeEvent(site.db, { title: 'A draft', state: 'draft' });
  const { browser } = await signedInCoordinator(site, { areaId: draft.area_id });
  const lead_id = (await makeChampion(site.db)).id;
  for (const [title, day, lead] of [
    ['Without a lead', '2026-11-29', null],
    ['On its way', '2026-11-30', lead_id],
  ] as const) {
    await makeEvent(site.db, {
      title,
      pitch_id: draft.pitch_id,
      lead_id: lead,
      starts_at: Temporal.Instant.from(`${day}T11:00:00Z`),
      ends_at: Temporal.Instant.from(`${day}T15:00:00Z`),
    });
  }
  t.match(
    pageText(await browser.get('/coordinate')),
    /Start with the next one.*Needs you A draft .*Draft Without a lead .*No lead yet .*Going ahead On its way .*Published/,
  );
  t.match(pageText(await elsewhere.get('/coordinate')), /Nothing is planned yet/);
});
