import t from 'tap';
import { needsChromium, openChromium, openSite, openVisitor, PHONE, seen } from './helper.ts';
import { ALICE, codeIn, enterCode, openMessage, signUp } from './journey.ts';

t.test('a resident signs up at the stall, on a phone', needsChromium(), async (t) => {
  const site = await openSite(t);
  const browser = await openChromium(t);
  for (const javaScriptEnabled of [true, false]) {
    await t.test(javaScriptEnabled ? 'with scripts' : 'without scripts', async (t) => {
      const person = { ...ALICE, email: `alice.${javaScriptEnabled}@example.org` };
      const { page, problems, another } = await openVisitor(t, browser, site, {
        ...PHONE,
        javaScriptEnabled,
      });

      await signUp(page, '/j/mkstall', person);
      t.match(await seen(page), /We have sent a code to a…@example\.org/);

      const mailbox = await another();
      await enterCode(page, codeIn(await openMessage(mailbox, person.email)));
      t.match(await seen(page), /Hello, Alice O’Brien Where you stand Five things left/);
      t.match(await seen(page), /Wednesday 2 December, 6pm to 7:30pm/);
      t.match(await seen(page), /News by email: on/);

      await page.getByRole('link', { name: 'Change your details' }).click();
      await page.getByLabel('Your name').fill('Alícja Nguyễn-O’Brien');
      await page.getByLabel('Where do you live?').selectOption({ label: 'Bletchley' });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Your details are saved.').waitFor();
      t.match(await seen(page), /Hello, Alícja Nguyễn-O’Brien/);
      t.match(await seen(page), /Neighbourhood Bletchley/);

      await page.getByRole('button', { name: 'Turn news off' }).click();
      await page.getByRole('heading', { name: 'News by email: off' }).waitFor();
      await page.getByRole('button', { name: 'Turn news on' }).click();
      await page.getByRole('heading', { name: 'News by email: on' }).waitFor();

      await page.getByRole('link', { name: 'Leave the programme' }).click();
      await page.getByRole('button', { name: 'Leave the programme' }).click();
      await page.getByRole('heading', { name: 'You have left' }).waitFor();
      await page.goto('/me');
      t.match(page.url(), /\/sign-in$/, 'is signed out');

      await openMessage(mailbox, person.email, 2);
      t.match(await seen(mailbox), /Takes out of the calendar/);
      t.same(problems, []);
    });
  }
});
