import type { Page } from 'playwright-core';
import { codeAt } from '../accounts/factors.ts';
import { codeIn, openMessage } from './journey.ts';

/** Signs in with the code from the message that comes next to an address in the captured mailbox. */
export const signInByMail = async (page: Page, mailbox: Page, email: string, lands = '**/coordinate**') => {
  await mailbox.goto('/mailbox');
  const before = await mailbox.getByRole('link', { name: email }).count();
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(email);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL('**/sign-in/code');
  const code = codeIn(await openMessage(mailbox, email, before + 1));
  await page.getByLabel('Your code').fill(code);
  await page.getByRole('main').getByRole('button').first().click();
  await page.waitForURL(lands);
};

/** Adds an authenticator app that shows the right numbers, and keeps the recovery codes. */
export const addAuthenticatorApp = async (page: Page, now: Temporal.Instant) => {
  await page.goto('/coordinate/account/second-factor/authenticator-app');
  const key = (await page.locator('.ws-key').innerText()).replaceAll(' ', '');
  await page.getByLabel('Code from your app').fill(codeAt(key, now));
  await page.getByRole('button', { name: 'Add this app' }).click();
  await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
};

export interface Stall {
  title: string;
  date: string;
  from: string;
  to: string;
  venue: string;
  lead: string;
}

export const fillEvent = async (page: Page, { title, date, from, to, venue, lead }: Stall) => {
  await page.getByRole('radio', { name: 'Stall' }).check();
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('What it is, in one sentence').fill('Come and say hello.');
  await page.getByLabel('What happens there').fill('Friendly people and a few questions.');
  await page.getByLabel('Who runs it').fill('Milton Keynes champions');
  await page.getByLabel('Day', { exact: true }).fill(date);
  await page.getByLabel('Starts').fill(from);
  await page.getByLabel('Ends').fill(to);
  const pitch = page.locator(`optgroup[label^="${venue}"] option`).first();
  await page.locator('#pitch').selectOption((await pitch.getAttribute('value'))!);
  const found = page.getByRole('radio', { name: lead });
  if ((await found.count()) > 0) return found.check();
  await page.locator('#lead-search').check();
  await page.locator('#leadName').fill(lead);
};

/** Saves an event's form; a lead who was looked up by name is chosen from who was found. */
export const saveEvent = async (page: Page, button: string, lead: string) => {
  await page.getByRole('button', { name: button }).click();
  await page.locator('#gates, .govuk-error-summary').first().waitFor();
  if ((await page.locator('#gates').count()) > 0) return;
  await page.getByRole('radio', { name: lead }).check();
  await page.getByRole('button', { name: button }).click();
  await page.locator('#gates').waitFor();
};

/** Says of everything that an event needs that it is in place, one after the other. */
export const passGates = async (page: Page) => {
  const address = page.url();
  const asked = page.getByRole('button', { name: 'The venue has been asked' });
  if ((await asked.count()) > 0) await asked.click();
  for (let left = 10; left > 0; left--) {
    await page.goto(address);
    const open = page.locator('.ws-gate', { hasText: 'To do' }).locator('a').first();
    if ((await open.count()) === 0) return;
    await open.click();
    const amount = page.locator('#insuredFor');
    if ((await amount.count()) > 0) await amount.fill('5000000');
    await page.getByRole('button', { name: 'It is in place' }).click();
    await page.locator('#gates').waitFor();
  }
  throw new Error('There is always another thing to do.');
};

export const publish = async (page: Page) => {
  const known = page.getByRole('checkbox', { name: /I know/ });
  if ((await known.count()) > 0) await known.check();
  await page.getByRole('button', { name: /^Publish it/ }).click();
  await page.getByRole('link', { name: 'See it as everyone does' }).waitFor();
};
