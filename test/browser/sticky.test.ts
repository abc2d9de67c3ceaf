import type { Page } from 'playwright-core';
import t from 'tap';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE } from './helper.ts';
import { signInByMail } from './planner.ts';

/** What stays in place while the page scrolls, and lies over what has the focus (WCAG 2.2, 2.4.11), or over its label. */
const covered = (page: Page, withLabel = false) =>
  page.locator('*:focus').evaluateAll(([focused], withLabel) => {
    if (!focused) return [];
    const { document } = focused.ownerDocument.defaultView;
    const isSticky = (one: typeof focused) =>
      ['sticky', 'fixed'].includes(document.defaultView.getComputedStyle(one).position);
    const covers = [...document.querySelectorAll('.ws-page > *, header, nav')].filter(
      (one) => isSticky(one) && one.checkVisibility({ visibilityProperty: true }),
    );
    const label = withLabel && document.querySelector(`label[for="${focused.id}"]`);
    return [focused, ...(label ? [label] : [])].flatMap((shown) => {
      const box = shown.getBoundingClientRect();
      return covers
        .filter((one) => !one.contains(focused) && !focused.contains(one))
        .filter((one) => {
          const over = one.getBoundingClientRect();
          return (
            over.height > 0 &&
            box.top < over.bottom &&
            box.bottom > over.top &&
            box.left < over.right &&
            box.right > over.left
          );
        })
        .map((one) => `${one.className} over ${shown.outerHTML.slice(0, 80)}`);
    });
  }, withLabel);

/** Goes through the page by the links of its errors, then up by keyboard: what is covered on the way. */
const walk = async (page: Page) => {
  const found: string[] = [];
  const links = await page.locator('.govuk-error-summary a').count();
  for (let i = 0; i < links; i++) {
    await page.locator('.govuk-error-summary a').nth(i).click();
    found.push(...(await covered(page, true)));
  }
  await page.locator('footer a').last().focus();
  for (let presses = 0; presses < 25; presses++) {
    await page.keyboard.press('Shift+Tab');
    found.push(...(await covered(page)));
  }
  return found;
};

const FORMS = ['/join', '/coordinate/coordinators/new', '/coordinate/venues/new'];

t.test('nothing that stays in place covers what has the focus', needsChromium(), async (t) => {
  const site = await openSite(t);
  const { page, another } = await openVisitor(t, await openChromium(t), site, DESK);
  await signInByMail(page, await another(), SAMPLE_COORDINATOR_EMAIL);
  for (const { viewport } of [PHONE, DESK]) {
    await page.setViewportSize(viewport);
    for (const address of FORMS) {
      await page.goto(address);
      await page.getByRole('main').locator('form button').last().click();
      await page.locator('.govuk-error-summary').waitFor();
      t.same(await walk(page), [], `${address}, ${viewport.width} pixels`);
    }
  }

  await page.setViewportSize(PHONE.viewport);
  await page.locator('html').evaluate((html) => {
    html.style.fontSize = '200%';
  });
  t.same(await walk(page), [], 'with letters of twice the size');
  await page.locator('html').evaluate((html) => {
    html.style.scrollPaddingTop = '0px';
  });
  t.not((await walk(page)).length, 0, 'without the room kept at the top, something is: so this can fail');
});
