import t from 'tap';
import { SAMPLE_EMAIL } from '../../src/sample/champion.ts';
import { recordPass } from '../../src/training/records.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE } from './helper.ts';
import { codeIn, openMessage } from './journey.ts';
import { takeWholePage } from './pictures.ts';

t.test('a certificate, from what is missing to a guard’s phone', needsChromium(), async (t) => {
  const site = await openSite(t);
  const { db } = site;
  const { page, problems, another } = await openVisitor(t, await openChromium(t), site, DESK);
  const look = async (name: string) => {
    for (const { viewport } of [PHONE, DESK]) {
      await page.setViewportSize(viewport);
      await takeWholePage(page, name);
      await checkPage(t, page, `${name}, ${viewport.width} pixels`);
    }
  };

  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(SAMPLE_EMAIL);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.waitForURL('**/sign-in/code');
  await page.getByLabel('Your code').fill(codeIn(await openMessage(await another(), SAMPLE_EMAIL)));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/me');

  await page.goto('/me/certificate');
  await page.getByRole('heading', { name: 'What is left' }).waitFor();
  await look('certificate-missing');
  const sam = await db
    .selectFrom('champions')
    .select('id')
    .where('email', '=', SAMPLE_EMAIL)
    .executeTakeFirstOrThrow();
  for (const { id: moduleId } of await db.selectFrom('modules').select('id').execute())
    await db.transaction().execute((trx) =>
      recordPass(trx, {
        championId: sam.id,
        moduleId,
        passedOn: Temporal.PlainDate.from('2026-11-20'),
        source: 'coordinator',
        recordedBy: null,
        now: site.clock.now(),
      }),
    );
  await page.reload();
  await look('certificate-ready');
  await page.getByRole('button', { name: 'Make my certificate' }).click();
  await page.getByText('Your certificate is here.').waitFor();
  await look('certificate-mine');
  const [pdf] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download it to print (PDF)' }).click(),
  ]);
  t.equal(pdf.suggestedFilename(), 'certificate.pdf');
  const code = (await page.locator('.ws-pass__code').innerText()).trim();

  await page.goto('/certificates');
  await page.getByRole('button', { name: 'Check it' }).click();
  await page.getByRole('link', { name: 'Enter the code from the certificate' }).waitFor();
  await look('certificate-check-mistake');
  await page.getByLabel('The code').fill(` ${code.toLowerCase().replaceAll('-', ' ')}`);
  await page.getByRole('button', { name: 'Check it' }).click();
  await page.getByRole('heading', { name: 'Valid', exact: true }).waitFor();
  t.match(await page.getByRole('main').innerText(), /Sam O\./);
  await look('certificate-valid');
  await db.updateTable('champions').set({ state: 'suspended' }).where('id', '=', sam.id).execute();
  await page.reload();
  await page.getByRole('heading', { name: 'Not valid' }).waitFor();
  await look('certificate-not-valid');
  await page.goto('/certificates/ABCD');
  await page.getByRole('heading', { name: 'There is no such certificate' }).waitFor();
  await look('certificate-unknown');
  t.same(
    problems.filter((problem) => !/404/.test(problem)),
    [],
  );
});
