import { randomUUID } from 'node:crypto';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeEvent, makeModule, makeNeighbourhood, makeSession } from '../make.ts';
import { isRefused, type Sentences } from './form-page.ts';

const site = await testApp(t);
const { db, browser } = site;
await makeEvent(db, { slug: 'stall' });
await makeNeighbourhood(db, { slug: 'bletchley' });
const session = (await makeSession(db, { capacity: 1_000 })).id;

const alice = {
  fullName: 'Alice O’Brien',
  email: 'alice@example.org',
  phone: '01908 123456',
  ageBand: '18+',
  neighbourhood: 'bletchley',
  session,
  updates: 'yes',
};
type Field = keyof typeof alice;

const NAME = { fullName: /letters, spaces, hyphens/ };
const LONG_NAME = { fullName: /100 letters or fewer/ };
const EMAIL = { email: /in the right form/ };
const PHONE = { phone: /^Enter a UK phone number/ };
const AGE = { ageBand: 'Choose your age' };
const PLACE = { neighbourhood: /from the list/ };
const SESSION = { session: /from the list/ };

const tooLong = 'a'.repeat(300);
const cases: [field: Field, sentences: Sentences, values: string[]][] = [
  ['fullName', { fullName: 'Enter your name' }, ['', '   ', '\r\n']],
  ['fullName', LONG_NAME, [tooLong]],
  [
    'fullName',
    NAME,
    [
      '<script>alert(1)</script>',
      '{{constructor.constructor}}',
      "Robert'); DROP TABLE champions;--",
      'Alice\r\nBcc: mallory@example.org',
      'Alice\u0000',
      'Alice \u202egnp.exe',
      'Alice\u2066',
      'Alice\u200b',
      'Alice\ufffd',
      'Alice 😀',
      '😀',
      '12345',
      '…',
      'visit www.example.org',
      'Go to example.org',
      'Alice "A" Brien',
      '=cmd|calc',
      '%00',
    ],
  ],
  ['email', { email: 'Enter your email address' }, ['', '  ']],
  [
    'email',
    EMAIL,
    [
      tooLong,
      `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}.org`,
      `${'a'.repeat(65)}@example.org`,
      'alice',
      'alice@',
      '@example.org',
      'alice@localhost',
      'alice@127.0.0.1',
      'alice@0x7f.1',
      'alice@[127.0.0.1]',
      'alice@example..org',
      'alice@-example.org',
      'alice@example.org/x',
      'alice@example.org:25',
      'alice@example.org, bob@example.org',
      'alice@example.org>,<bob@example.org',
      'Alice <alice@example.org>',
      '"alice"@example.org',
      'alice@example.org\r\nBcc: bob@example.org',
      'alice\r\n@example.org',
      'alice\u0000@example.org',
      'alice@example.org\u202e',
      'alice@exa mple.org',
      'αλίκη@example.org',
      '<script>@example.org',
      "' or 1=1--@example.org",
      '😀@example.org',
    ],
  ],
  [
    'phone',
    PHONE,
    [tooLong, '12', 'call me', '07700 900123<script>', '\u0000', '٠٧٧٠٠ x', '{{phone}}', '+1 2'],
  ],
  ['ageBand', AGE, ['', '17', '18 ', '18+\u0000', tooLong, '<script>', '__proto__']],
  [
    'neighbourhood',
    PLACE,
    ['nowhere', 'Bletchley!', 'bletchley\u0000', tooLong, '../etc', '<script>', "'--"],
  ],
  [
    'session',
    SESSION,
    [
      'nonsense',
      randomUUID(),
      `urn:uuid:${session}`,
      `${session}\u0000`,
      `{${session}}`,
      tooLong,
      'constructor',
    ],
  ],
  ['updates', { updates: /Tick the box/ }, ['no', 'yes\u0000', '<script>']],
];

/** Radios, lists and boxes can keep only what they offer. */
const KEPT_AS_TYPED = new Set<string>(['fullName', 'email', 'phone']);

for (const [field, sentences, values] of cases) {
  t.test(`${field}: ${Object.values(sentences)[0]}`, async (t) => {
    for (const [i, value] of values.entries()) {
      const form = { ...alice, [field]: value };
      const { [field]: _, ...others } = alice;
      const typed = KEPT_AS_TYPED.has(field) && value.trim() ? form : others;
      const response = await browser().post(i % 2 ? '/join' : '/events/stall/join', form);
      isRefused(t, response, sentences, { typed, what: JSON.stringify(value).slice(0, 60) });
    }
  });
}

