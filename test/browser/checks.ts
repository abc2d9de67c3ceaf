import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';

/** There once its source is in the page. */
declare const axe: typeof import('axe-core');

const SOURCE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** From the top: axe takes what a scrolled page has half under 'Exit this page' for too small a target. */
const scrollUp = (page: Page) => page.locator('html').evaluate((html) => html.scrollIntoView());

/**
 * What axe finds; put into a page once, it is there for the other width too. A captured message stands in a frame that
 * runs no script, so axe cannot look into it.
 */
export const violations = async (page: Page): Promise<string[]> => {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(SOURCE);
  return page.evaluate(async (tags) => {
    const found = await axe.run({ exclude: '.ws-mail' }, { runOnly: tags, resultTypes: ['violations'] });
    // No page has another frame. In one that had, axe would not have looked.
    const unseen = found.incomplete.filter(({ id }) => id === 'frame-tested');
    return [...found.violations, ...unseen].flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
    );
  }, TAGS);
};

/** What a finger must hit: 44 pixels for what leads on, 24 for the rest (WCAG 2.2, 2.5.8), links in a sentence apart. */
export const smallTargets = (page: Page) =>
  page.locator('a[href], button, input, select, summary').evaluateAll((targets) => {
    const main =
      '.govuk-button, .govuk-input, .govuk-select, .govuk-radios__input, .govuk-checkboxes__input, nav a, summary';
    return targets
      .filter(
        (target) =>
          target.checkVisibility({ visibilityProperty: true }) && !target.closest('.govuk-skip-link'),
      )
      .filter((target) => target.ownerDocument.defaultView.getComputedStyle(target).display !== 'inline')
      .map((target) => ({
        target,
        box: target.getBoundingClientRect(),
        least: target.matches(main) ? 44 : 24,
      }))
      .filter(({ box, least }) => box.width > 1 && (box.height < least || box.width < least))
      .map(({ target, box }) => `${target.outerHTML.slice(0, 120)} is ${box.width} × ${box.height}`);
  });

export const widthOf = (page: Page) => page.locator('html').evaluate((html) => html.scrollWidth);

/** A page that everyone can use, at the width at which it is shown. */
export const checkPage = async (t: Test, page: Page, name: string) => {
  const { width } = page.viewportSize()!;
  await page.waitForLoadState();
  await scrollUp(page);
  t.same(await violations(page), [], `${name}: axe finds nothing`);
  t.same(await smallTargets(page), [], `${name}: targets are large enough`);
  t.equal(await widthOf(page), width, `${name}: nothing scrolls sideways`);
};
