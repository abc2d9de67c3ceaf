import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type Site, seen } from './helper.ts';
import { codeIn } from './journey.ts';
import { nextMessage } from './next-message.ts';

interface Question {
  question: string;
  options: { text: string; right?: boolean }[];
}

const questionsOf = (slug: string): Question[] =>
  JSON.parse(readFileSync(new URL(`../../src/sample/content/${slug}/quiz.json`, import.meta.url), 'utf8'))
    .questions;

/** Signs a champion in again, as after a while: sessions end with the clock. */
export const signInAgain = async (site: Site, page: Page, mailbox: Page, email: string) => {
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(email);
  const words = await nextMessage(site, mailbox, email, async () => {
    await page.getByRole('button', { name: 'Send me a code' }).click();
    await page.waitForURL('**/sign-in/code');
  });
  await page.getByLabel('Your code').fill(codeIn(words));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/me');
};

/** Reads all pages of a module, up to its quiz. */
export const readPages = async (page: Page, slug: string) => {
  await page.goto(`/me/training/${slug}/1`);
  while (!page.url().endsWith('/quiz')) {
    const before = page.url();
    await page.getByRole('button', { name: /^(Next|Go to the quiz)$/ }).click();
    await page.waitForURL((url) => url.href !== before);
  }
};

/** Answers every question of a quiz, rightly or not, and agrees where that is asked. */
export const takeQuiz = async (page: Page, slug: string, rightly: boolean) => {
  await page.getByRole('button', { name: /^(Start the quiz|Try again)$/ }).click();
  await page.getByRole('button', { name: 'Send my answers' }).waitFor();
  for (const { question, options } of questionsOf(slug)) {
    const group = page.getByRole('group', { name: question });
    for (const { text, right = false } of options)
      if (right === rightly) await group.getByLabel(text, { exact: true }).check();
  }
  const agree = page.locator('#agree');
  if ((await agree.count()) > 0) await agree.check();
  await page.getByRole('button', { name: 'Send my answers' }).click();
  await page
    .getByText(/You passed|Not yet/)
    .first()
    .waitFor();
  return seen(page);
};
