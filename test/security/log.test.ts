import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { pino } from 'pino';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeEvent, makeSession } from '../make.ts';
import { newestCode } from '../sign-in.ts';

const lines: string[] = [];
const stream = new Writable({
  write(chunk, _encoding, done) {
    lines.push(String(chunk));
    done();
  },
});
const site = await testApp(t, {
  log: pino({ level: 'trace' }, stream),
  env: { METRICS_TOKEN: 'm'.repeat(40) },
});
const { db, config, browser } = site;
await makeEvent(db, { slug: 'stall', code: 'abcd' });
const session = (await makeSession(db)).id;

const alice = {
  fullName: 'Alicia O’Quux',
  email: 'alicia@quux.example',
  phone: '07700 900123',
  ageBand: '18+',
  session,
};

t.test('a whole sign-up, a sign-in, and everything that goes wrong on the way', async (t) => {
  const hers = browser();
  await hers.get('/j/abcd?ref=quux');
  await hers.get('/events?words=quux');
  await hers.post('/events/stall/join', { ...alice, email: 'alicia@quux' });
  await hers.post('/events/stall/join?from=quux', { ...alice, updates: 'yes', source: 'qr' });
  const code = await newestCode(db, config, alice.email);
  await hers.post('/join/confirm', { code: 'QUUXQUUX' });
  await hers.post('/join/confirm', { code });
  t.equal((await hers.get('/me')).statusCode, 200);
  await hers.post('/me/details', { fullName: 'Alicia Quux' });
  await hers.post('/sign-out');
  await hers.post('/sign-in', { email: alice.email });
  await hers.post('/sign-in/code', { code: await newestCode(db, config, alice.email) });
  await hers.get('/nowhere/quux?quux');
  await hers.get('/%ff/quux');
  await hers.post('/join', { fullName: 'quux'.repeat(20_000) });
  await hers.send({
    method: 'POST',
    url: '/join',
    payload: '{"quux":1}',
    headers: { 'content-type': 'application/json' },
  });
  await hers.post('/join', alice, {
    'sec-fetch-site': 'cross-site',
    'user-agent': 'quux',
    referer: 'https://quux.example',
  });
  await hers.post('/me/departure');

  const log = lines.join('');
  t.ok(lines.length > 15, `${lines.length} lines`);
  t.notMatch(log, /quux|alicia/i, 'no name, address, query, body or header');
  t.notMatch(log, /900123|7700/, 'no telephone number');
  t.notOk(log.includes(code), 'no code');
  for (const value of hers.cookies.values()) t.notOk(log.includes(value), 'no cookie');
  t.notMatch(log, /127\.0\.0\.1/, 'no address of a client');
  t.match(log, /"route":"\/events\/:slug[^"]*\/join"/, 'but which route');
});

t.test('an error is logged with the id that its page shows, and without what was typed', async (t) => {
  await sql`alter table champions rename column phone to telephone`.execute(db);
  lines.length = 0;
  const response = await browser().post('/join', { ...alice, email: 'alicia2@quux.example' });
  t.equal(response.statusCode, 500);
  t.match(response.headers['content-type'], /text\/html/);
  const id = /<strong>([0-9a-f-]{36})<\/strong>/.exec(response.body)?.[1];
  t.ok(id, 'the page shows an id');
  const failed = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'request failed');
  t.equal(failed?.reqId, id);
  t.ok(failed?.err?.code, 'with the database’s own code');
  t.match(failed?.err?.at, [/^ {4}at /], 'and where it happened');
  t.notMatch(lines.join(''), /quux|alicia/i);
  t.notMatch(
    response.body,
    /column|telephone|\bat \/|node_modules|select |insert /i,
    'and the page shows nothing of it',
  );
  await sql`alter table champions rename column telephone to phone`.execute(db);
});

t.test('an error whose message quotes what was typed', async (t) => {
  await sql`create function quote_it() returns trigger language plpgsql as $$
    begin raise exception 'cannot take %', new.full_name; end $$`.execute(db);
  await sql`create trigger quote_it before insert on champions for each row execute function quote_it()`.execute(
    db,
  );
  lines.length = 0;
  const response = await browser().post('/join', { ...alice, email: 'alicia3@quux.example' });
  t.equal(response.statusCode, 500);
  t.ok(lines.length > 0);
  t.notMatch(lines.join('') + response.body, /quux|alicia/i);
  await sql`drop trigger quote_it on champions`.execute(db);
});
