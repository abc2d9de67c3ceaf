import type { Test } from 'tap';
import { alice, codeIn, messagesTo, pageText } from '../champions/people.ts';
import { deliverMail } from '../deliver.ts';
import type { testApp } from '../helper.ts';
import { readCalendar } from '../read-calendar.ts';

type Mail = Awaited<ReturnType<typeof deliverMail>>[number];

const calendarIn = ({ parsed }: Mail) =>
  readCalendar(new TextDecoder().decode(parsed.attachments[0]!.content as ArrayBuffer));

/** Alice signs up on a phone and chooses a session, confirms, sees her page, and leaves; her calendar follows. */
export const signUpAndLeave = async (t: Test, site: Awaited<ReturnType<typeof testApp>>, session: string) => {
  const { db, config, browser } = site;
  const phone = browser();
  t.equal((await phone.get('/join')).statusCode, 200);
  const joined = await phone.post('/join', { ...alice(), session });
  t.equal(joined.headers.location, '/join/confirm');
  const [first] = await messagesTo(db, 'alice@example.org');
  t.equal((await phone.post('/join/confirm', { code: codeIn(first!, config) })).headers.location, '/me');
  t.match(pageText(await phone.get('/me')), /Hello, Alice O’Brien/);

  const [mail] = await deliverMail(site);
  t.match(mail!.parsed.to, [{ address: 'alice@example.org' }]);
  const booked = calendarIn(mail!);
  t.equal(String(booked.component.getFirstPropertyValue('method')), 'REQUEST');

  t.equal((await phone.post('/me/departure')).statusCode, 303);
  const [farewell] = (await deliverMail(site)).filter(({ parsed }) => parsed.attachments.length > 0);
  const cancelled = calendarIn(farewell!);
  t.equal(String(cancelled.component.getFirstPropertyValue('method')), 'CANCEL');
  t.equal(cancelled.events[0]!.uid, booked.events[0]!.uid);
  const hers = await db
    .selectFrom('champions')
    .select('state')
    .where('email', '=', 'alice@example.org')
    .execute();
  t.same(hers, [{ state: 'left' }]);
};
