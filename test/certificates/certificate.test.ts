import { parse } from 'node-html-parser';
import t from 'tap';
import { ALPHABET } from '../../src/accounts/code.ts';
import { shortName } from '../../src/certificates/check.ts';
import { grouped, newCode, readCode } from '../../src/certificates/code.ts';
import { signIn } from '../sign-in.ts';
import { certificateSite, PUBLIC_URL, wordsOf } from './site.ts';

const UNKNOWN = 'There is no such certificate';

t.test('codes are of the alphabet only, long enough, and never two the same', async (t) => {
  const codes = Array.from({ length: 20_000 }, newCode);
  t.ok(codes.every((code) => [...code].every((sign) => ALPHABET.includes(sign))));
  t.ok(Math.log2(ALPHABET.length) * codes[0]!.length >= 64, 'of 64 bits');
  t.equal(new Set(codes).size, codes.length);
  t.same(
    [...new Set(codes.join(''))].sort().join(''),
    [...ALPHABET].sort().join(''),
    'each sign has its turn',
  );
  for (const code of codes.slice(0, 100)) {
    t.match(grouped(code), /^.{4}-.{4}-.{4}-.{4}$/);
    for (const typed of [code, grouped(code), ` ${grouped(code).replaceAll('-', ' – ').toLowerCase()}\t`])
      t.equal(readCode(typed), code);
  }
  for (const typed of ['', 'ABCD', `${codes[0]}2`, 'O'.repeat(16), 'ÀBCDEFGHJKMNPQRS', '\u0000'.repeat(16)])
    t.equal(readCode(typed), undefined, JSON.stringify(typed));
});

t.test('a first name and an initial', async (t) => {
  for (const [full, short] of [
    ['Alice Example', 'Alice E.'],
    ['Łukasz van der Żuk', 'Łukasz Ż.'],
    ['Björk', 'Björk'],
    ['Anh-Đào o’neill', 'Anh-Đào O.'],
    ['  Alice   Maria  Example ', 'Alice E.'],
    ['Zoe E\u0301clair', 'Zoe E\u0301.'],
  ])
    t.equal(shortName(full!), short);
});

