import t from 'tap';
import type { ChampionState } from '../../src/schema.ts';
import { testApp } from '../helper.ts';
import { makeBooking, makeModule, makeRecord, makeSession } from '../make.ts';
import { signedInChampion } from '../sign-in.ts';
import { pageText } from './people.ts';

t.test('a champion’s own page says where they stand', async (t) => {
  const site = await testApp(t);
  const { db } = site;
  const needed = { mandatory_for: ['champion' as const], induction: false };
  const first = await makeModule(db, {
    ...needed,
    name: 'Listening',
    slug: 'listening',
    validity_months: 12,
  });
  const second = await makeModule(db, { ...needed, name: 'Safety', position: 2, validity_months: 12 });
  const extra = await makeModule(db, { name: 'First aid', induction: false, position: 3 });
  const { champion, browser } = await signedInChampion(site);
  const about = { champion_id: champion.id };
  const read = async () => pageText(await browser.get('/me'));

  await t.test('what is left, and that there is no session yet', async (t) => {
    const page = await read();
    t.match(page, /Two things left We have no session yet for ‘Listening’\. We are planning one\./);
    t.match(page, /0 of 2 done/);
    t.match(page, /Listening Not started Safety Not started If you would like to do more First aid/);
  });

  await t.test('come to the session, where that is all there is to do', async (t) => {
    const session = await makeSession(db, { module_id: second.id, online_url: 'https://meet.example/1' });
    await makeRecord(db, { ...about, module_id: first.id, passed_on: '2026-11-02' });
    const booking = await makeBooking(db, { ...about, session_id: session.id });
    const page = await read();
    t.match(
      page,
      /One thing left Next: come to your session on Wednesday 2 December, 6pm to 7:30pm\. Online\./,
    );
    t.match(page, /1 of 2 done/);
    t.match(page, /Current until 2 November 2027 Safety .*Wednesday 2 December.* Booked/);
    await db.deleteFrom('bookings').where('id', '=', booking.id).execute();
  });

  await t.test('ready, due soon on the sixtieth day before, expired on the day after the last', async (t) => {
    await makeRecord(db, { ...about, module_id: second.id, passed_on: '2026-11-20' });
    t.match(
      await read(),
      /You are ready You have all.* It holds until 2 November 2027.*Get your certificate/,
    );
    const lastDay = async (until: string) => {
      const ends = { passed_on: Temporal.PlainDate.from(until).subtract({ months: 12 }).toString() };
      await db.deleteFrom('training_records').where('module_id', '=', first.id).execute();
      await makeRecord(db, { ...about, module_id: first.id, ...ends });
      return read();
    };
    t.match(await lastDay('2027-01-23'), /You are ready You have all/, '61 days before');
    const due =
      /You are ready\. One thing to renew soon It holds until 22 January 2027.* Due soon by 22 January/;
    t.match(await lastDay('2027-01-22'), due, '60 days before');
    t.match(await lastDay('2026-11-23'), /You are ready\. One thing to renew soon/, 'on the last day');
    const expired = await lastDay('2026-11-22');
    t.match(expired, /One thing to renew .* Expired on 22 November 2026/);
    t.notMatch(expired, /certificate/i);
    await db.updateTable('programme').set({ time_zone: 'Pacific/Honolulu' }).execute();
    t.match(await read(), /You are ready\. One thing/, 'where that day has not ended yet');
    await db.updateTable('programme').set({ time_zone: 'Europe/London' }).execute();
  });

  await t.test('optional modules are told of too', async (t) => {
    await makeRecord(db, { ...about, module_id: extra.id });
    t.match(await read(), /First aid Current for good/);
  });

  const states: [ChampionState, RegExp][] = [
    ['paused', /Paused Your coordinator has paused you\..*write to hello@westand\.example/],
    ['suspended', /Stopped for now Your coordinator has asked you to stop/],
    ['declined', /You are not taking part Your coordinator/],
    ['awaiting guardian', /A parent or guardian has to agree before you can start/],
  ];
  for (const [state, says] of states)
    await t.test(state, async (t) => {
      await db.updateTable('champions').set({ state }).where('id', '=', champion.id).execute();
      const page = await read();
      t.match(page, says);
      t.notMatch(page, /You are ready|Get your certificate|Choose a session/);
    });
});

t.test('what can be booked is offered first, and what waits says so', async (t) => {
  const site = await testApp(t);
  const { db } = site;
  const module = await makeModule(db, { mandatory_for: ['champion'], name: 'Welcome', slug: 'welcome' });
  const session = await makeSession(db, { module_id: module.id, capacity: 1 });
  const { champion, browser } = await signedInChampion(site);
  const read = async () => browser.get('/me');
  const link = 'href="/me/sessions?module&#x3D;welcome"';
  t.match(pageText(await read()), /One thing left Next: Welcome\. .*Choose a session/);
  t.equal((await read()).body.split(link).length, 3, 'as the button and in the list');

  const place = { champion_id: champion.id, session_id: session.id };
  const { id } = await makeBooking(db, { ...place, state: 'waiting' });
  t.match(
    pageText(await read()),
    /You are on the waiting list for ‘Welcome’\..*You are waiting for a place:/,
  );
  const offered = { state: 'offered' as const, offered_until: site.clock.now().add({ hours: 24 }) };
  await db.updateTable('bookings').set(offered).where('id', '=', id).execute();
  t.match(pageText(await read()), /A place is free for you at ‘Welcome’, Wednesday.* Take your place/);
  const booked = { state: 'booked' as const, offered_until: null };
  await db.updateTable('bookings').set(booked).where('id', '=', id).execute();
  t.match(pageText(await read()), /One thing left Next: come to your session on Wednesday 2 December/);
  t.notMatch((await read()).body, link);
});
