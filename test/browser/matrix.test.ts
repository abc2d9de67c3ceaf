import t from 'tap';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE, seen } from './helper.ts';
import { takeWholePage } from './pictures.ts';
import { signInByMail } from './planner.ts';

t.test('who has which training, and one champion’s records put right', needsChromium(), async (t) => {
  const site = await openSite(t);
  const { page, problems, another } = await openVisitor(t, await openChromium(t), site, DESK);
  await signInByMail(page, await another(), SAMPLE_COORDINATOR_EMAIL);
  const look = async (name: string) => {
    for (const { viewport } of [PHONE, DESK]) {
      await page.setViewportSize(viewport);
      await takeWholePage(page, `matrix-${name}`);
      await checkPage(t, page, `${name}, ${viewport.width} pixels`);
    }
  };
  await page.goto('/coordinate/training/forward');
  await look('forward');
  await page.goto('/coordinate/training/matrix');
  await look('everyone');
  await page.getByLabel('Name or number').fill('nobody of this name');
  await page.getByRole('button', { name: 'Show champions' }).click();
  await look('nobody');
  await page.goto('/coordinate/training/matrix?status=expired');
  await page.getByRole('link', { name: 'Ioan Prydderch-Llewellyn' }).click();
  await look('champion');
  await page.getByRole('link', { name: 'Write down a pass' }).click();
  await page.getByRole('button', { name: 'Write it down' }).click();
  await look('pass-mistakes');
  await page.getByLabel('Module').selectOption('Code of conduct');
  await page.getByLabel('Day on which they passed').fill('2026-11-20');
  await page.getByLabel('I was there, or I was the trainer').check();
  await page.getByRole('button', { name: 'Write it down' }).click();
  t.match(await seen(page), /It is written down: Code of conduct/);
  await page.getByRole('link', { name: /^Correct this ?: Code of conduct, 20 Nov 2026/ }).click();
  await look('correction');
  await page.getByLabel('They had not passed', { exact: true }).check();
  await page.getByLabel('What was wrong?').selectOption('It was somebody else');
  await page.getByRole('button', { name: 'Correct the record' }).click();
  await page.getByText('Suspend', { exact: true }).click();
  await look('corrected');
  await page.getByRole('button', { name: 'Suspend them' }).click();
  t.match(await seen(page), /Suspended They are suspended\./);
  t.same(problems, []);
});
