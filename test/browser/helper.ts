import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';
import { freePort } from '../../.ci/free-port.ts';
import { buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { eventChores } from '../../src/events/chores.ts';
import { openQueue } from '../../src/jobs.ts';
import { startWorker } from '../../src/mail/worker.ts';
import { messageChores } from '../../src/messages/chores.ts';
import { loadSampleProgramme } from '../../src/sample/load.ts';
import { loadTemplates } from '../../src/templates.ts';
import { trainingChores } from '../../src/training/chores.ts';
import { testDatabase } from '../database.ts';
import { quiet } from '../deliver.ts';
import { wakeWorker } from '../support/wake-worker.ts';

/** A Monday: the sample programme's stall is on the Saturday after, its first session on the Wednesday after that. */
const A_MONDAY = Temporal.Instant.from('2026-11-23T09:00:00Z');

const templates = loadTemplates();

type App = Awaited<ReturnType<typeof buildApp>>;

/** Westand with its worker and the sample programme, listening on this machine; its clock stands still. */
export const openSite = async (
  t: Test,
  {
    env = {},
    extend,
    hostname = '127.0.0.1',
  }: {
    env?: Record<string, string>;
    extend?: (app: App) => void;
    /** Passkeys want a name, such as localhost. */
    hostname?: '127.0.0.1' | 'localhost';
  } = {},
) => {
  const database = await testDatabase(t);
  const { db } = database;
  const clock = { now: () => A_MONDAY };
  await loadSampleProgramme(db, clock.now());
  const port = await freePort();
  const url = `http://${hostname}:${port}`;
  const config = readConfig({ NODE_ENV: 'test', HOST: '127.0.0.1', PUBLIC_URL: url, ...env });
  let over = false;
  const queue = await openQueue(database, 'worker', (error) => over || t.fail(error.message));
  const shared = { config, db, queue, clock };
  const chores = [...eventChores(shared), ...messageChores(shared), ...trainingChores(shared)];
  const worker = await startWorker({ ...shared, log: quiet, templates, sweeps: [], chores });
  const app = await buildApp(config, database, queue, clock, { templates });
  extend?.(app);
  app.server.on('request', ({ method, url }, response) => {
    if (method === 'POST' || url?.startsWith('/mailbox')) response.once('finish', () => wakeWorker(queue));
  });
  await app.listen({ host: config.host, port });
  t.teardown(async () => {
    over = true;
    await app.close();
    await worker.stop();
    await queue.stop();
  });
  return { url, db, queue, clock };
};

export type Site = Awaited<ReturnType<typeof openSite>>;

const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path && existsSync(path),
);

/** For tests in a browser: skips where there is none, except in CI, where it fails. */
export const needsChromium = (): { skip: false | string } => {
  if (executablePath) return { skip: false };
  if (process.env.WESTAND_TEST_COMPLETE) throw new Error('This run must have Chromium: set CHROMIUM_PATH.');
  return { skip: 'needs Chromium: apt-get install chromium, or set CHROMIUM_PATH' };
};

export const openChromium = async (t: Test): Promise<Browser> => {
  const browser = await chromium.launch({
    executablePath: executablePath!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--lang=en-GB',
      // Nothing but the site is reached, so nobody has to be asked about each request, which would also turn the cache off.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
  t.teardown(() => browser.close());
  return browser;
};

export const PHONE = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} as const;
export const DESK = { viewport: { width: 1280, height: 900 } } as const;

/** Where 'Exit this page' leads. */
export const ELSEWHERE = 'https://www.bbc.co.uk/weather';

export interface Visitor {
  page: Page;
  /** What a browser complained of, and what was asked of anyone but us. */
  problems: string[];
  /**
   * A page in another window, such as the mailbox: of one window's pages Chromium draws those that are not in front once
   * a second, and whoever clicks there waits for that.
   */
  another(): Promise<Page>;
}

/** A person with a browser of their own, that reaches nothing but the site. */
export const openVisitor = async (
  t: Test,
  browser: Browser,
  site: Pick<Site, 'url'>,
  options: BrowserContextOptions = PHONE,
): Promise<Visitor> => {
  const problems: string[] = [];
  const openPage = async () => {
    const context = await browser.newContext({
      baseURL: site.url,
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    t.teardown(() => context.close());
    context.setDefaultTimeout(10_000);
    context.on('weberror', (error) => problems.push(error.error().message));
    context.on('console', (message) => {
      // Chromium also reports a page's own status, which is what the page is there to show.
      const isOwnStatus =
        message.location().url === message.page()?.url() && /status of 4|status of 5/.test(message.text());
      if (message.type() === 'error' && !isOwnStatus) problems.push(message.text());
    });
    context.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== site.url && request.url() !== ELSEWHERE) problems.push(`asked for ${request.url()}`);
    });
    return context.newPage();
  };
  return { page: await openPage(), problems, another: openPage };
};

/** What a person reads on a page. */
export const seen = async (page: Page) => (await page.locator('main').innerText()).replace(/\s+/g, ' ');
