import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import t from 'tap';
import type { Db } from '../../src/db.ts';
import { makeChampion, makeCoordinator } from '../make.ts';
import { makeHolder } from '../messages/people.ts';
import { wakeWorker } from '../support/wake-worker.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE, type Site } from './helper.ts';
import { takeWholePage } from './pictures.ts';
import { signInByMail } from './planner.ts';

const EMAIL = 'carol@example.org';

/** Three people who hold a place, and one whose mailbox is gone. */
const prepare = async (db: Db) => {
  const area = await db.selectFrom('areas').select('id').executeTakeFirstOrThrow();
  await makeCoordinator(db, { areaIds: [area.id], email: EMAIL });
  const event = await db
    .selectFrom('events')
    .select(['id', 'slug'])
    .where('code', '=', 'mkstall')
    .executeTakeFirstOrThrow();
  const place = await db
    .selectFrom('neighbourhoods')
    .select('id')
    .where('area_id', '=', area.id)
    .executeTakeFirstOrThrow();
  const row = { neighbourhood_id: place.id, phone: '+447700900123' };
  for (const full_name of [
    'Ann Example',
    `Wolfeschlegelsteinhausenbergerdorff ${'Ng'.repeat(25)}`,
    'Łukasz Żółć',
  ])
    await makeHolder(db, [event.id], { ...row, full_name });
  const gone = await makeChampion(db, { ...row, full_name: 'Dora Example' });
  const at = Temporal.Instant.from('2026-11-23T08:05:00Z');
  const message = (state: 'failed' | 'suppressed', last_error: string) => ({
    id: randomUUID(),
    champion_id: gone.id,
    kind: 'reminder',
    recipient: gone.email,
    data: '{}',
    state,
    last_error,
    created_at: at,
  });
  const held = message('suppressed', '550 5.1.1');
  await db
    .insertInto('messages')
    .values([held, message('failed', '451 4.7.1')])
    .execute();
  await db
    .insertInto('suppressed_addresses')
    .values({ email_key: gone.email, reason: '550 5.1.1', since: at, tried_at: at })
    .execute();
  return { held: held.id, slug: event.slug };
};

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

async function* tour(page: Page, { queue }: Site, { held, slug }: { held: string; slug: string }) {
  await page.goto('/coordinate/messages');
  yield 'messages';
  await page.goto('/coordinate/messages?words=zebra');
  yield 'messages-none';
  await page.goto(`/coordinate/messages/${held}`);
  yield 'message-held';
  await press(page, 'Send to this address again');
  yield 'message-mistake';
  await page.goto('/coordinate/broadcasts');
  yield 'broadcasts';
  await page.goto(`/coordinate/events/${slug}/messages/new`);
  yield 'letter';
  await page.getByRole('textbox', { name: 'Subject' }).fill('Police and hate crime');
  await press(page, 'Continue');
  yield 'letter-mistakes';
  await page.getByRole('textbox', { name: 'Subject' }).fill('Saturday: where to park');
  await page
    .getByRole('textbox', { name: 'Message' })
    .fill('Park at the back, near https://example.org/map.\n\nSee you there.');
  await press(page, 'Continue');
  await page.waitForURL('**/broadcasts/**');
  yield 'draft';
  await press(page, 'Send it to myself first');
  await page.getByText('We have sent it to you alone').waitFor();
  await press(page, 'Send to 3 people');
  await page.getByRole('heading', { name: 'How far it has got' }).waitFor();
  for (const end = Date.now() + 30_000; Date.now() < end; await page.reload()) {
    if (await page.getByText('Sent 3').isVisible()) break;
    wakeWorker(queue);
  }
  yield 'sent';
}

t.test('messages: what was sent, whom to phone, and writing to people', needsChromium(), async (t) => {
  const site = await openSite(t, { env: { RATE_LIMITS: 'off' } });
  const things = await prepare(site.db);
  const browser = await openChromium(t);
  for (const device of [PHONE, DESK]) {
    await t.test(`${device.viewport.width} pixels wide`, async (t) => {
      const { page, problems, another } = await openVisitor(t, browser, site, device);
      await signInByMail(page, await another(), EMAIL);
      for await (const name of tour(page, site, things)) {
        await takeWholePage(page, name);
        await checkPage(t, page, name);
      }
      t.match(await page.locator('main').innerText(), /3 people in all/);
      t.same(problems, []);
    });
  }
});
