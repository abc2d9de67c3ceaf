import { randomUUID } from 'node:crypto';
import { parse } from 'node-html-parser';
import t from 'tap';
import { unsubscribeToken } from '../../src/mail/unsubscribe.ts';
import { deliverMail } from '../deliver.ts';
import { testApp } from '../helper.ts';
import { smtpServer } from '../mail/smtp.ts';
import { makeEvent } from '../make.ts';
import { signedInChampion, signedInCoordinator } from '../sign-in.ts';
import { makeConsent, makeHolder, seen, workOff, write } from './people.ts';

const server = await smtpServer(t);
const site = await testApp(t, {
  env: { SMTP_URL: server.url, PUBLIC_URL: 'https://champions.example.org' },
});
const { app, db } = site;

const lives = async (id: string) =>
  (await db.selectFrom('consents').select('withdrawn_at').where('id', '=', id).executeTakeFirstOrThrow())
    .withdrawn_at === null;

/** As a mail service posts it: from elsewhere, with no cookie. */
const oneClick = (address: string, headers: Record<string, string>, payload: string) =>
  app.inject({
    method: 'POST',
    url: new URL(address).pathname,
    headers: { 'user-agent': 'Mail service', ...headers },
    payload,
  });

t.test('news carries what RFC 8058 asks for, and one click turns it off', async (t) => {
  const event = await makeEvent(db, { slug: 'stall' });
  const { area_id: areaId } = await db
    .selectFrom('events')
    .select('area_id')
    .where('id', '=', event.id)
    .executeTakeFirstOrThrow();
  const { browser } = await signedInCoordinator(site, { areaId });
  const alice = await makeHolder(db, [event.id]);
  const consent = await makeConsent(db, alice.id);
  const { page } = await write(browser, 'events/stall', { purpose: 'news' });
  await browser.post(`${page}/sending`);
  await workOff(site);
  await deliverMail(site);
  const { raw } = server.received.at(-1)!;
  t.match(raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  const [, address] = /^List-Unsubscribe:\s+<(https:[^>\s]+)>\r$/m.exec(raw)!;

  const shown = await app.inject({ method: 'GET', url: new URL(address!).pathname });
  t.equal(shown.statusCode, 200);
  t.ok(await lives(consent), 'opening it changes nothing');
  t.ok(parse(shown.body).querySelector('main form[method=post] button'));
  t.notMatch(shown.body, /Alice|alice/);
  t.notMatch(shown.body, address!.split('/').at(-1), 'nor is the token repeated in the page');
  t.equal(shown.headers['cache-control'], 'no-store');

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const clicked = await oneClick(address!, form, 'List-Unsubscribe=One-Click');
  t.equal(clicked.statusCode, 200, 'no redirect');
  t.notOk(clicked.cookies.length);
  t.notOk(await lives(consent));
  t.match(seen(clicked.body), /News by email is off/);
  t.equal((await oneClick(address!, form, 'List-Unsubscribe=One-Click')).statusCode, 200, 'twice is once');

  const newer = await makeConsent(db, alice.id);
  const old = await oneClick(address!, form, 'List-Unsubscribe=One-Click');
  t.match(seen(old.body), /You asked for news again/);
  t.ok(await lives(newer), 'an old message withdraws its own consent only');
});

t.test('in the other encoding, from other sites, and signed in or not', async (t) => {
  const { browser, champion } = await signedInChampion(site);
  const address = (consent: string) =>
    `https://champions.example.org/unsubscribe/${unsubscribeToken(consent, site.config.sessionSecret)}`;
  const headers: Record<string, string>[] = [
    { 'content-type': 'multipart/form-data; boundary=b' },
    { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
    { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://mail.example' },
  ];
  for (const one of headers) {
    const consent = await makeConsent(db, champion.id);
    const payload = one['content-type']!.startsWith('multipart')
      ? '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
      : 'List-Unsubscribe=One-Click';
    t.equal((await oneClick(address(consent), one, payload)).statusCode, 200);
    t.notOk(await lives(consent));
  }
  const consent = await makeConsent(db, champion.id);
  t.equal((await browser.post(new URL(address(consent)).pathname)).statusCode, 200);
  t.notOk(await lives(consent));
});

t.test('a token that is not ours does nothing', async (t) => {
  const { champion } = await signedInChampion(site);
  const consent = await makeConsent(db, champion.id);
  const token = unsubscribeToken(consent, site.config.sessionSecret);
  const [, mac] = token.split('.');
  const wrong = [
    unsubscribeToken(consent, 'another secret'),
    `${consent}.`,
    consent,
    `${randomUUID()}.${mac}`,
    `${token}x`,
    'x',
    unsubscribeToken(randomUUID(), site.config.sessionSecret),
  ];
  for (const one of wrong) {
    const url = `/unsubscribe/${one}`;
    t.equal((await app.inject({ method: 'POST', url })).statusCode, 404, one);
    t.equal((await app.inject({ method: 'GET', url })).statusCode, 404, one);
  }
  t.ok(await lives(consent));
});