t.test('nothing at all', async (t) => {
  const everything = {
    fullName: 'Enter your name',
    email: 'Enter your email address',
    ageBand: 'Choose your age',
  };
  isRefused(t, await browser().post('/join'), everything);
  isRefused(t, await browser().send({ method: 'POST', url: '/join' }), everything);
});

t.test('everything wrong at once is said in the order of the page', async (t) => {
  const form = {
    fullName: '<',
    email: '<',
    phone: '<',
    ageBand: '<',
    neighbourhood: '<',
    session: '<',
    updates: '<',
  };
  isRefused(
    t,
    await browser().post('/join', form),
    { ...NAME, ...EMAIL, ...PHONE, ...AGE, ...PLACE, ...SESSION, updates: /Tick/ },
    { typed: { fullName: '<', email: '<', phone: '<' } },
  );
});

t.test('fields given twice, as lists, or in brackets', async (t) => {
  for (const field of Object.keys(alice) as Field[]) {
    const response = await browser().post('/join', { ...alice, [field]: [alice[field], alice[field]] });
    t.equal(response.statusCode, 422, `${field} twice`);
    t.match(response.body, new RegExp(`href="#${field}"`));
  }
  const { fullName, ...others } = alice;
  for (const name of ['fullName[]', 'fullName[a]', 'fullName.a', 'fullname', '__proto__[fullName]'])
    isRefused(t, await browser().post('/join', { ...others, [name]: fullName }), {
      fullName: 'Enter your name',
    });
});

t.test('fields that nobody offers change nothing', async (t) => {
  const names = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'state',
    'id',
    '',
    '\u0000',
  ];
  for (const [i, name] of names.entries()) {
    const response = await browser().post('/join', {
      ...alice,
      email: `alice${i}@example.org`,
      [name]: 'active',
    });
    t.equal(response.statusCode, 303, JSON.stringify(name));
  }
  const states = await db.selectFrom('champions').select('state').distinct().execute();
  t.same(states, [{ state: 'signed up' }]);
});

t.test('hidden fields that were tampered with do no harm', async (t) => {
  const hostile = ['', 'x', '\u0000', '<script>', tooLong, `urn:uuid:${randomUUID()}`];
  for (const [i, value] of hostile.entries()) {
    const email = `hidden${i}@example.org`;
    const response = await browser().post('/join', { ...alice, email, source: value, submission: value });
    t.equal(response.statusCode, 303, JSON.stringify(value).slice(0, 40));
  }
  const twice = { source: ['qr', 'qr'], submission: ['a', 'b'] };
  t.equal(
    (await browser().post('/join', { ...alice, email: 'twice@example.org', ...twice })).statusCode,
    303,
  );
  const sources = await db.selectFrom('sign_ups').select('source').distinct().execute();
  t.same(sources, [{ source: 'web' }]);
});

t.test('a session of another module', async (t) => {
  const other = await makeSession(db, { module_id: (await makeModule(db, { induction: false })).id });
  isRefused(t, await browser().post('/join', { ...alice, session: other.id }), SESSION);
});

t.test('events that are not there', async (t) => {
  const slugs = [
    'nowhere',
    'a%00b',
    '%00',
    '%ff',
    '%zz',
    '%',
    '..%2f..',
    '%3Cscript%3E',
    'a'.repeat(300),
    '😀',
  ];
  for (const slug of slugs) {
    for (const method of ['GET', 'POST'] as const) {
      const response = await browser().send({
        method,
        url: `/events/${encodeURI(slug).replace(/%25/g, '%')}/join`,
      });
      t.match(String(response.statusCode), /^4/, `${method} ${slug}`);
      t.match(response.headers['content-type'], /text\/html/);
      t.ok(response.headers['content-security-policy']);
    }
  }
});

t.test('a draft is not there, a past event takes sign-ups, a cancelled one sends people on', async (t) => {
  const at = (text: string) => Temporal.Instant.from(text);
  await makeEvent(db, { slug: 'draft', state: 'draft' });
  await makeEvent(db, {
    slug: 'past',
    starts_at: at('2026-11-21T11:00:00Z'),
    ends_at: at('2026-11-21T15:00:00Z'),
  });
  await makeEvent(db, {
    slug: 'cancelled',
    state: 'cancelled',
    cancelled_at: at('2026-11-20T10:00:00Z'),
    cancelled_reason: 'The centre is shut.',
  });
  t.equal((await browser().post('/events/draft/join', alice)).statusCode, 404);
  t.equal((await browser().post('/events/past/join', alice)).statusCode, 303);
  const response = await browser().post('/events/cancelled/join', alice);
  t.equal(response.statusCode, 422);
  t.match(response.body, /This event was cancelled/);
  t.match(response.body, /value="alice@example.org"/);
});
