import type { Page } from 'playwright-core';
import t from 'tap';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { codeAt, SETTINGS } from '../accounts/factors.ts';
import { checkPage } from './checks.ts';
import {
  DESK,
  needsChromium,
  openChromium,
  openSite,
  openVisitor,
  PHONE,
  type Site,
  seen,
} from './helper.ts';
import { codeIn, openMessage } from './journey.ts';
import { takeWholePage } from './pictures.ts';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** The code in the message that comes next to the coordinator's address. */
const nextCode = async (page: Page, { db }: Site, ask: () => Promise<void>) => {
  const { length } = await db
    .selectFrom('messages')
    .select('id')
    .where('recipient', '=', SAMPLE_COORDINATOR_EMAIL)
    .execute();
  await ask();
  const here = page.url();
  const code = codeIn(await openMessage(page, SAMPLE_COORDINATOR_EMAIL, length + 1));
  await page.goto(here);
  return code;
};

const signIn = async (page: Page, site: Site) => {
  await page.goto('/sign-in');
  const code = await nextCode(page, site, async () => {
    await page.getByLabel('Email address').fill(SAMPLE_COORDINATOR_EMAIL);
    await press(page, 'Send me a code');
    await page.waitForURL('**/sign-in/code');
  });
  await page.getByLabel('Your code').fill(code);
  await press(page, 'Sign in');
};

/** Types the fresh code that a change asks for. */
const showItIsThem = async (page: Page, site: Site) => {
  await page.waitForURL('**/check');
  const code = await nextCode(page, site, async () => {
    await press(page, 'Send me a code');
    await page.waitForURL('**/check/code');
  });
  await page.getByLabel('code').fill(code);
  await page.getByRole('main').getByRole('button').first().click();
};

const DEVICES = {
  'unlocked phone': {
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  },
  'security key without a PIN': { transport: 'usb', hasResidentKey: false, hasUserVerification: false },
} as const;

/** Something that keeps passkeys, and is touched whenever it asks for it. */
const giveAuthenticator = async (page: Page, device: keyof typeof DEVICES) => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    automaticPresenceSimulation: true,
    ...DEVICES[device],
  } as const;
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options });
  return {
    lose: () => cdp.send('WebAuthn.clearCredentials', { authenticatorId }),
  };
};

const keyOn = async (page: Page) => (await page.locator('.ws-key').innerText()).replaceAll(' ', '');

