import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

/** `1` renews the pictures that the README shows; `all` keeps one of every page, to look at. */
const wanted = process.env.WESTAND_SCREENSHOTS;

const temporary = join(tmpdir(), 'westand-screenshots');
const kept = fileURLToPath(new URL('screenshots/', import.meta.url));

const take = async (page: Page, folder: string, name: string, fullPage: boolean) => {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}-${page.viewportSize()!.width}.png`), fullPage });
};

/** What a person sees first, for the README. */
export const takePicture = (page: Page, name: string) =>
  take(page, wanted === '1' ? kept : join(temporary, 'readme'), name, false);

/** The whole page, where someone wants to look at all of them. */
export const takeWholePage = async (page: Page, name: string) => {
  if (wanted === 'all') await take(page, temporary, name, true);
};
