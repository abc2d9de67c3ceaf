import type { Locator, Page } from 'playwright-core';
import t from 'tap';
import { DESK, needsChromium, openChromium, openSite, openVisitor, seen } from './helper.ts';
import { ALICE, codeIn, openMessage } from './journey.ts';

/** Presses Tab until the focus is there. */
const tabTo = async (page: Page, target: Locator) => {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
  }
  throw new Error(`The Tab key does not lead to ${target}.`);
};

/** The focus is drawn on the element itself, or on the circle or square beside it. */
const showsFocus = (target: Locator) =>
  target.evaluate((element) => {
    const style = (of: typeof element, part?: string) =>
      element.ownerDocument.defaultView.getComputedStyle(of, part);
    const beside = element.nextElementSibling ?? element;
    const drawn = [style(element), style(beside, '::before')];
    return drawn.some(({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none');
  });

t.test('a sign-up by keyboard alone', needsChromium(), async (t) => {
  const site = await openSite(t);
  const { page, problems, another } = await openVisitor(t, await openChromium(t), site, DESK);
  const { keyboard } = page;
  const go = async (target: Locator) => {
    await tabTo(page, target);
    t.ok(await showsFocus(target), `${target} shows the focus`);
  };

  await page.goto('/j/mkstall');
  await go(page.getByRole('link', { name: 'Skip to main content' }));
  await keyboard.press('Enter');
  await tabTo(page, page.getByLabel('Your name'));
  await keyboard.type(ALICE.fullName!);
  await go(page.getByLabel('Email address'));
  await keyboard.type(ALICE.email!);
  await go(page.getByLabel('Phone number'));
  await go(page.getByRole('radio', { name: '18 or over' }));
  await keyboard.press('Space');
  await go(page.getByLabel('Where do you live?'));
  await keyboard.type('Wolv');
  await go(page.getByRole('radio', { name: 'Wednesday 2 December' }));
  await keyboard.press('ArrowDown');
  await go(page.getByRole('checkbox'));
  await keyboard.press('Space');
  await go(page.getByRole('button', { name: 'Sign up' }));
  await keyboard.press('Enter');
  await page.waitForURL('**/join/confirm');

  const code = codeIn(await openMessage(await another(), ALICE.email!));
  await go(page.getByLabel('Your code'));
  await keyboard.type(code);
  await keyboard.press('Enter');
  await page.waitForURL('**/me');
  t.match(await seen(page), /Tuesday 8 December, 7pm to 8pm/);
  t.match(await seen(page), /Neighbourhood Wolverton/);
  t.match(await seen(page), /News by email: on/);
  t.same(problems, []);
});
