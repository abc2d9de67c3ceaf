import t from 'tap';
import { forReading } from '../../src/accounts/code.ts';
import { testApp } from '../helper.ts';
import { makeChampion } from '../make.ts';
import { newestCode } from '../sign-in.ts';

const site = await testApp(t);
const { db, config, clock, browser } = site;

const asked = async () => {
  const champion = await makeChampion(db);
  const hers = browser();
  await hers.post('/sign-in', { email: champion.email });
  const code = await newestCode(db, config, champion.email);
  const type = async (typed: string, where = hers) =>
    (await where.post('/sign-in/code', { code: typed })).headers.location;
  return { champion, hers, code, type };
};

t.test('five wrong tries end a code', async (t) => {
  const { code, type } = await asked();
  for (let i = 0; i < 5; i++) t.equal(await type('ABCDEFGH'), undefined);
  t.equal(await type(code), undefined);
});

t.test('the fifth try may be the right one', async (t) => {
  const { code, type } = await asked();
  for (let i = 0; i < 4; i++) await type('ABCDEFGH');
  t.equal(await type(code), '/me');
});

t.test('a hundred guesses at once are five tries', async (t) => {
  const { champion, code, type } = await asked();
  await Promise.all(Array.from({ length: 100 }, () => type('ABCDEFGH')));
  t.equal(await type(code), undefined);
  const row = await db
    .selectFrom('sign_in_codes')
    .select('tries')
    .where('champion_id', '=', champion.id)
    .executeTakeFirst();
  t.equal(row?.tries, 5);
});

t.test('ten minutes end a code', async (t) => {
  const early = await asked();
  const late = await asked();
  clock.advance({ minutes: 9, seconds: 59 });
  t.equal(await early.type(early.code), '/me');
  clock.advance({ seconds: 1 });
  t.equal(await late.type(late.code), undefined);
});

t.test('a code works only in the browser that asked for it', async (t) => {
  const { hers, code, type } = await asked();
  const mallorys = browser();
  t.equal(await type(code, mallorys), undefined, 'without a browser of its own');
  await mallorys.post('/sign-in', { email: 'mallory@example.org' });
  t.equal(await type(code, mallorys), undefined, 'in another browser');
  t.equal(await type(code, hers), '/me');
});

t.test('a code works once', async (t) => {
  const { code, type } = await asked();
  t.equal(await type(code), '/me');
  t.equal(await type(code), undefined);
});

t.test('a code sent twenty times at once works once', async (t) => {
  const { code, type } = await asked();
  const answers = await Promise.all(Array.from({ length: 20 }, () => type(code)));
  t.equal(answers.filter((location) => location === '/me').length, 1);
});

t.test('an address has one live code: the newest', async (t) => {
  const { champion, hers, code, type } = await asked();
  await hers.post('/sign-in', { email: champion.email.toUpperCase() });
  t.equal(await type(code), undefined);
  t.equal(await type(await newestCode(db, config, champion.email)), '/me');
  const rows = await db.selectFrom('sign_in_codes').selectAll().where('email', '=', champion.email).execute();
  t.equal(rows.length, 0);
});

t.test('one browser may wait for the codes of two people', async (t) => {
  const { hers, code, type } = await asked();
  const bob = await makeChampion(db, { full_name: 'Bob' });
  await hers.post('/sign-in', { email: bob.email });
  t.equal(await type(code), '/me');
  await hers.post('/sign-out');
  t.equal(await type(await newestCode(db, config, bob.email)), '/me');
});

t.test('a code may be typed or pasted as it stands in the email', async (t) => {
  const spellings = [
    forReading,
    (code: string) => ` ${code.toLowerCase()}\r\n`,
    (code: string) => code.split('').join(' '),
    (code: string) => `${code.slice(0, 4)}–${code.slice(4)}`,
    (code: string) => `${code.slice(0, 4)}\u00a0‑\t${code.slice(4)}`,
  ];
  for (const spell of spellings) {
    const { code, type } = await asked();
    t.equal(await type(spell(code)), '/me', JSON.stringify(spell('ABCDEFGH')));
  }
});

t.test('codes hold nothing that is mistaken for something else', async (t) => {
  const { code } = await asked();
  t.match(code, /^[2-9A-HJKMNP-TV-Z]{8}$/);
});

t.test('the database holds no code', async (t) => {
  const { code } = await asked();
  const rows = [
    await db.selectFrom('sign_in_codes').selectAll().execute(),
    await db.selectFrom('messages').selectAll().execute(),
  ];
  t.notOk(JSON.stringify(rows).includes(code));
});

t.test('no address of a page ever holds a code, a name or an address', async (t) => {
  const hers = browser();
  const form = { fullName: 'Alice', email: 'alice@example.org', ageBand: '18+' };
  const answers = [await hers.post('/join', form)];
  const code = await newestCode(db, config, form.email);
  answers.push(await hers.post('/join/confirm', { code: 'ABCDEFGH' }));
  answers.push(await hers.post('/join/confirm', { code }));
  for (const url of ['/me', '/me/details', '/me/leave']) answers.push(await hers.get(url));
  for (const { headers, body } of answers) {
    const addresses = [
      headers.location,
      ...[...body.matchAll(/(?:href|action|src|content)="([^"]*)"/g)].map(([, url]) => url),
    ];
    for (const address of addresses) t.notMatch(address ?? '', new RegExp(`alice|${code}|ABCDEFGH`, 'i'));
  }
});
