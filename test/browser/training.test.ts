import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import t from 'tap';
import { SAMPLE_COORDINATOR_EMAIL } from '../../src/sample/coordinator.ts';
import { remindToRenew } from '../../src/training/reminders.ts';
import { tellSessionsOverdue } from '../../src/training/tell-session.ts';
import { readPdf, scan } from '../events/paper.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE, seen } from './helper.ts';
import { ALICE, codeIn, enterCode, openMessage, signUp } from './journey.ts';
import { readPages, signInAgain, takeQuiz } from './learner.ts';
import { nextMessage } from './next-message.ts';
import { takeWholePage } from './pictures.ts';
import { signInByMail } from './planner.ts';

const ONLINE = ['recognising-hate-crime', 'third-party-reporting', 'safeguarding', 'code-of-conduct'];

t.test('from the sign-up to the certificate, and what time does to it', needsChromium(), async (t) => {
  const site = await openSite(t);
  const { db, queue, url: publicUrl } = site;
  const browser = await openChromium(t);
  const { page, problems, another } = await openVisitor(t, browser, site, PHONE);
  const mailbox = await another();
  const coordinator = await openVisitor(t, browser, site, DESK);
  const at = (instant: string) => {
    site.clock.now = () => Temporal.Instant.from(instant);
  };
  const look = async (name: string, shown: Page = page) => {
    const before = shown.viewportSize()!;
    for (const { viewport } of [PHONE, DESK]) {
      await shown.setViewportSize(viewport);
      await takeWholePage(shown, `training-${name}`);
      await checkPage(t, shown, `${name}, ${viewport.width} pixels`);
    }
    await shown.setViewportSize(before);
  };
  const me = async () => {
    await page.goto('/me');
    return seen(page);
  };

  await t.test('signs up, and has five things left', async (t) => {
    await signUp(page, '/j/mkstall', { ...ALICE, session: undefined });
    await enterCode(page, codeIn(await openMessage(mailbox, ALICE.email!)));
    t.match(await me(), /Five things left/);
    await look('new');
  });

  await t.test('takes modules online: the quiz failed, then passed', async (t) => {
    const [first, ...others] = ONLINE as [string, ...string[]];
    await readPages(page, first);
    t.match(await takeQuiz(page, first, false), /Not yet: 0 of/);
    await look('quiz-failed');
    at('2026-11-23T09:20:00Z');
    await page.reload();
    t.match(await takeQuiz(page, first, true), /You passed/);
    await look('quiz-passed');
    for (const slug of others) {
      await readPages(page, slug);
      t.match(await takeQuiz(page, slug, true), /You passed/, slug);
    }
    t.match(await me(), /One thing left/);
    await look('one-left');
  });

  await t.test('books a session, which the coordinator moves', async (t) => {
    await page.getByRole('link', { name: 'Choose a session' }).click();
    const session = page.getByRole('listitem').filter({ hasText: 'Wednesday 2 December' });
    const invited = await nextMessage(site, mailbox, ALICE.email!, async () => {
      await session.getByRole('button', { name: /^Book/ }).click();
      await page.getByText('Your place is booked').waitFor();
    });
    t.match(invited, /Puts into the calendar/);
    t.match(await me(), /Next: come to your session on Wednesday 2 December, 6pm to 7:30pm/);

    const { page: hers } = coordinator;
    await signInByMail(hers, await coordinator.another(), SAMPLE_COORDINATOR_EMAIL);
    await hers.goto('/coordinate/training/sessions');
    const row = hers.getByRole('row').filter({ hasText: 'Wednesday 2 December, 6pm' });
    await row.getByRole('link').click();
    await hers.getByRole('button', { name: 'Change', exact: true }).click();
    await hers.getByRole('button', { name: 'Save the session' }).waitFor();
    await hers.getByLabel('Starts').fill('18:30');
    await hers.getByLabel('Ends').fill('20:00');
    await hers.getByRole('button', { name: 'Save the session' }).click();
    await hers.getByText('6:30pm to 8pm').first().waitFor();
    at('2026-11-23T09:26:00Z');
    const moved = await nextMessage(site, mailbox, ALICE.email!, () =>
      tellSessionsOverdue(db, queue, { publicUrl, now: site.clock.now() }),
    );
    t.match(moved, /6pm to 7:30pm.*6:30pm to 8pm/);
    t.match(moved, /Change number 1 of/);
    t.match(await me(), /6:30pm to 8pm/);
  });

  await t.test('comes, and passes', async (t) => {
    at('2026-12-02T20:00:00Z');
    const { page: hers } = coordinator;
    await signInByMail(hers, await coordinator.another(), SAMPLE_COORDINATOR_EMAIL);
    await hers.goto('/coordinate/training');
    await hers
      .getByRole('link', { name: /Wednesday 2 December/ })
      .first()
      .click();
    if (!hers.url().endsWith('/attendance'))
      await hers.getByRole('button', { name: 'Say who is there' }).click();
    const alice = hers.getByRole('listitem').filter({ hasText: ALICE.fullName! });
    await alice.getByRole('button', { name: /^There/ }).click();
    await alice.getByRole('button', { name: /^Passed/ }).waitFor();
    await look('register', hers);
    await alice.getByRole('button', { name: /^Passed/ }).click();
    await alice.getByText('Take the pass back').waitFor();
    t.same(coordinator.problems, []);
  });

  await t.test('is ready, and can prove it', async (t) => {
    await signInAgain(site, page, mailbox, ALICE.email!);
    t.match(await me(), /You are ready/);
    await look('ready');
    await page.getByRole('link', { name: 'Get your certificate' }).click();
    await page.getByRole('button', { name: 'Make my certificate' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByText('Download it to print (PDF)').click();
    const pdf = await readPdf(readFileSync(await (await downloading).path()));
    t.match(pdf.words, /Alice O’Brien/);
    t.match(pdf.words, /Valid until Tuesday 23 November 2027/);
    const { url: address } = (await scan(pdf, 4))!;
    t.match(address, new RegExp(`^${publicUrl}/certificates/`));
    await page.goto(address);
    t.match(await seen(page), /Valid Alice O\. Until Tuesday 23 November 2027/);
    await look('certificate');
  });

  await t.test('is reminded, and it lapses', async (t) => {
    const certificate = page.url();
    const messages = () =>
      db.selectFrom('messages').select('id').where('recipient', '=', ALICE.email!).execute();
    const remind = () => remindToRenew(db, queue, site.clock.now());
    for (const [day, left] of [
      ['2027-09-24', /due soon/i],
      ['2027-10-24', /due soon/i],
      ['2027-11-16', /due soon/i],
      ['2027-11-23', /due soon/i],
    ] as const) {
      at(`${day}T10:00:00Z`);
      const words = await nextMessage(site, mailbox, ALICE.email!, remind);
      t.match(words, /Code of conduct.*23 November/, day);
      const { length } = await messages();
      await remind();
      t.equal((await messages()).length, length, `once on ${day}`);
      await signInAgain(site, page, mailbox, ALICE.email!);
      t.match(await me(), left);
    }
    await look('due-soon');
    at('2027-11-24T10:00:00Z');
    await signInAgain(site, page, mailbox, ALICE.email!);
    t.match(await me(), /One thing to renew.*Code of conduct/);
    await look('expired');
    await page.goto(certificate);
    t.match(await seen(page), /Not valid/);
    t.same(problems, []);
  });
});
