import t from 'tap';
import { SAMPLE_EMAIL } from '../../src/sample/champion.ts';
import { givePlaceUp } from '../../src/training/give-up.ts';
import { takePlace } from '../../src/training/places.ts';
import { makeChampion } from '../make.ts';
import { checkPage } from './checks.ts';
import { DESK, needsChromium, openChromium, openSite, openVisitor, PHONE, seen } from './helper.ts';
import { codeIn, enterCode, openMessage } from './journey.ts';
import { takeWholePage } from './pictures.ts';

t.test('a champion books training, changes it, waits and is offered a place', needsChromium(), async (t) => {
  const site = await openSite(t);
  const { db, queue, clock, url } = site;
  const moment = { publicUrl: url, now: clock.now() };
  const sessionsOf = (slug: string) =>
    db
      .selectFrom('sessions')
      .innerJoin('modules', 'modules.id', 'sessions.module_id')
      .select(['sessions.id', 'sessions.capacity'])
      .where('modules.slug', '=', slug)
      .execute();
  const smallest = (await sessionsOf('safeguarding')).find(({ capacity }) => capacity === 1)!;
  const other = await makeChampion(db);
  await takePlace(db, queue, { championId: other.id, sessionId: smallest.id, ...moment });

  const { page, problems, another } = await openVisitor(t, await openChromium(t), site);
  const look = async (name: string) => {
    for (const { viewport } of [DESK, PHONE]) {
      await page.setViewportSize(viewport);
      await takeWholePage(page, name);
      await checkPage(t, page, `${name}, ${viewport.width} pixels`);
    }
  };
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(SAMPLE_EMAIL);
  await page.getByRole('main').getByRole('button').click();
  await enterCode(page, codeIn(await openMessage(await another(), SAMPLE_EMAIL)), 'Sign in');

  await page.goto('/me/sessions');
  t.match(await seen(page), /You are at ‘Induction’ then/);
  await look('sessions');
  await page.getByLabel('Training', { exact: true }).selectOption({ label: 'Safeguarding and disclosures' });
  await page.getByRole('button', { name: 'Show sessions' }).click();
  t.notMatch(await seen(page), /Bystander intervention Wednesday/);
  await page.getByRole('button', { name: 'Join the waiting list' }).click();
  t.match(await seen(page), /You are on the waiting list/);
  await page.goto('/me/sessions?module=induction');
  await page.getByRole('button', { name: 'Change to this one' }).first().click();
  t.match(await seen(page), /Your place is changed.*The link to join is here from/);

  const { id: bookingId } = await db
    .selectFrom('bookings')
    .select('id')
    .where('champion_id', '=', other.id)
    .executeTakeFirstOrThrow();
  await db
    .transaction()
    .execute((trx) => givePlaceUp(trx, queue, { championId: other.id, bookingId, why: 'self' }, moment));
  await page.goto('/me');
  t.match(await seen(page), /A place is free for you\. We keep it until/);
  await look('me-offered');
  await page.getByRole('button', { name: 'Take this place' }).click();
  t.match(await seen(page), /Your place is booked/);

  await page.goto('/me/sessions?module=bystander-intervention');
  const ids = (await sessionsOf('bystander-intervention')).map(({ id }) => id);
  await db.updateTable('sessions').set({ capacity: 0 }).where('id', 'in', ids).execute();
  await page.getByRole('button', { name: 'Book' }).first().click();
  t.match(await seen(page), /There is a problem That session is full now/);
  await look('sessions-refused');
  await page.goto('/me/sessions?module=nothing');
  await look('sessions-none');
  t.same(problems, []);
});
