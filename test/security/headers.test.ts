import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import t, { type Test } from 'tap';
import { testApp } from '../helper.ts';
import { makeEvent, makeSession } from '../make.ts';
import { signedInChampion } from '../sign-in.ts';

const PUBLIC = [
  '/',
  '/events',
  '/report',
  '/about',
  '/privacy',
  '/accessibility',
  '/events/stall',
  '/events.ics',
];
const FILES = ['/events/stall.ics', '/events/stall/qr.svg', '/robots.txt', '/sitemap.xml', '/favicon.ico'];
const FORMS = ['/join', '/events/stall/join', '/join/confirm', '/sign-in', '/sign-in/code'];
const VISITORS = [...FORMS, '/join/under-16', '/left'];
const PERSONAL = ['/me', '/me/details', '/me/leave'];

const policyOf = (response: LightMyRequestResponse) =>
  Object.fromEntries(
    String(response.headers['content-security-policy'])
      .split('; ')
      .map((directive) => {
        const [name, ...sources] = directive.split(' ');
        return [name!, sources.join(' ')];
      }),
  );

const isSafe = (t: Test, response: LightMyRequestResponse, what: string) => {
  const policy = policyOf(response);
  t.equal(policy['default-src'], "'none'", what);
  t.equal(policy['frame-ancestors'], "'none'");
  t.equal(policy['base-uri'], "'none'");
  t.equal(policy['form-action'], "'self'");
  t.notMatch(
    JSON.stringify(policy),
    /unsafe|\*|https?:|data:|blob:/,
    'nothing inline, and from nowhere else',
  );
  t.equal(response.headers['x-content-type-options'], 'nosniff');
  t.match(response.headers['referrer-policy'], /^(no-referrer|same-origin|strict-origin)$/);
  t.match(response.headers['permissions-policy'], /camera=\(\).*geolocation=\(\).*microphone=\(\)/);
  t.match(response.headers['cross-origin-opener-policy'], 'same-origin');
  t.notOk(response.headers.server ?? response.headers['x-powered-by']);
};

const hasNothingInline = (t: Test, { body }: LightMyRequestResponse, what: string) => {
  t.notMatch(body, /<script(?![^>]*\bsrc=)[^>]*>/i, `${what}: no script inline`);
  t.notMatch(body, /<style|\sstyle=|\son\w+=|javascript:/i, `${what}: no style or handler inline`);
  t.notMatch(body, /(?:src|srcset|action)="(?:https?:)?\/\//i, `${what}: nothing from elsewhere`);
};

t.test('over https', async (t) => {
  const site = await testApp(t, { env: { PUBLIC_URL: 'https://champions.example.org' } });
  const { app, db, browser } = site;
  await makeEvent(db, { slug: 'stall' });
  await makeSession(db);
  const { browser: hers } = await signedInChampion(site);

  t.test('every page and every error has the headers', async (t) => {
    for (const url of [...PUBLIC, ...FILES, ...VISITORS]) {
      const response = await browser().get(url);
      t.equal(response.statusCode, 200, url);
      isSafe(t, response, url);
    }
    for (const url of PERSONAL) isSafe(t, await hers.get(url), url);
    const errors = [
      await browser().get('/nowhere'),
      await browser().get('/%ff'),
      await browser().get(`/mailbox/${randomUUID()}`),
      await browser().get('/me'),
      await browser().get('/events?from=nonsense'),
      await browser().post('/join'),
      await browser().post('/nowhere'),
      await browser().post('/join', {}, { 'sec-fetch-site': 'cross-site' }),
      await browser().post('/join', { fullName: 'a'.repeat(70_000) }),
      await browser().send({
        method: 'POST',
        url: '/join',
        payload: '{}',
        headers: { 'content-type': 'text/x' },
      }),
      await browser().send({ method: 'DELETE', url: '/me' }),
      await app.inject({ method: 'OPTIONS', url: '/' }),
    ];
    for (const response of errors) isSafe(t, response, `${response.statusCode}`);
  });

  t.test('no page has anything inline or from elsewhere', async (t) => {
    for (const url of [...PUBLIC, ...VISITORS, '/nowhere'])
      hasNothingInline(t, await browser().get(url), url);
    for (const url of PERSONAL) hasNothingInline(t, await hers.get(url), url);
  });

  t.test('browsers are told to stay with https', async (t) => {
    const { headers } = await browser().get('/');
    const seconds = Number(/max-age=(\d+)/.exec(String(headers['strict-transport-security']))?.[1]);
    t.ok(seconds >= 31_536_000);
  });

  t.test('cookies are for this host, for https, for no script and for no other site', async (t) => {
    const alice = browser();
    const answers = [
      await alice.get('/sign-in'),
      await alice.post('/sign-in', { email: 'alice@example.org' }),
      await hers.get('/me'),
    ];
    const cookies = answers.flatMap((answer) => answer.cookies);
    t.ok(cookies.length >= 3);
    for (const cookie of cookies) {
      t.match(cookie.name, /^__Host-/);
      t.match(cookie, { httpOnly: true, secure: true, path: '/' }, cookie.name);
      t.match(cookie.sameSite, /^(lax|strict)$/i);
      t.equal('domain' in cookie, false);
    }
  });

  t.test('answers that give a cookie, and pages of one person, are kept by nobody', async (t) => {
    const alice = browser();
    const answers = [
      ...(await Promise.all([...FORMS, '/me'].map((url) => alice.get(url)))),
      ...(await Promise.all(PERSONAL.map((url) => hers.get(url)))),
      await browser().post('/join', { fullName: 'Alice', email: 'alice@example.org', ageBand: '18+' }),
      await browser().post('/join'),
      await browser().post('/sign-in', { email: 'bob@example.org' }),
      await browser().post('/sign-in/code', { code: 'ABCDEFGH' }),
      await browser().send({
        method: 'GET',
        url: '/me',
        headers: { cookie: '__Host-session=forged.forged' },
      }),
    ];
    for (const answer of answers) {
      const personal = answer.statusCode === 200 || answer.cookies.length > 0;
      if (personal) t.equal(answer.headers['cache-control'], 'no-store', `${answer.statusCode}`);
    }
  });

  t.test('pages that are the same for all say so, and hold nobody', async (t) => {
    for (const url of [...PUBLIC, '/events/stall.ics']) {
      const hersToo = await hers.get(url);
      const anyones = await browser().get(url);
      t.ok(anyones.headers.etag, url);
      t.equal(hersToo.body, anyones.body, `${url} is the same for a champion`);
      t.same([hersToo.cookies, anyones.cookies], [[], []]);
      t.equal(anyones.headers['cache-control'], 'public, no-cache');
      const again = await hers.get(url, { 'if-none-match': String(anyones.headers.etag) });
      t.equal(again.statusCode, 304);
      t.equal(again.headers['set-cookie'], undefined);
    }
  });

  t.test('search engines are kept from personal pages', async (t) => {
    for (const url of ['/join/confirm', '/sign-in', '/sign-in/code', '/left', '/nowhere']) {
      t.match((await browser().get(url)).body, /<meta name="robots" content="noindex">/, url);
    }
    for (const url of PERSONAL) t.match((await hers.get(url)).body, /content="noindex"/, url);
  });
});

t.test('over http, for trying out, browsers are not told to stay with https', async (t) => {
  const { browser } = await testApp(t);
  const alice = browser();
  t.equal((await alice.get('/')).headers['strict-transport-security'], undefined);
  const { cookies } = await alice.get('/sign-in');
  t.match(cookies, [{ name: 'browser', httpOnly: true }]);
  t.equal(cookies[0]?.secure, undefined);
});
