import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { readConfig } from '../../src/config.ts';
import type { Quiz } from '../../src/elearning/course.ts';
import { readCourses } from '../../src/elearning/read-courses.ts';
import { makeChampion } from '../make.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE, seen } from './helper.ts';
import { takeWholePage } from './pictures.ts';
import { signInByMail } from './planner.ts';

const courses = readCourses(readConfig({}).contentDir);

const look = async (t: Test, page: Page, name: string) => {
  for (const { viewport } of [PHONE, DESK]) {
    await page.setViewportSize(viewport);
    await takeWholePage(page, name);
    await checkPage(t, page, `${name}, ${viewport.width} pixels`);
  }
};

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Ticks what is right, or what is not. */
const choose = async (page: Page, { questions }: Quiz, wanted: boolean) => {
  for (const { text, several, options } of questions) {
    const group = page.getByRole('group', { name: text });
    const fitting = options.filter(({ right }) => right === wanted);
    for (const option of several ? fitting : fitting.slice(0, 1))
      await group.getByLabel(option.text, { exact: true }).check();
  }
};

for (const javaScriptEnabled of [true, false]) {
  t.test(
    `a champion reads, fails, waits and passes, ${javaScriptEnabled ? 'with' : 'without'} scripts`,
    needsChromium(),
    async (t) => {
      const site = await openSite(t);
      const { email } = await makeChampion(site.db);
      const options = { ...DESK, javaScriptEnabled };
      const { page, problems, another } = await openVisitor(t, await openChromium(t), site, options);
      await signInByMail(page, await another(), email, '**/me');
      const shown = (name: string) => (javaScriptEnabled ? look(t, page, `learning-${name}`) : undefined);
      const { pages, quiz } = courses.get('code-of-conduct')!;

      await page.goto('/me/training/code-of-conduct');
      await shown('start');
      await page.getByRole('link', { name: 'Start', exact: true }).click();
      for (const { title } of pages) {
        await page.getByRole('heading', { name: title }).waitFor();
        await page.locator('form:has(button.ws-button--main) button').click();
      }
      await press(page, 'Start the quiz');
      await shown('quiz');
      await press(page, 'Send my answers');
      await shown('quiz-mistakes');
      await choose(page, quiz, false);
      await page.getByLabel('I have read the code of conduct').check();
      await press(page, 'Send my answers');
      t.match(await seen(page), /Not yet: 0 of 6 answers were right.*You can try again from 9:05am/);
      await shown('not-yet');

      await site.db.deleteFrom('quiz_attempts').execute();
      await page.goto('/me/training/code-of-conduct/quiz');
      await press(page, 'Start the quiz');
      await choose(page, quiz, true);
      await page.getByLabel('I have read the code of conduct').check();
      await press(page, 'Send my answers');
      t.match(await seen(page), /You passed: 6 of 6.*You agreed to version 1 on Monday 23 November/);
      await shown('passed');
      await page.goto('/me/training/code-of-conduct');
      await shown('agreed');

      if (javaScriptEnabled) {
        for (const [slug, number] of [
          ['recognising-hate-crime', 1],
          ['third-party-reporting', 1],
          ['safeguarding', 2],
          ['bystander-intervention', 2],
        ]) {
          await page.goto(`/me/training/${slug}/${number}`);
          const broken = await page
            .locator('.ws-lesson img')
            .evaluateAll(
              (pictures) => pictures.filter((one) => !('naturalWidth' in one && one.naturalWidth)).length,
            );
          t.equal(broken, 0);
          await look(t, page, `learning-${slug}`);
        }
        await site.db.updateTable('champions').set({ state: 'paused' }).where('email', '=', email).execute();
        await page.goto('/me/training/safeguarding');
        await shown('paused');
      }
      t.same(problems, []);
    },
  );
}