t.test('certificates', async (t) => {
  const site = await certificateSite(t);
  const { clock, browser } = site;
  const { enter, holder, certificateOf, setState, pass } = site;
  const check = (code: string) => browser().get(`/certificates/${code}`);

  await t.test('a champion makes one once they are ready, and it stays the same one', async (t) => {
    const { champion, mine } = await enter();
    t.match(wordsOf(await mine.get('/me/certificate')), 'You can have your certificate. Make my certificate');
    t.equal((await mine.post('/me/certificate')).headers.location, '/me/certificate');
    const { code } = await certificateOf(champion.id);
    const page = await mine.get('/me/certificate');
    t.match(wordsOf(page), `Valid until Saturday 20 November 2027 Your code ${grouped(code)}`);
    t.match(
      parse(page.body).querySelector('svg[role=img] title')?.text,
      `${PUBLIC_URL}/certificates/${code}`,
    );
    await Promise.all([mine.post('/me/certificate'), mine.post('/me/certificate')]);
    t.equal((await certificateOf(champion.id)).code, code, 'a second click makes no other');
  });

  await t.test('who is not ready is told what is missing', async (t) => {
    const { mine } = await enter({}, '');
    const words = wordsOf(await mine.get('/me/certificate'));
    t.match(words, /What is left Third-party reporting/);
    const refused = await mine.post('/me/certificate');
    t.equal(refused.statusCode, 409);
    t.equal(wordsOf(refused), words);
    const { mine: paused } = await enter({ state: 'paused' });
    t.match(wordsOf(await paused.get('/me/certificate')), 'You are taking a break from the programme');
    t.equal((await paused.post('/me/certificate')).statusCode, 409);
    t.match(
      wordsOf(await (await enter({ state: 'awaiting guardian' })).mine.get('/me/certificate')),
      'A parent or guardian has to agree first',
    );
  });

  await t.test('a guard sees a first name, an initial, and until when', async (t) => {
    const { champion, code } = await holder({ email: 'alice@example.org', phone: '+441908000000' });
    const page = await check(code);
    t.equal(page.statusCode, 200);
    t.equal(
      wordsOf(page),
      'Valid Alice E. Until Saturday 20 November 2027 Check another certificate',
      'and nothing else',
    );
    t.notMatch(page.body, new RegExp(`Maria|Example|alice@|1908|${champion.id}`));
    t.equal(page.headers['cache-control'], 'no-store');
    t.equal(page.headers['x-robots-tag'], 'noindex');
    t.match(page.body, '<meta name="robots" content="noindex">');
    t.equal(page.headers['set-cookie'], undefined);
    t.equal((await check(grouped(code).toLowerCase())).statusCode, 200);
  });

  await t.test('a code can be typed', async (t) => {
    const { code } = await holder();
    t.match(wordsOf(await browser().get('/certificates')), 'Check a certificate');
    const typed = grouped(code).toLowerCase().replaceAll('-', ' ');
    t.equal(
      (await browser().post('/certificates', { code: typed })).headers.location,
      `/certificates/${code}`,
    );
    const nothing = await browser().post('/certificates', { code: ' ' });
    t.equal(nothing.statusCode, 422);
    t.match(wordsOf(nothing), 'Enter the code from the certificate');
    const wrong = await browser().post('/certificates', { code: '../../me' });
    t.equal(wrong.statusCode, 404);
    t.match(wordsOf(wrong), UNKNOWN);
  });

  await t.test('a wrong length, an unknown code and a replaced one are the same page', async (t) => {
    const { mine, id, code } = await holder();
    await mine.post('/me/certificate/replacement', { replaces: id });
    const main = (body: string) => parse(body).querySelector('main')!.innerHTML;
    const pages = await Promise.all(
      [code, newCode(), 'ABC', 'x'.repeat(5_000), '%00', code.slice(1)].map(check),
    );
    t.same([...new Set(pages.map(({ statusCode }) => statusCode))], [404]);
    t.equal(new Set(pages.map(({ body }) => main(body))).size, 1);
    t.match(wordsOf(pages[0]!), UNKNOWN);
    for (const { headers } of pages) t.equal(headers['cache-control'], 'no-store');
  });

  await t.test('replacing ends the old code, once, and is theirs alone', async (t) => {
    const { champion, mine, id, code } = await holder();
    const { mine: another } = await enter();
    await another.post('/me/certificate/replacement', { replaces: id });
    t.equal((await certificateOf(champion.id)).code, code, 'not for another champion');
    await mine.post('/me/certificate/replacement', { replaces: id });
    const { code: fresh } = await certificateOf(champion.id);
    t.not(fresh, code);
    t.equal((await check(code)).statusCode, 404);
    t.equal((await check(fresh)).statusCode, 200);
    await mine.post('/me/certificate/replacement', { replaces: id });
    t.equal((await certificateOf(champion.id)).code, fresh, 'the same form again ends nothing');
    t.equal((await mine.post('/me/certificate/replacement', { replaces: 'x' })).statusCode, 422);
  });

  await t.test('suspended, paused or left: not valid at once, and no word of why', async (t) => {
    const { champion, code } = await holder();
    const seen = new Set<string>();
    for (const state of ['suspended', 'paused', 'left'] as const) {
      await setState(champion.id, state);
      const page = await check(code);
      t.equal(page.statusCode, 200);
      t.notMatch(page.body, /suspend|paus|has left/i);
      seen.add(wordsOf(page));
    }
    t.same(
      [...seen],
      ['Not valid Alice E. Not valid now. It may be again another day. Check another certificate'],
    );
    await setState(champion.id, 'active');
    t.match(wordsOf(await check(code)), /^Valid Alice E./);
  });

  await t.test(
    'it lapses with its training, to the day, and counts again when that is renewed',
    async (t) => {
      const { champion, code } = await holder();
      const before = clock.now().toString();
      clock.set('2027-11-20T23:59:00Z');
      t.match(wordsOf(await check(code)), /^Valid /);
      clock.set('2027-11-21T00:01:00Z');
      t.match(wordsOf(await check(code)), /^Not valid /);
      const theirs = wordsOf(await (await signIn(site, champion.email)).get('/me/certificate'));
      t.match(theirs, /What is left Third-party reporting .* the same code works again/);
      await pass(champion.id, '2027-11-21');
      t.match(wordsOf(await check(code)), /^Valid Alice E. Until Tuesday 21 November 2028/);
      clock.set(before);
    },
  );
});

t.test('an address that tries many codes is held up', async (t) => {
  const site = await certificateSite(t, { RATE_LIMITS: 'on' });
  const { code } = await site.holder();
  const guard = site.browser();
  const ask = () => guard.get(`/certificates/${code}`);
  const first = await Promise.all(Array.from({ length: 119 }, ask));
  t.same([...new Set(first.map(({ statusCode }) => statusCode))], [200]);
  t.equal((await guard.post('/certificates', { code: 'ABC' })).statusCode, 404, 'what is typed counts too');
  const held = await ask();
  t.equal(held.statusCode, 429);
  t.ok(Number(held.headers['retry-after']) <= 600);
  t.equal(held.headers['cache-control'], 'no-store');
  t.equal((await guard.post('/certificates', { code: 'ABC' })).statusCode, 429);
  t.equal((await guard.get('/certificates/ABC')).statusCode, 429, 'known or not');
  site.clock.advance({ minutes: 11 });
  t.equal((await ask()).statusCode, 200);
});
