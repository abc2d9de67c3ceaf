import { generateSync } from 'otplib';
import type { TestBrowser, TestClock } from '../helper.ts';

export const SETTINGS = '/coordinate/account/second-factor';
export const STEP = '/sign-in/second-factor';

/** What an authenticator app with this key shows at a time. */
export const codeAt = (key: string, now: Temporal.Instant) =>
  generateSync({ secret: key, epoch: Math.floor(now.epochMilliseconds / 1000) });

/** Adds an authenticator app from its page, as a person does; leads on to the recovery codes. */
export const addApp = async (browser: TestBrowser, clock: TestClock) => {
  const page = await browser.get(`${SETTINGS}/authenticator-app`);
  const key = /class="ws-key">([A-Z2-7 ]+)</.exec(page.body)?.[1]?.replaceAll(' ', '');
  if (!key) throw new Error(`There is no key on the page: ${page.statusCode}`);
  const answer = await browser.post(`${SETTINGS}/authenticator-app`, { code: codeAt(key, clock.now()) });
  return { key, answer };
};

/** The codes on the page that shows them. */
export const recoveryCodes = async (browser: TestBrowser) => {
  const { body } = await browser.get(`${SETTINGS}/recovery-codes`);
  return [...body.matchAll(/<li>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})<\/li>/g)].map(([, code]) => code!);
};
