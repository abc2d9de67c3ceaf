import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeChampion, makeEvent, makeSession } from '../make.ts';
import { signedInChampion, signedInCoordinator } from '../sign-in.ts';

const site = await testApp(t);
const { db, browser } = site;
await makeEvent(db, { slug: 'stall' });
const session = (await makeSession(db, { capacity: 100 })).id;

// Letters of equal number, so that the masked address is the same too.
const KNOWN = 'known@example.org';
const talks = { open: 1_000, full: 1 };
for (const [slug, capacity] of Object.entries(talks)) await makeEvent(db, { slug, kind: 'talk', capacity });
const people: Record<string, string> = {
  confirmed: KNOWN,
  'waiting for a guardian': 'kguard@example.org',
  left: 'kleft@example.org',
  booked: 'kbooked@example.org',
  coordinator: 'kcarol@example.org',
  coming: 'kcoming@example.org',
  unknown: 'kunknown@example.org',
};
await makeChampion(db, { email: people.confirmed });
await makeChampion(db, {
  email: people['waiting for a guardian'],
  state: 'awaiting guardian',
  age_band: '16-17',
});
await makeChampion(db, {
  email: people.left,
  state: 'left',
  left_at: Temporal.Instant.from('2026-11-20T10:00:00Z'),
});
const { browser: booked } = await signedInChampion(site, { email: people.booked });
await booked.post('/me/bookings', { session });
await signedInCoordinator(site, { email: people.coordinator });
const sayComing = (slug: string, email: string) =>
  browser().post(`/events/${slug}/attendance`, { fullName: 'Kim', email });
for (const email of ['first@example.org', people.coming!])
  for (const slug of Object.keys(talks)) await sayComing(slug, email);

/** All that a person, or a program, can see of an answer, less what is random in every one. */
const seen = ({ statusCode, headers, body }: LightMyRequestResponse, email: string) => ({
  statusCode,
  headers: {
    ...headers,
    date: undefined,
    'content-length': undefined,
    'set-cookie': [headers['set-cookie'] ?? []]
      .flat()
      .map((cookie) => cookie.replace(/^((?:__Host-)?browser)=[^;]+/, '$1=')),
  },
  body: body.replaceAll(email, 'THE ADDRESS').replace(/name="submission" value="[^"]+"/, ''),
});

/** The same steps by the same hands, and what they showed. */
const walk = async (email: string, url: string, change: Record<string, string>) => {
  const hands = browser();
  const form = { fullName: 'Kim', email, ageBand: '18+', ...change };
  const after = url === '/sign-in' ? '/sign-in/code' : '/join/confirm';
  const answers = [
    await hands.get(url),
    await hands.post(url, url === '/sign-in' ? { email } : form),
    await hands.get(after),
    await hands.post(after, { code: 'ABCD-EFGH' }),
    await hands.get('/me'),
    await hands.post(url, url === '/sign-in' ? { email } : form),
    await hands.get(after),
  ];
  for (let i = 0; i < 6; i++) answers.push(await hands.post(after, { code: 'ABCD-EFGH' }));
  return answers.map((answer) => seen(answer, email));
};

const ways: [url: string, change: Record<string, string>][] = [
  ['/sign-in', {}],
  ['/join', {}],
  ['/join', { session }],
  ['/join', { ageBand: '16-17' }],
  ['/events/stall/join', { updates: 'yes' }],
];

for (const [url, change] of ways) {
  t.test(
    `${url} ${JSON.stringify(Object.keys(change))} shows nobody whether an address is known`,
    async (t) => {
      const unknown = await walk(people.unknown!, url, change);
      for (const [who, email] of Object.entries(people)) {
        const answers = await walk(email, url, change);
        for (const [i, answer] of answers.entries()) t.same(answer, unknown[i], `${who}, answer ${i + 1}`);
      }
    },
  );
}

/** The same hands say that they come, twice, then try to give the place up and to take one with a code they don't have. */
const walkToTalk = async (email: string, slug: string) => {
  const hands = browser();
  const coming = () => hands.post(`/events/${slug}/attendance`, { fullName: 'Kim', email });
  const answers = [
    await hands.get(`/events/${slug}`),
    await hands.get(`/events/${slug}/attend`),
    await coming(),
    await hands.get('/attendance/sent'),
    await coming(),
    await hands.get('/attendance/sent'),
    await hands.get(`/events/${slug}/attend`),
    await hands.get(`/events/${slug}`),
    await hands.post('/attendance/withdraw', { email, code: 'ABCD-EFGH' }),
    await hands.post('/attendance/accept', { email, code: 'ABCD-EFGH' }),
    await hands.get('/me'),
  ];
  return answers.map((answer) => seen(answer, email));
};

for (const slug of Object.keys(talks)) {
  t.test(`/events/${slug}/attendance shows nobody whether an address is known`, async (t) => {
    const unknown = await walkToTalk('kstranger@example.org', slug);
    t.same(
      unknown.map(({ statusCode }) => statusCode),
      [200, 200, 303, 200, 303, 200, 200, 200, 422, 422, 303],
    );
    for (const [who, email] of Object.entries(people)) {
      const answers = await walkToTalk(email, slug);
      for (const [i, answer] of answers.entries()) t.same(answer, unknown[i], `${who}, answer ${i + 1}`);
    }
    const { length } = await db.selectFrom('attendances').select('id').where('email', '=', KNOWN).execute();
    t.ok(length > 0, 'and what was asked for was done');
  });
}
