import type { Page } from 'playwright-core';
import type { Db } from '../../src/db.ts';
import { ALICE, codeIn, enterCode, fillSignUp, openMessage, pressSignUp, signUp } from './journey.ts';

/** Makes the sample's next events one that goes on to another day and one with the longest of names. */
export const prepareTour = async (db: Db) => {
  const cancelled = await db
    .selectFrom('events')
    .select('slug')
    .where('state', '=', 'cancelled')
    .executeTakeFirstOrThrow();
  const past = await db
    .selectFrom('events')
    .select('slug')
    .where('state', '=', 'closed')
    .executeTakeFirstOrThrow();
  const [postponed, long] = await db
    .selectFrom('events')
    .select(['id', 'slug'])
    .where('state', '=', 'published')
    .where('code', '!=', 'mkstall')
    .orderBy('starts_at')
    .limit(2)
    .execute();
  await db.updateTable('events').set({ state: 'postponed' }).where('id', '=', postponed!.id).execute();
  await db
    .updateTable('events')
    .set({ title: 'Neighbours’ get-together at Llanfairpwllgwyngyllgogerychwyrndrobwll Community Centre' })
    .where('id', '=', long!.id)
    .execute();
  return { cancelled: cancelled.slug, past: past.slug, postponed: postponed!.slug, long: long!.slug };
};

type Slugs = Awaited<ReturnType<typeof prepareTour>>;

const openPages = ({ cancelled, past, postponed, long }: Slugs): [name: string, address: string][] => [
  ['home', '/'],
  ['events', '/events'],
  ['events-filtered', '/events?neighbourhood=bletchley&kind=talk'],
  ['events-none', '/events?words=zebra'],
  ['events-mistakes', '/events?kind=parade&from=2026-13-45&to=yesterday'],
  ['event', '/events/stall-at-centre-mk'],
  ['event-cancelled', `/events/${cancelled}`],
  ['event-past', `/events/${past}`],
  ['event-postponed', `/events/${postponed}`],
  ['event-long', `/events/${long}`],
  ['report', '/report'],
  ['privacy', '/privacy'],
  ['accessibility', '/accessibility'],
  ['about', '/about'],
  ['unknown-code', '/j/nosuch1'],
  ['join-cancelled', `/events/${cancelled}/join`],
  ['not-found', '/nothing-here'],
  ...[400, 413, 422, 429, 500, 503].map((status): [string, string] => [
    `error-${status}`,
    `/errors/${status}`,
  ]),
  ['under-16', '/join/under-16'],
  ['join-from-home', '/join'],
  ['confirm-unasked', '/join/confirm'],
];

async function* visits(page: Page, slugs: Slugs) {
  for (const [name, address] of openPages(slugs)) {
    await page.goto(address);
    yield name;
  }
  await page.goto('/events');
  await page.getByRole('link', { name: 'Later events' }).click();
  yield 'events-later';
}

const press = (page: Page, name: string) => page.getByRole('button', { name }).click();

async function* signingUp(page: Page, email: string) {
  await page.goto('/j/mkstall');
  yield 'join';
  await fillSignUp(page, { fullName: 'A <b>', email: 'a@', phone: '12' });
  await pressSignUp(page);
  yield 'join-mistakes';
  await signUp(page, '/j/mkstall', { ...ALICE, email });
  yield 'confirm';
  await press(page, 'Continue');
  yield 'confirm-empty';
  await page.getByLabel('Your code').fill('WRONGONE');
  await press(page, 'Continue');
  yield 'confirm-wrong';
  const code = codeIn(await openMessage(page, email));
  yield 'mailbox-message';
  await page.goto('/join/confirm');
  await enterCode(page, code);
  yield 'me';
}

async function* ownPages(page: Page) {
  await page.getByRole('link', { name: 'Change your details' }).click();
  yield 'details';
  await page.getByLabel('Your name').fill('');
  await page.getByLabel('Phone number').fill('12');
  await press(page, 'Save');
  yield 'details-mistakes';
  await page.getByLabel('Your name').fill(`Wolfeschlegelsteinhausenbergerdorff ${'Ng'.repeat(25)}`);
  await page.getByLabel('Phone number').fill('');
  await press(page, 'Save');
  yield 'me-notice';
  await press(page, 'Give up this place');
  await page.getByRole('link', { name: 'Choose a session' }).waitFor();
  yield 'me-choose';
  await page.getByRole('link', { name: 'Choose a session' }).click();
  yield 'me-sessions';
  await page.goto('/me');
  await page.getByRole('link', { name: 'Leave the programme' }).click();
  yield 'leave';
  await press(page, 'Leave the programme');
  yield 'left';
}

async function* signingIn(page: Page, email: string) {
  await page.goto('/sign-in');
  yield 'sign-in';
  await press(page, 'Send me a code');
  yield 'sign-in-mistake';
  await page.getByLabel('Email address').fill(email);
  await press(page, 'Send me a code');
  await page.waitForURL('**/sign-in/code');
  yield 'sign-in-code';
  await page.getByLabel('Your code').fill('WRONGONE');
  await press(page, 'Sign in');
  yield 'sign-in-code-wrong';
  for (let tries = 0; tries < 7; tries++) {
    await page.goto('/sign-in');
    await page.getByLabel('Email address').fill(email);
    await press(page, 'Send me a code');
  }
  yield 'sign-in-too-often';
}

async function* underEighteen(page: Page, email: string) {
  await signUp(page, '/join', { fullName: 'Young Person', email, age: '16 or 17' });
  const code = codeIn(await openMessage(page, email));
  await page.goto('/join/confirm');
  await enterCode(page, code);
  yield 'me-awaiting-guardian';
}

async function* mailbox(page: Page, email: string) {
  await openMessage(page, email, 3);
  yield 'mailbox-left';
  await page.goto('/mailbox');
  yield 'mailbox';
  const cancellation = page.getByRole('listitem').filter({ hasText: 'With a cancellation' });
  await cancellation.getByRole('link', { name: email }).click();
  await page.getByRole('heading', { name: 'Takes out of the calendar' }).waitFor();
  yield 'mailbox-cancellation';
  await page.getByText('The calendar file as it is').click();
  yield 'mailbox-calendar-file';
}

/** Leads through every page in its every state; at each, says its name. */
export async function* tour(page: Page, slugs: Slugs, width: number) {
  const email = `alice.${width}@example.org`;
  yield* visits(page, slugs);
  yield* signingUp(page, email);
  yield* ownPages(page);
  yield* mailbox(page, email);
  yield* underEighteen(page, `young.${width}@example.org`);
  await press(page, 'Sign out');
  yield* signingIn(page, email);
}
