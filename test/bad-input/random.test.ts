import fc from 'fast-check';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeEvent, makeNeighbourhood, makeSession } from '../make.ts';
import { signedInChampion } from '../sign-in.ts';

/** At each form; fewer where people wait for `npm test`. */
const RUNS = process.env.WESTAND_TEST_COMPLETE ? 1_000 : 250;
t.setTimeout(300_000);

const site = await testApp(t);
const { db } = site;
await makeEvent(db, { slug: 'stall' });
await makeNeighbourhood(db, { slug: 'bletchley' });
const session = (await makeSession(db, { capacity: 10_000 })).id;
const { browser: champions } = await signedInChampion(site);
const visitors = site.browser();

const forms = {
  '/join': [
    'fullName',
    'email',
    'phone',
    'ageBand',
    'neighbourhood',
    'session',
    'updates',
    'website',
    'submission',
    'source',
  ],
  '/events/stall/join': [
    'fullName',
    'email',
    'phone',
    'ageBand',
    'neighbourhood',
    'session',
    'updates',
    'source',
  ],
  '/join/confirm': ['code'],
  '/sign-in': ['email'],
  '/sign-in/code': ['code'],
  '/me/details': ['fullName', 'phone', 'neighbourhood'],
  '/me/bookings': ['session'],
};

/** What passes, so that some bodies come far. */
const right: Record<string, string> = {
  fullName: 'Alice',
  email: 'alice@example.org',
  phone: '01908 123456',
  ageBand: '18+',
  neighbourhood: 'bletchley',
  session,
  updates: 'yes',
  source: 'qr',
  code: 'ABCD-EFGH',
};

const hostile = [
  '',
  '\u0000',
  'a\r\nb: c',
  '<script>',
  '{{x}}',
  "';--",
  '\u202e',
  '\ufffd',
  '__proto__',
  '9'.repeat(500),
];
const text = fc.oneof(
  fc.constantFrom(...hostile, ...Object.values(right)),
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.emailAddress(),
  fc.uuid(),
);
const strangeNames = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  '',
  '\u0000',
  'fullName[]',
  'a[b]',
  'id',
);

type Pairs = [name: string, value: string][];
type Encode = (pairs: Pairs) => Buffer;

const everyByte = (value: string) => Buffer.from(value).toString('hex').replace(/../g, '%$&');
const joined = (pairs: Pairs, encode: (value: string) => string) =>
  pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');

const encodings: Encode[] = [
  (pairs) => Buffer.from(new URLSearchParams(pairs).toString()),
  (pairs) => Buffer.from(new URLSearchParams(pairs).toString()),
  (pairs) => Buffer.from(joined(pairs, everyByte)),
  (pairs) => Buffer.from(joined(pairs, String), 'utf8'),
  (pairs) => Buffer.from(joined(pairs, String), 'latin1'),
  (pairs) => Buffer.from(joined(pairs, (value) => everyByte(value).replaceAll('%c3', '%ff'))),
];

const FORM = 'application/x-www-form-urlencoded';
const contentTypes = fc.oneof(
  { weight: 20, arbitrary: fc.constant<string | undefined>(FORM) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(undefined, `${FORM}; charset=utf-7`, 'application/json', 'text/plain', 'x'),
  },
);

/** A form of which some fields are right and some are not, with others besides, some twice. */
const structured = (fields: string[]) => {
  const field = fc.constantFrom(...fields);
  const changed = fc.array(fc.tuple(fc.oneof({ weight: 4, arbitrary: field }, strangeNames), text), {
    maxLength: 6,
  });
  const base = fc.subarray(fields.filter((name) => name in right));
  return fc
    .tuple(base, changed, fc.boolean(), fc.constantFrom(...encodings))
    .map(([names, pairs, instead, encode]) => {
      const given = new Set(pairs.map(([name]) => name));
      const kept = names.filter((name) => !(instead && given.has(name)));
      return encode([...kept.map((name): [string, string] => [name, right[name]!]), ...pairs]);
    });
};

const raw = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 500 }).map((words) => Buffer.from(words)),
  fc.json().map((words) => Buffer.from(words)),
);

for (const [url, fields] of Object.entries(forms)) {
  t.test(`${RUNS} bodies at ${url}`, async (t) => {
    const statuses = new Map<number, number>();
    const bodies = fc.oneof({ weight: 4, arbitrary: structured(fields) }, { weight: 1, arbitrary: raw });
    const property = fc.asyncProperty(bodies, contentTypes, async (payload, type) => {
      const headers = type ? { 'content-type': type } : undefined;
      const browser = url.startsWith('/me') ? champions : visitors;
      const { statusCode } = await browser.send({ method: 'POST', url, payload, headers });
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      if (statusCode >= 500) throw new Error(`${statusCode}`);
    });
    await fc.assert(property, { numRuns: RUNS });
    t.comment(JSON.stringify(Object.fromEntries(statuses)));
    t.ok((statuses.get(422) ?? 0) > RUNS / 5, 'many were refused for what they said');
  });
}

t.test('nothing that was kept can break a page, a message or a calendar', async (t) => {
  const forbidden = /[\p{Cc}\p{Cs}\p{Co}\u2028-\u202e\u2066-\u2069\ufffd<>"]/u;
  const kept = [
    ...(await db.selectFrom('champions').select(['full_name', 'email', 'phone']).execute()),
    ...(await db.selectFrom('sign_ups').select(['full_name', 'email', 'phone', 'source']).execute()),
    ...(await db.selectFrom('messages').select(['recipient']).execute()),
  ];
  const names = await db.selectFrom('messages').select('data').execute();
  const texts = [...kept.flatMap(Object.values), ...names.map(({ data }) => data.fullName ?? '')];
  t.ok(kept.length > 1, `${kept.length} rows`);
  t.same(
    texts.filter((text) => text && forbidden.test(String(text))),
    [],
  );
});
