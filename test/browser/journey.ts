import type { Page } from 'playwright-core';

/** What a person types into the sign-up form; what is left out stays as it is. */
export interface Person {
  fullName?: string;
  email?: string;
  phone?: string;
  age?: '18 or over' | '16 or 17' | 'Under 16';
  neighbourhood?: string;
  /** The beginning of a session's label. */
  session?: string;
  news?: boolean;
}

export const ALICE: Person = {
  fullName: 'Alice O’Brien',
  email: 'alice@example.org',
  phone: '07700 900123',
  age: '18 or over',
  neighbourhood: 'Wolverton',
  session: 'Wednesday 2 December',
  news: true,
};

export const fillSignUp = async (page: Page, person: Person) => {
  const { fullName, email, phone, age, neighbourhood, session, news } = person;
  if (fullName !== undefined) await page.getByLabel('Your name').fill(fullName);
  if (email !== undefined) await page.getByLabel('Email address').fill(email);
  if (phone !== undefined) await page.getByLabel('Phone number').fill(phone);
  if (age) await page.getByRole('radio', { name: age }).check();
  if (neighbourhood) await page.getByLabel('Where do you live?').selectOption({ label: neighbourhood });
  if (session) await page.getByRole('radio', { name: session }).check();
  if (news !== undefined) await page.getByRole('checkbox').setChecked(news);
};

export const pressSignUp = (page: Page) => page.getByRole('button', { name: 'Sign up' }).click();

/** Signs up at an address and waits for the page that asks for the code. */
export const signUp = async (page: Page, address: string, person: Person) => {
  await page.goto(address);
  await fillSignUp(page, person);
  await pressSignUp(page);
  await page.waitForURL('**/join/confirm');
};

/** Types a code as it may come out of a message: small letters, a dash and spaces. */
export const enterCode = async (page: Page, code: string, button = 'Continue') => {
  await page.getByLabel('Your code').fill(` ${code.toLowerCase().replace('-', ' - ')} `);
  await page.getByRole('button', { name: button }).click();
  await page.waitForURL('**/me');
};

const CODE = /\b[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}\b/;

/** The code in the words of a message. */
export const codeIn = (words: string) => {
  const [code] = CODE.exec(words) ?? [];
  if (!code) throw new Error(`There is no code in: ${words}`);
  return code;
};

/** Opens the newest message to an address in the captured mailbox, once at least so many have come. */
export const openMessage = async (page: Page, email: string, atLeast = 1) => {
  const links = page.getByRole('link', { name: email });
  for (const end = Date.now() + 15_000; ; ) {
    await page.goto('/mailbox');
    if ((await links.count()) >= atLeast) break;
    if (Date.now() > end) throw new Error(`${await links.count()} of ${atLeast} messages came.`);
  }
  await links.first().click();
  await page.getByRole('heading', { name: 'As plain text' }).waitFor();
  return page.locator('pre').first().innerText();
};
