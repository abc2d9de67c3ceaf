import type { Page } from 'playwright-core';
import t from 'tap';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE, seen } from './helper.ts';
import { takeWholePage } from './pictures.ts';
import { signInByMail } from './planner.ts';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

const fillWords = async (page: Page, title: string) => {
  await page.getByLabel('Stall', { exact: true }).check();
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('What it is, in one sentence').fill('Come and say hello.');
  await page.getByLabel('What happens there').fill('Friendly people.\nA few questions.');
  await page.getByLabel('Who runs it').fill('The partners');
};

const fillPlan = async (page: Page, title: string) => {
  await fillWords(page, title);
  await page.getByLabel('Day', { exact: true }).fill('2027-10-31');
  await page.getByLabel('Starts').fill('11:00');
  await page.getByLabel('Ends').fill('15:00');
  await page.getByLabel('Place').selectOption({ index: 1 });
};

/** From an empty form to a published event, and off again. */
async function* planning(page: Page, title: string) {
  await page.goto('/coordinate/events');
  yield 'plan-list';
  await page.goto('/coordinate/events?state=postponed&from=2030-01-01');
  yield 'plan-list-none';
  await page.goto('/coordinate/events?from=never');
  yield 'plan-list-mistake';
  await page.goto('/coordinate/events/new');
  yield 'plan-new';
  await fillWords(page, title);
  await press(page, 'Add as a draft');
  yield 'plan-new-mistakes';
  await fillPlan(page, title);
  await press(page, 'Add as a draft');
  await page.getByRole('heading', { name: title }).waitFor();
  yield 'plan-show-draft';
  const address = new URL(page.url()).pathname;

  await page.goto('/coordinate/events/new');
  await fillPlan(page, 'The same pitch again');
  await press(page, 'Add as a draft');
  await page.getByRole('link', { name: `See ‘${title}’` }).waitFor();
  yield 'plan-pitch-taken';

  await page.goto(`${address}/edit`);
  yield 'plan-edit';
  const other = await page.context().newPage();
  await other.goto(`${address}/edit`);
  await other.getByLabel('Ends').fill('16:00');
  await press(other, 'Save');
  // Chromium may never say that a page closed which was still loading.
  await other.waitForLoadState();
  await other.close();
  await page.getByLabel('Who runs it').fill('All the partners of Milton Keynes together');
  await press(page, 'Save');
  await page.getByRole('heading', { name: 'Someone else changed this event' }).waitFor();
  yield 'plan-conflict';
  await page.getByLabel('Theirs, as it is now: 16:00').check();
  await press(page, 'Save what is chosen');

  await page.goto(`${address}/gates/insurance`);
  yield 'plan-gate';
  await page
    .getByLabel('File (optional)')
    .setInputFiles({ name: 'x.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ') });
  await press(page, 'It is in place');
  yield 'plan-gate-mistakes';
  await page.getByLabel('How much is it insured for?').fill('10,000,000');
  await press(page, 'It is in place');
  await page.goto(`${address}/gates/insurance`);
  yield 'plan-gate-passed';
  await page.goto(address);
  yield 'plan-show';
  await page.getByText('Cancel it for good').click();
  await press(page, 'Cancel the event');
  yield 'plan-show-mistake';
  await page.getByLabel('Why?').fill('The hall is flooded');
  await press(page, 'Cancel the event');
  yield 'plan-show-cancelled';
  await page.goto(`${address}/edit`);
  yield 'plan-unchangeable';
}

t.test('planning an event, page by page', needsChromium(), async (t) => {
  const site = await openSite(t);
  const browser = await openChromium(t);
  for (const device of [PHONE, DESK]) {
    const { width } = device.viewport;
    await t.test(`${width} pixels wide`, async (t) => {
      const { page, problems, another } = await openVisitor(t, browser, site, device);
      page.setDefaultTimeout(30_000);
      await signInByMail(page, await another(), SAMPLE_COORDINATOR_EMAIL);
      const title = `Stall for ${width} Llanfairpwllgwyngyllgogerychwyrndrobwll neighbours`;
      for await (const name of planning(page, title)) {
        await takeWholePage(page, name);
        await checkPage(t, page, name);
        if (name === 'plan-show') t.match(await seen(page), /The clocks go back on Sunday 31 October 2027/);
      }
      t.same(problems, []);
    });
  }
});
