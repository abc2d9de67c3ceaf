import type { Page } from 'playwright-core';
import t from 'tap';
import { ELSEWHERE, needsChromium, openChromium, openSite, openVisitor } from './helper.ts';
import { ALICE, codeIn, enterCode, openMessage, signUp } from './journey.ts';

const PAGES = ['/', '/events/stall-at-centre-mk', '/join', '/report', '/sign-in', '/nothing-here'];

/** Answers in the stead of the page that 'Exit this page' leads to. */
const answerElsewhere = (page: Page) =>
  page.route(ELSEWHERE, (route) => route.fulfill({ body: 'Sunny', contentType: 'text/plain' }));

t.test('leaving in a hurry, and what reads along', needsChromium(), async (t) => {
  const site = await openSite(t);
  const browser = await openChromium(t);

  await t.test('the button leaves every page', async (t) => {
    for (const javaScriptEnabled of [true, false]) {
      const { page } = await openVisitor(t, browser, site, { javaScriptEnabled });
      await answerElsewhere(page);
      for (const address of PAGES) {
        await page.goto(address);
        await page.getByRole('button', { name: 'Exit this page' }).click();
        await page.waitForURL(ELSEWHERE);
        t.pass(`${address} is left`);
      }
    }
  });

  await t.test('so does Shift, three times', async (t) => {
    const { page } = await openVisitor(t, browser, site);
    await answerElsewhere(page);
    for (const address of PAGES) {
      await page.goto(address);
      await page.locator('.govuk-exit-this-page-fullscreen, body.govuk-frontend-supported').first().waitFor();
      for (let times = 0; times < 3; times++) await page.keyboard.press('Shift');
      await page.waitForURL(ELSEWHERE);
      t.pass(`${address} is left`);
    }
  });

  await t.test('a scanner that opens every link of a message changes nothing', async (t) => {
    const { page, another } = await openVisitor(t, browser, site);
    await signUp(page, '/j/mkstall', ALICE);
    const mailbox = await another();
    const words = await openMessage(mailbox, ALICE.email!);
    const html = await mailbox.request.get(`${mailbox.url()}.html`);
    const links = new Set(
      [...`${words} ${await html.text()}`.matchAll(/https?:\/\/[^\s"<>]+/g)].map(([link]) => link),
    );
    t.ok(links.size > 1, 'there are links');

    const state = async () => ({
      champions: await site.db.selectFrom('champions').selectAll().orderBy('id').execute(),
      signUps: await site.db.selectFrom('sign_ups').selectAll().orderBy('id').execute(),
      bookings: await site.db.selectFrom('bookings').selectAll().orderBy('id').execute(),
      codes: await site.db.selectFrom('sign_in_codes').selectAll().orderBy('id').execute(),
      sessions: await site.db.selectFrom('browser_sessions').select('id_hash').execute(),
      messages: await site.db.selectFrom('messages').select('id').orderBy('id').execute(),
    });
    const before = JSON.stringify(await state());
    const scanner = await openVisitor(t, browser, site);
    for (const link of links) {
      const response = await scanner.page.goto(link);
      t.ok(response!.ok(), `${new URL(link).pathname} answers`);
      await scanner.page.request.head(link);
    }
    t.equal(JSON.stringify(await state()), before);

    await enterCode(page, codeIn(words));
    t.match(page.url(), /\/me$/, 'and the code still works');
  });
});
