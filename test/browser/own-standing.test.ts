import t from 'tap';
import type { Db } from '../../src/db.ts';
import type { ChampionState } from '../../src/schema.ts';
import { makeBooking, makeChampion, makeRecord } from '../make.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE, seen } from './helper.ts';
import { codeIn, enterCode, openMessage } from './journey.ts';
import { takeWholePage } from './pictures.ts';

interface State {
  name: string;
  state?: ChampionState;
  /** Passed, by module and day. */
  passed?: Record<string, string>;
  /** Booked on the first session of the module. */
  booked?: string;
  says: RegExp;
}

const ONLINE = {
  'recognising-hate-crime': '2026-06-02',
  'third-party-reporting': '2026-06-02',
  safeguarding: '2026-06-10',
  'code-of-conduct': '2026-06-01',
};
const ALL = { ...ONLINE, induction: '2026-06-01' };

const STATES: State[] = [
  { name: 'new', says: /Five things left/ },
  { name: 'booked', booked: 'induction', says: /Five things left/ },
  {
    name: 'waiting',
    passed: ONLINE,
    booked: 'induction',
    says: /One thing left.*come to your session on Wednesday 2 December/,
  },
  { name: 'quiz-done', passed: { 'recognising-hate-crime': '2026-11-20' }, says: /Four things left.*1 of 5/ },
  { name: 'ready', passed: ALL, says: /You are ready.*holds until 1 June 2027.*5 of 5 done/ },
  {
    name: 'due-soon',
    passed: { ...ALL, 'code-of-conduct': '2025-12-20' },
    says: /You are ready\. One thing to renew soon.*by 20 December 2026/,
  },
  {
    name: 'expired',
    passed: { ...ALL, 'code-of-conduct': '2025-11-02' },
    says: /One thing to renew.*on 2 November 2026/,
  },
  { name: 'paused', state: 'paused', passed: ALL, says: /Paused Your coordinator has paused you/ },
  { name: 'suspended', state: 'suspended', passed: ALL, says: /Stopped for now/ },
  { name: 'guardian', state: 'awaiting guardian', says: /A parent or guardian has to agree/ },
];

/** Makes of a champion one in another state. */
const become = async (db: Db, championId: string, { state = 'confirmed', passed = {}, booked }: State) => {
  for (const table of ['training_records', 'bookings'] as const)
    await db.deleteFrom(table).where('champion_id', '=', championId).execute();
  await db.updateTable('champions').set({ state }).where('id', '=', championId).execute();
  const modules = await db.selectFrom('modules').select(['id', 'slug']).execute();
  const idOf = (slug: string) => modules.find((module) => module.slug === slug)!.id;
  for (const [slug, passed_on] of Object.entries(passed))
    await makeRecord(db, { champion_id: championId, module_id: idOf(slug), passed_on });
  if (!booked) return;
  const session = await db
    .selectFrom('sessions')
    .select('id')
    .where('module_id', '=', idOf(booked))
    .orderBy('starts_at')
    .executeTakeFirstOrThrow();
  await makeBooking(db, { session_id: session.id, champion_id: championId });
};

t.test('where a champion stands, in every state', needsChromium(), async (t) => {
  const site = await openSite(t);
  const { id, email } = await makeChampion(site.db, { full_name: 'Łukasz Nguyễn-O’Brien' });
  const { page, problems, another } = await openVisitor(t, await openChromium(t), site, DESK);
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(email);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.waitForURL('**/sign-in/code');
  await enterCode(page, codeIn(await openMessage(await another(), email)), 'Sign in');

  for (const state of STATES) {
    await become(site.db, id, state);
    await page.reload();
    t.match(await seen(page), state.says, state.name);
    for (const { viewport } of [PHONE, DESK]) {
      await page.setViewportSize(viewport);
      await takeWholePage(page, `me-${state.name}`);
      await checkPage(t, page, `${state.name}, ${viewport.width} pixels`);
    }
  }
  t.same(problems, []);
});
