import t from 'tap';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE } from './helper.ts';
import { takeWholePage } from './pictures.ts';
import { signInByMail } from './planner.ts';

const FILE = [
  'champion,module,passed_on,reference',
  'sam.sample@westand.example,safeguarding,01/10/2026,course-7-sam',
  'someone.with.a.very.long.address.indeed@a-very-long-name-of-a-domain.example,safeguarding,01/10/2026,course-8',
  'sam.sample@westand.example,safeguarding,"=HYPERLINK(""x"")",course-9',
].join('\n');

t.test('training from another system, pasted, looked at and added', needsChromium(), async (t) => {
  const site = await openSite(t);
  const { page, problems, another } = await openVisitor(t, await openChromium(t), site, DESK);
  const look = async (name: string) => {
    for (const { viewport } of [PHONE, DESK]) {
      await page.setViewportSize(viewport);
      await takeWholePage(page, name);
      await checkPage(t, page, `${name}, ${viewport.width} pixels`);
    }
  };
  await signInByMail(page, await another(), SAMPLE_COORDINATOR_EMAIL);
  await page.goto('/coordinate/training/import');
  await page.getByRole('button', { name: 'Show what would happen' }).click();
  await look('import-training-mistake');
  await page.getByLabel('Or paste the rows').fill(FILE);
  await page.getByRole('button', { name: 'Show what would happen' }).click();
  await page.getByRole('heading', { name: 'What this file would add' }).waitFor();
  await look('import-training-preview');
  await page.getByRole('button', { name: 'Add 1 training record' }).click();
  await page.getByText('1 training record is added').waitFor();
  await page.goBack();
  await page.goto('/coordinate/settings/learning-systems');
  await look('learning-systems');
  await page.getByLabel('The course’s address in the other system').fill('course 7');
  await page.getByRole('button', { name: 'Say that they are the same' }).click();
  await look('learning-systems-mistake');
  t.same(problems, []);
});
