import type { Page } from 'playwright-core';
import t from 'tap';
import { needsChromium, openChromium, openSite, openVisitor, type Site, seen } from './helper.ts';
import {
  ALICE,
  codeIn,
  enterCode,
  fillSignUp,
  openMessage,
  type Person,
  pressSignUp,
  signUp,
} from './journey.ts';

const focused = async (page: Page) => {
  const focus = page.locator(':focus');
  return (await focus.getAttribute('id')) || (await focus.getAttribute('class'));
};

const count = async ({ db }: Site, email: string) => {
  const signUps = await db.selectFrom('sign_ups').select('id').where('email', '=', email).execute();
  const messages = await db.selectFrom('messages').select('id').where('recipient', '=', email).execute();
  return { signUps: signUps.length, messages: messages.length };
};

/** What stands in the form. */
const typed = async (page: Page) => ({
  fullName: await page.getByLabel('Your name').inputValue(),
  email: await page.getByLabel('Email address').inputValue(),
  phone: await page.getByLabel('Phone number').inputValue(),
  chosen: await page
    .locator(':checked')
    .evaluateAll((inputs) => inputs.map(({ value }) => value).filter((value) => value.length < 20)),
  sessions: await page.locator('[name=session]:checked').count(),
});

const WHOLE = {
  fullName: ALICE.fullName,
  email: ALICE.email,
  phone: ALICE.phone,
  chosen: ['18+', 'wolverton', 'yes'],
  sessions: 1,
};

const MISTAKES: [field: string, mistake: Person, sentence: RegExp][] = [
  ['fullName', { fullName: '' }, /Enter your name/],
  ['fullName', { fullName: 'Alice <script>' }, /Your name can have letters/],
  ['email', { email: '' }, /Enter your email address/],
  ['email', { email: 'alice@' }, /Enter an email address in the right form/],
  ['phone', { phone: '123' }, /Enter a UK phone number/],
];

t.test('what can go wrong with a sign-up', needsChromium(), async (t) => {
  const site = await openSite(t);
  const browser = await openChromium(t);

  await t.test('a mistake is shown, led to, and keeps the rest', async (t) => {
    const { page, problems } = await openVisitor(t, browser, site);
    await page.goto('/j/mkstall');
    await fillSignUp(page, ALICE);
    for (const [field, mistake, sentence] of MISTAKES) {
      await fillSignUp(page, { ...ALICE, ...mistake });
      await pressSignUp(page);
      const summary = page.getByRole('alert');
      await summary.waitFor();
      t.match(await page.title(), /^Error: /);
      t.match(await focused(page), /govuk-error-summary/, 'the summary has the focus');
      await summary.getByRole('link', { name: sentence }).click();
      t.equal(await focused(page), field, 'its link leads to the field');
      t.match(await page.locator(`#${field}-error`).innerText(), sentence);
      const { fullName = WHOLE.fullName, email = WHOLE.email, phone = WHOLE.phone } = mistake;
      t.match(await typed(page), { ...WHOLE, fullName, email, phone });
    }
    t.same(await count(site, ALICE.email!), { signUps: 0, messages: 0 });
    t.same(problems, []);
  });

  await t.test('no age chosen leads to the first age', async (t) => {
    const { page } = await openVisitor(t, browser, site);
    await page.goto('/join');
    await fillSignUp(page, { ...ALICE, age: undefined });
    await pressSignUp(page);
    await page.getByRole('alert').getByRole('link', { name: 'Choose your age' }).click();
    t.equal(await focused(page), 'ageBand');
  });

  await t.test('the Back button after a mistake, and after success', async (t) => {
    const { page, another } = await openVisitor(t, browser, site);
    const email = 'back@example.org';
    await page.goto('/j/mkstall');
    await fillSignUp(page, { ...ALICE, email: 'back@' });
    await pressSignUp(page);
    await page.getByRole('alert').waitFor();
    await page.goBack();
    t.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Become a champion');
    await fillSignUp(page, { ...ALICE, email });
    await pressSignUp(page);
    await page.waitForURL('**/join/confirm');
    await page.goBack();
    t.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Become a champion');
    t.same(await count(site, email), { signUps: 1, messages: 1 }, 'going back sends nothing again');
    await page.goForward();
    t.match(await seen(page), /We have sent a code to b…@example\.org/);

    await enterCode(page, codeIn(await openMessage(await another(), email)));
    await page.goBack();
    t.match(page.url(), /\/me$/, 'a code that is spent is not asked for again');
  });

  await t.test('a double click signs up once', async (t) => {
    for (const javaScriptEnabled of [true, false]) {
      const { page } = await openVisitor(t, browser, site, { javaScriptEnabled });
      const email = `double.${javaScriptEnabled}@example.org`;
      await page.goto('/j/mkstall');
      await fillSignUp(page, { ...ALICE, email });
      await page.getByRole('button', { name: 'Sign up' }).dblclick();
      await page.waitForURL('**/join/confirm');
      t.same(await count(site, email), { signUps: 1, messages: 1 });
    }
  });

  await t.test('a session that filled up meanwhile', async (t) => {
    const { page } = await openVisitor(t, browser, site);
    const email = 'late@example.org';
    await page.goto('/j/mkstall');
    await fillSignUp(page, { ...ALICE, email, session: 'Saturday 12 December' });
    for (const name of ['one', 'two', 'three']) {
      const other = await openVisitor(t, browser, site);
      await signUp(other.page, '/join', {
        ...ALICE,
        email: `${name}@example.org`,
        session: 'Saturday 12 December',
      });
    }
    await pressSignUp(page);
    await page.getByRole('alert').getByRole('link', { name: 'That session is full now' }).click();
    t.equal(await focused(page), 'session');
    t.equal(await page.getByRole('radio', { name: 'Saturday 12 December' }).count(), 0, 'it is not offered');
    t.match(await typed(page), { ...WHOLE, email, sessions: 0 });
    await fillSignUp(page, { session: 'Tuesday 8 December' });
    await pressSignUp(page);
    await page.waitForURL('**/join/confirm');
    t.same(await count(site, email), { signUps: 1, messages: 1 });
  });

  await t.test('someone under 16 is thanked, and nothing is kept', async (t) => {
    const { page } = await openVisitor(t, browser, site);
    await page.goto('/j/mkstall');
    await fillSignUp(page, { ...ALICE, email: 'child@example.org', age: 'Under 16' });
    await pressSignUp(page);
    t.match(await seen(page), /Thank you for wanting to help.*We have not kept anything that you typed/);
    t.same(await count(site, 'child@example.org'), { signUps: 0, messages: 0 });
  });

  await t.test('someone of 16 or 17 is held until a guardian agrees', async (t) => {
    const { page, another } = await openVisitor(t, browser, site);
    const email = 'young@example.org';
    await signUp(page, '/j/mkstall', { ...ALICE, email, age: '16 or 17' });
    const words = await openMessage(await another(), email);
    t.match(words, /a parent or guardian has to\s+agree first/);
    await enterCode(page, codeIn(words));
    t.match(await seen(page), /A parent or guardian has to agree before you can start/);
    t.match(await seen(page), /What you have booked Nothing yet\./);
  });
});
