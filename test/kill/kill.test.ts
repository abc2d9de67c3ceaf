import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { QUEUES } from '../../src/jobs.ts';
import { onPostgres, testDatabase } from '../database.ts';
import { needsPostgres } from '../helper.ts';
import { type Answer, smtpServer } from '../mail/smtp.ts';
import { hurry } from './hurry.ts';
import { seededRandom } from './random.ts';
import { serverProcess } from './server.ts';

const SIGN_UPS = 1_000;
const PEOPLE_AT_ONCE = 8;
/** Where something was lost, the test goes on to say what, and does not wait for it. */
const PATIENCE_MS = 30_000;
const SEED = Number(process.env.WESTAND_SEED ?? 20261123);

/** A mail server on a bad day: of a hundred messages it takes 88, and one more without saying so. */
const badDay = (random: () => number) => (): Answer => {
  const luck = random();
  if (luck < 0.88) return undefined;
  if (luck < 0.89) return 'mute';
  if (luck < 0.9) return 'hang';
  if (luck < 0.94) return 'reset';
  return { code: 451, text: '4.3.2 Try again later' };
};

const idIn = (raw: string) => /^Message-ID: <([^@]+)@/im.exec(raw)?.[1];

t.test('killed again and again, it loses no sign-up and no message', needsPostgres(), async (t) => {
  if (!onPostgres) return;
  const random = seededRandom(SEED);
  const { db, url: databaseUrl } = await testDatabase(t);
  await hurry(db, QUEUES.sendMessage);
  const mailServer = await smtpServer(t, { onMessage: badDay(seededRandom(SEED + 1)) });
  const server = await serverProcess(t, {
    DATABASE_URL: databaseUrl!,
    SMTP_URL: `${mailServer.url}/?socketTimeout=2000`,
    PROCESS: 'both',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'fatal',
    SESSION_SECRET: 'the same for every life of the process',
  });
  await server.start();

  const acknowledged = new Set<string>();
  let tries = 0;

  const post = async (body: URLSearchParams) => {
    tries++;
    const response = await fetch(`${server.url}/join`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin' },
      signal: AbortSignal.timeout(20_000),
    });
    await response.text();
    return response.status;
  };

  /** A person who presses the button again until the page after it shows. */
  const signUp = async (number: number) => {
    const email = `person${number}@example.org`;
    const body = new URLSearchParams({
      fullName: 'Alex Example',
      email,
      ageBand: '18+',
      submission: randomUUID(),
    });
    for (;;) {
      const status = await post(body).catch(() => 0);
      if (status === 303) return acknowledged.add(email);
      if (status !== 0 && status < 500) throw new Error(`The sign-up was answered with ${status}.`);
      await pause(100);
    }
  };

  const people = Array.from({ length: SIGN_UPS }, (_, i) => i).values();
  const signingUp = Promise.all(
    Array.from({ length: PEOPLE_AT_ONCE }, async () => {
      for (const number of people) await signUp(number);
    }),
  );

  let kills = 0;
  const killWhen = async (count: () => number, reached: number) => {
    const until = performance.now() + PATIENCE_MS;
    while (count() < reached && performance.now() < until) await pause(5);
    await pause(random() * 200);
    await server.kill();
    kills++;
    await server.start();
  };
  const begun = performance.now();
  const points = Array.from({ length: 8 }, () => Math.floor(random() * SIGN_UPS * 0.95)).sort(
    (a, b) => a - b,
  );
  for (const point of points) await killWhen(() => acknowledged.size, point);
  await signingUp;
  const arrived = () => new Set(mailServer.received.map(({ raw }) => idIn(raw))).size;
  for (let i = 0; i < 2; i++) {
    const left = SIGN_UPS - arrived();
    if (left > 0) await killWhen(arrived, arrived() + Math.floor((random() * left) / 2));
  }

  const unsent = async () => {
    const rows = await db.selectFrom('messages').select('id').where('state', '<>', 'sent').execute();
    return rows.length;
  };
  const until = performance.now() + 120_000;
  while ((await unsent()) > 0 && performance.now() < until) await pause(250);

  const champions = await db
    .selectFrom('champions')
    .select('email')
    .where('email', 'like', 'person%')
    .execute();
  const messages = await db.selectFrom('messages').select(['id', 'recipient', 'state', 'attempts']).execute();
  const deliveredIds = new Set(mailServer.received.map(({ raw }) => idIn(raw)));
  const delivered = new Set(
    messages.filter(({ id }) => deliveredIds.has(id)).map(({ recipient }) => recipient),
  );
  const missing = (emails: Set<string>) => [...acknowledged].filter((email) => !emails.has(email));

  t.equal(acknowledged.size, SIGN_UPS);
  t.strictSame(missing(new Set(champions.map(({ email }) => email))), [], 'each has a champion');
  t.strictSame(missing(delivered), [], 'each has a message that arrived');
  t.equal(messages.length, SIGN_UPS, 'nobody has two messages');
  t.strictSame(
    messages.filter(({ state }) => state !== 'sent'),
    [],
    'each message is known as sent',
  );
  const attempts = messages.reduce((sum, message) => sum + message.attempts, 0);
  const twice = mailServer.received.length - deliveredIds.size;
  t.comment(
    `seed ${SEED}: ${kills} kills, ${tries} posts for ${SIGN_UPS} sign-ups, ${attempts} tries for ${messages.length} messages, ` +
      `${twice} arrived more than once, ${Math.round((performance.now() - begun) / 1_000)} s`,
  );
});
