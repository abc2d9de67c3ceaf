import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { tellHolders } from '../../src/events/tell-holders.ts';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE, seen } from './helper.ts';
import { openMessage, signUp } from './journey.ts';
import { takeWholePage } from './pictures.ts';
import { addAuthenticatorApp, fillEvent, passGates, publish, saveEvent, signInByMail } from './planner.ts';

const LEAD = 'Sam Okafor';
const VENUE = 'Community hall, Springfield';
const STALL = { title: 'Stall at Springfield', from: '11:00', to: '15:00', venue: VENUE, lead: LEAD };
const MONDAY = '2027-10-11';
const COPIES = ['12/10/2027', '13/10/2027', '14/10/2027', '15/10/2027'];

/** What each step looks like on a phone and on a desktop, where scripts run: axe is one. */
const looker = (t: Test, page: Page, scripted: boolean) => async (name: string) => {
  if (!scripted) return;
  for (const { viewport } of [PHONE, DESK]) {
    await page.setViewportSize(viewport);
    await takeWholePage(page, `plan-${name}`);
    await checkPage(t, page, `${name}, ${viewport.width} pixels`);
  }
};

t.test('a coordinator plans a week', needsChromium(), async (t) => {
  const browser = await openChromium(t);
  for (const javaScriptEnabled of [true, false]) {
    await t.test(javaScriptEnabled ? 'with scripts' : 'without scripts', async (t) => {
      const site = await openSite(t);
      const { page, problems, another } = await openVisitor(t, browser, site, { ...DESK, javaScriptEnabled });
      const mailbox = await another();
      const look = looker(t, page, javaScriptEnabled);
      const settled = async () => {
        const now = site.clock.now().add({ minutes: 5 });
        for (const { id } of await site.db.selectFrom('events').select('id').execute())
          await tellHolders(site.db, site.queue, id, { publicUrl: site.url, now });
      };

      await signInByMail(page, mailbox, SAMPLE_COORDINATOR_EMAIL);
      await look('overview');
      await addAuthenticatorApp(page, site.clock.now());
      await page.getByRole('button', { name: 'I have kept them' }).click();
      await look('second-factor');

      await page.goto('/coordinate/venues/new');
      await page.locator('#name').fill(VENUE);
      await page.getByLabel('Neighbourhood').selectOption({ label: 'Fishermead' });
      await page.getByLabel('Address').fill('1 High Street, Milton Keynes');
      await page.getByLabel('How to find it').fill('Opposite the bus stop.');
      await page.getByLabel('Spots for events, one a line').fill('by the front doors');
      for (const day of await page.getByLabel('Opens').all()) await day.fill('08:00');
      for (const day of await page.getByLabel('Closes').all()) await day.fill('22:00');
      await page.getByRole('button', { name: 'Save the venue' }).click();
      await page.getByRole('heading', { name: VENUE, level: 1 }).waitFor();
      await look('venue');

      await page.goto('/coordinate/events/new');
      await fillEvent(page, { ...STALL, date: MONDAY });
      await look('event-form');
      await saveEvent(page, 'Add as a draft', LEAD);
      await look('event');
      const first = new URL(page.url()).pathname;

      await page.getByRole('link', { name: 'Copy it to other days' }).click();
      await page.getByLabel('Other days (optional)').fill([...COPIES, '11/10/2027'].join('\n'));
      for (const pitch of await page.getByRole('checkbox', { name: new RegExp(VENUE) }).all())
        await pitch.check();
      await page.getByRole('button', { name: 'Show what would be added' }).click();
      t.match(await seen(page), /Left out Stall at Springfield has this pitch, Monday 11 October 2027/);
      await look('copies');
      await page.getByRole('region', { name: 'What would be added' }).getByRole('button').click();
      await page.waitForLoadState();
      await page.goto(`/coordinate/week?from=${MONDAY}`);
      t.equal(await page.getByRole('link', { name: /Stall at Springfield/ }).count(), 5, 'five days');
      await look('week');

      for (const day of [1, 0]) {
        await page.goto(`/coordinate/week?from=${MONDAY}`);
        await page
          .getByRole('link', { name: /Stall at Springfield/ })
          .nth(day)
          .click();
        await passGates(page);
        await look(`ready-${day}`);
        await publish(page);
      }
      t.match(page.url(), new RegExp(first));
      const [monday, tuesday] = await site.db
        .selectFrom('events')
        .select('slug')
        .where('title', '=', STALL.title)
        .where('state', '=', 'published')
        .orderBy('starts_at')
        .execute();

      const alice = { fullName: 'Alice O’Brien', email: 'alice@example.org', age: '18 or over' } as const;
      const { page: phone } = await openVisitor(t, browser, site, { ...PHONE, javaScriptEnabled });
      await signUp(phone, `/events/${monday!.slug}/join`, alice);
      await signUp(phone, `/events/${tuesday!.slug}/join`, alice);
      await openMessage(mailbox, alice.email, 2);

      await page.goto(`/coordinate/events/${monday!.slug}/edit`);
      await page.getByLabel('Starts').fill('12:00');
      await page.getByLabel('Ends').fill('16:00');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.locator('#gates').waitFor();
      await page.goto(`/coordinate/events/${tuesday!.slug}`);
      await page.getByText('Cancel it for good').click();
      await page.locator('#cancellation').fill('The hall has no heating.');
      await page.getByRole('button', { name: 'Cancel the event' }).click();
      await page.getByText('The hall has no heating.').first().waitFor();
      await look('cancelled');

      await settled();
      await openMessage(mailbox, alice.email, 4);
      const told = await site.db
        .selectFrom('messages')
        .select(['kind', 'invite'])
        .where('recipient', '=', alice.email)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      const said = told.map(({ kind, invite }) => [kind, invite?.method, invite?.sequence]);
      t.same(said.slice(0, 2), [
        ['sign-up', 'REQUEST', 0],
        ['already-signed-up', 'REQUEST', 0],
      ]);
      t.same(
        said.slice(2).sort(),
        [
          ['cancelled', 'CANCEL', 1],
          ['moved', 'REQUEST', 1],
        ],
        'one message for each change, and nothing twice',
      );
      const uidOf = (kind: string) => told.find((message) => message.kind === kind)?.invite?.uid;
      t.equal(uidOf('moved'), uidOf('sign-up'), 'the same entry in the calendar');
      t.equal(uidOf('cancelled'), uidOf('already-signed-up'));
      const moved = told.find(({ kind }) => kind === 'moved')?.invite;
      t.equal(moved?.startsAt, '2027-10-11T11:00:00Z', 'midday in summer time');
      t.same(problems, []);
    });
  }
});
