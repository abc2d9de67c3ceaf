import type { LightMyRequestResponse } from 'fastify';
import t, { type Test } from 'tap';
import { testApp } from '../helper.ts';
import { signedInChampion } from '../sign-in.ts';

const site = await testApp(t);
const { db } = site;
const { browser } = await signedInChampion(site);

const FORM = 'application/x-www-form-urlencoded';
const FORMS = ['/join', '/join/confirm', '/sign-in', '/sign-in/code', '/me/details', '/me/bookings'];
const WITHOUT_FIELDS = ['/me/consents/news', '/sign-out'];

const send = (url: string, payload: string | Buffer, contentType?: string) =>
  browser.send({ method: 'POST', url, payload, headers: contentType ? { 'content-type': contentType } : {} });

const isPage = (t: Test, response: LightMyRequestResponse, status: number, what: string) => {
  t.equal(response.statusCode, status, what);
  t.match(response.headers['content-type'], /text\/html/);
  t.match(response.headers['content-security-policy'], /default-src 'none'/);
  t.match(response.headers['cache-control'], /no-store/);
  t.notMatch(response.body, /FST_|Error:? [A-Z]/);
};

t.test('ten megabytes are too much, and so are 65 kB', async (t) => {
  for (const url of [...FORMS, ...WITHOUT_FIELDS]) {
    isPage(t, await send(url, `fullName=${'a'.repeat(10_000_000)}`, FORM), 413, url);
  }
  isPage(t, await send('/join', `fullName=${'a'.repeat(65 * 1024)}`, FORM), 413, '65 kB');
  t.equal((await send('/join', `fullName=${'a'.repeat(60 * 1024)}`, FORM)).statusCode, 422);
});

t.test('what is no form is not taken', async (t) => {
  const others: [body: string, type?: string][] = [
    ['{"fullName":"Alice"}', 'application/json'],
    ['{"__proto__":{"championId":"x"}}', 'application/json'],
    ['fullName=Alice', 'text/plain'],
    ['--x\r\n\r\n--x--', 'multipart/form-data; boundary=x'],
    ['<a/>', 'application/xml'],
    ['fullName=Alice', 'nonsense'],
    ['fullName=Alice', 'application/x-www-form-urlencoded-not'],
  ];
  for (const url of FORMS) {
    for (const [body, type] of others) isPage(t, await send(url, body, type), 415, `${url} ${type}`);
  }
});

t.test('broken encodings', async (t) => {
  const raw = [
    Buffer.from([0x66, 0x75, 0x6c, 0x6c, 0x4e, 0x61, 0x6d, 0x65, 0x3d, 0xff, 0xfe, 0xc3, 0x28]),
    Buffer.from('fullName=\u0000\u0001&email=\u0000', 'latin1'),
    Buffer.from('fullName=Ñandú', 'latin1'),
    Buffer.from('fullName=Alice', 'utf16le'),
  ];
  const encoded = [
    'fullName=%ff%fe&email=%c3%28&code=%ff&session=%ff',
    'fullName=%ED%A0%80&email=%ED%A0%80&code=%ED%A0%80&session=%ED%A0%80',
    'fullName=%zz&email=%&code=%u0041&session=%1',
    'fullName=%C0%80&code=%C0%80&session=%C0%80',
    '&&&===&=&=',
    '%=%&%00=%00',
    'fullName',
    '__proto__=1&constructor=2&__proto__[x]=3',
    'fullName[]=a&fullName[]=b&fullName[x]=c&email.x=d',
    `${'fullName=a&'.repeat(3_000)}`,
    `${'a&'.repeat(20_000)}`,
  ];
  for (const url of FORMS) {
    for (const body of [...raw, ...encoded]) {
      const { statusCode } = await send(url, body, FORM);
      t.equal(statusCode, 422, `${url} ${String(body).slice(0, 30)}`);
    }
    for (const type of [`${FORM}; charset=utf-16`, `${FORM}; charset=`, FORM.toUpperCase()]) {
      t.match(String((await send(url, 'nothing=a', type)).statusCode), /^4/, type);
    }
  }
  t.same(await db.selectFrom('sign_ups').selectAll().execute(), []);
});

t.test('bodies where there is nothing to say', async (t) => {
  for (const body of ['__proto__=1', 'championId=someone', '%00=%00']) {
    t.equal((await send('/me/consents/news', body, FORM)).statusCode, 303);
    t.equal((await send('/me/consents/news/withdrawal', body, FORM)).statusCode, 303);
  }
});
