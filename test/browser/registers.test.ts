import t from 'tap';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE, seen } from './helper.ts';
import { takeWholePage } from './pictures.ts';
import { signInByMail } from './planner.ts';

t.test('sessions, a register filled in on a phone, and modules', needsChromium(), async (t) => {
  const site = await openSite(t);
  const { page, problems, another } = await openVisitor(t, await openChromium(t), site, PHONE);
  await signInByMail(page, await another(), SAMPLE_COORDINATOR_EMAIL);
  const look = async (name: string) => {
    for (const { viewport } of [DESK, PHONE]) {
      await page.setViewportSize(viewport);
      await takeWholePage(page, `training-${name}`);
      await checkPage(t, page, `${name}, ${viewport.width} pixels`);
    }
  };
  /** A button by its words and, after a colon, whom it is for. */
  const press = (name: string) =>
    page.getByRole('button', { name: new RegExp(`^${name.replace(':', ' ?:')}$`) }).click();

  await page.goto('/coordinate/training');
  await look('overview');
  await page.getByRole('link', { name: /^Safeguarding and disclosures, Wednesday 18 November/ }).click();
  await look('register');
  await press('There: Amina Rahman');
  await press('Not there: Callum Wright');
  await press('Undo: Callum Wright');
  await press('There: Callum Wright');
  await press('Passed: Callum Wright');
  await press('Not there: Ngozi Eze');
  t.match(await seen(page), /2 there, 1 not there, 1 to say/);
  await page.getByLabel('Their name, or a part of it').fill('sam');
  await press('Find');
  await look('register-walk-in');
  await press('Add as there: Sam Okafor');
  await press('Everyone who was there has passed');
  t.match(await seen(page), /We recorded that 2 people passed/);
  await page.getByText('Take the pass back of Amina Rahman').click();
  await page.getByLabel('Why?').first().fill('Pressed the wrong button');
  await press('Take it back');
  await look('register-filled-in');

  const session = page.url().replace(/\/attendance.*/, '');
  for (const [name, address] of [
    ['session', session],
    ['session-edit', `${session}/edit`],
    ['session-copies', `${session}/copies`],
    ['session-cancellation', `${session}/cancellation`],
    ['sessions', '/coordinate/training/sessions'],
    ['session-new', '/coordinate/training/sessions/new'],
    ['modules', '/coordinate/training/modules'],
    ['module-new', '/coordinate/training/modules/new'],
  ] as const) {
    await page.goto(address);
    await look(name);
  }
  await press('Save the module');
  await look('module-mistakes');
  await page.goto('/coordinate/training/modules/safeguarding');
  await page.getByLabel('For how many months it counts').fill('1');
  await press('Save the module');
  await look('module-preview');
  await press('Save the module');
  t.match(await seen(page), /The module is saved/);
  t.same(problems, []);
});