t.test('a second factor in a real browser', needsChromium(), async (t) => {
  const browser = await openChromium(t);
  for (const device of [PHONE, DESK]) {
    const { width } = device.viewport;
    await t.test(`${width} pixels wide`, async (t) => {
      const site = await openSite(t, { hostname: 'localhost' });
      const { page, problems } = await openVisitor(t, browser, site, device);
      const check = async (name: string) => {
        await takeWholePage(page, `second-factor-${name}`);
        await checkPage(t, page, name);
      };
      await giveAuthenticator(page, 'unlocked phone');

      await signIn(page, site);
      await page.waitForURL('**/coordinate');
      await check('missing');
      await page.getByRole('link', { name: 'Add one' }).click();
      await check('none');
      await page.getByRole('link', { name: 'Add a passkey' }).click();
      await check('passkey-new');
      await page.getByLabel('A name for it').fill('My phone');
      await press(page, 'Add a passkey');
      await page.waitForURL('**/recovery-codes');
      await check('recovery-codes');
      t.equal(await page.locator('.ws-codes li').count(), 10);
      const [recoveryCode = ''] = await page.locator('.ws-codes li').allInnerTexts();
      await press(page, 'Copy');
      await page.locator('[data-keep-by=said]', { hasText: /./ }).waitFor();
      t.match(await page.locator('[data-keep-by=said]').innerText(), /^(Copied|Your browser did not)/);
      await press(page, 'I have kept them');
      await page.waitForURL('**/coordinate');
      t.notMatch(await seen(page), /no second factor/);

      await page.goto(`${SETTINGS}/passkeys/new`);
      await showItIsThem(page, site);
      await page.waitForURL('**/passkeys/new');
      await press(page, 'Add a passkey');
      await page.getByText('This device has a passkey of yours already.').waitFor();
      await page.getByRole('link', { name: 'Use an authenticator app instead' }).click();
      await check('app-new');
      const key = await keyOn(page);
      await press(page, 'Add this app');
      await check('app-new-mistake');
      t.equal(await keyOn(page), key, 'a mistake keeps the key');
      await page.getByLabel('Code from your app').fill(codeAt(key, site.clock.now()));
      await press(page, 'Add this app');
      await page.waitForURL(`**${SETTINGS}`);
      await check('both');
      await page.getByRole('link', { name: 'Rename My phone' }).click();
      await check('rename');
      await page.getByLabel('Its name').fill(`Wolfeschlegelsteinhausenbergerdorff ${'Ng'.repeat(12)}`);
      await press(page, 'Save');
      await page.waitForURL(`**${SETTINGS}`);
      await check('long-name');

      await page.getByRole('link', { name: 'Overview' }).click();
      await press(page, 'Sign out');
      await signIn(page, site);
      await page.waitForURL('**/sign-in/second-factor');
      await check('step');
      await press(page, 'Use my passkey');
      await page.waitForURL('**/coordinate');

      await press(page, 'Sign out');
      await signIn(page, site);
      await page.waitForURL('**/sign-in/second-factor');
      await page.getByLabel('Code from your app').fill('000000');
      await press(page, 'Sign in');
      await check('step-wrong');
      await page.getByLabel('Code from your app').fill(codeAt(key, site.clock.now().add({ seconds: 30 })));
      await press(page, 'Sign in');
      await page.waitForURL('**/coordinate');

      await press(page, 'Sign out');
      await signIn(page, site);
      await page.getByText('I can’t do that now').click();
      await page.getByLabel('Recovery code').fill('ABCD');
      await press(page, 'Use this recovery code');
      await check('recovery-wrong');
      await page.getByLabel('Recovery code').fill(recoveryCode);
      await press(page, 'Use this recovery code');
      await page.waitForURL('**/coordinate');
      t.same(problems, []);
    });
  }

  await t.test('a passkey of a security key without a PIN does, one that is lost does not', async (t) => {
    const site = await openSite(t, { hostname: 'localhost' });
    const { page } = await openVisitor(t, browser, site, DESK);
    const authenticator = await giveAuthenticator(page, 'security key without a PIN');
    await signIn(page, site);
    await page.goto(`${SETTINGS}/passkeys/new`);
    await press(page, 'Add a passkey');
    await page.waitForURL('**/recovery-codes');
    await page.goto('/coordinate');
    await press(page, 'Sign out');

    await signIn(page, site);
    await page.waitForURL('**/sign-in/second-factor');
    await press(page, 'Use my passkey');
    await page.waitForURL('**/coordinate');
    await press(page, 'Sign out');

    await signIn(page, site);
    await page.waitForURL('**/sign-in/second-factor');
    await authenticator.lose();
    await press(page, 'Use my passkey');
    await page.getByText(/^(Nothing has happened|That did not work)/).waitFor();
    t.match(page.url(), /\/sign-in\/second-factor$/);
  });

  await t.test('without JavaScript the app does it all, and a passkey says what it needs', async (t) => {
    const site = await openSite(t, { hostname: 'localhost' });
    const { page } = await openVisitor(t, browser, site, { ...PHONE, javaScriptEnabled: false });
    await signIn(page, site);
    await page.goto(`${SETTINGS}/passkeys/new`);
    t.match(await seen(page), /A passkey needs JavaScript/);
    t.equal(await page.getByRole('button', { name: 'Add a passkey' }).isVisible(), false);
    await page.getByRole('link', { name: 'Use an authenticator app instead' }).click();
    const key = await keyOn(page);
    await page.getByLabel('Code from your app').fill(codeAt(key, site.clock.now()));
    await press(page, 'Add this app');
    t.equal(await page.locator('.ws-codes li').count(), 10);
    t.equal(await page.getByRole('button', { name: 'Copy' }).isVisible(), false);
    await press(page, 'I have kept them');
    await press(page, 'Sign out');
    await signIn(page, site);
    await page.getByLabel('Code from your app').fill(codeAt(key, site.clock.now().add({ seconds: 30 })));
    await press(page, 'Sign in');
    await page.waitForURL('**/coordinate');
  });
});
