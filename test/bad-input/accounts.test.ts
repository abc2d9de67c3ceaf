import { randomUUID } from 'node:crypto';
import { parse } from 'node-html-parser';
import t from 'tap';
import { testApp } from '../helper.ts';
import { makeNeighbourhood, makeSession } from '../make.ts';
import { signedInChampion } from '../sign-in.ts';
import { isRefused } from './form-page.ts';

const site = await testApp(t);
const { db, browser } = site;
await makeNeighbourhood(db, { slug: 'bletchley' });
const session = (await makeSession(db)).id;
const { champion, browser: hers } = await signedInChampion(site);

const tooLong = 'a'.repeat(300);
const hostile = [
  '<script>',
  '{{this}}',
  "' or 1=1--",
  '\u0000',
  'a\r\nb',
  '😀',
  '\u202e',
  '__proto__',
  tooLong,
];

t.test('the code', async (t) => {
  for (const url of ['/join/confirm', '/sign-in/code']) {
    isRefused(t, await browser().post(url), { code: 'Enter the code from the email' });
    isRefused(t, await browser().post(url, { code: '   ' }), { code: 'Enter the code from the email' });
    for (const code of [...hostile, '---- ----', 'ＡＢＣＤ-２３４５']) {
      isRefused(
        t,
        await browser().post(url, { code }),
        { code: /code/ },
        { typed: { code }, what: code.slice(0, 20) },
      );
    }
    isRefused(t, await browser().post(url, { code: ['ABCDEFGH', 'ABCDEFGH'] }), {
      code: /8 letters and numbers/,
    });
  }
});

t.test('the address to sign in with', async (t) => {
  isRefused(t, await browser().post('/sign-in'), { email: 'Enter your email address' });
  for (const email of [...hostile, 'alice', 'alice@localhost', 'alice@example.org\r\nBcc: bob@example.org']) {
    isRefused(
      t,
      await browser().post('/sign-in', { email }),
      { email: /in the right form/ },
      { typed: { email } },
    );
  }
  isRefused(t, await browser().post('/sign-in', { email: [champion.email, 'bob@example.org'] }), {
    email: /in the right form/,
  });
});

t.test('changed details', async (t) => {
  const right = { fullName: 'Alice Nguyễn', phone: '01908 123456', neighbourhood: 'bletchley' };
  const refused = async (change: object, field: string, sentence: RegExp) => {
    const form = { ...right, ...change } as typeof right;
    const { neighbourhood, ...texts } = form;
    const typed = field === 'neighbourhood' || !form.fullName ? {} : texts;
    isRefused(
      t,
      await hers.post('/me/details', form),
      { [field]: sentence },
      { typed, what: JSON.stringify(change) },
    );
  };
  await refused({ fullName: '' }, 'fullName', /Enter your name/);
  await refused({ fullName: tooLong }, 'fullName', /100 letters or fewer/);
  for (const text of hostile.filter((text) => text !== tooLong && text !== '__proto__')) {
    await refused({ fullName: `Alice ${text}x` }, 'fullName', /letters, spaces/);
  }
  for (const text of hostile) {
    await refused({ phone: `x${text}` }, 'phone', /phone number/);
    await refused({ neighbourhood: text }, 'neighbourhood', /from the list/);
  }
  const kept = await db
    .selectFrom('champions')
    .selectAll()
    .where('id', '=', champion.id)
    .executeTakeFirstOrThrow();
  t.match(kept, { full_name: champion.full_name, phone: null, neighbourhood_id: null }, 'nothing was saved');
});

t.test('a session to book', async (t) => {
  // Each session has a button of its own: there is no field that the sentence could stand beside.
  for (const sent of ['', randomUUID(), `urn:uuid:${session}`, `${session}\u0000`, ...hostile, undefined]) {
    const answer = await hers.post('/me/bookings', sent === undefined ? undefined : { session: sent });
    const page = parse(answer.body);
    t.equal(answer.statusCode, 422, sent ?? 'nothing');
    t.match(page.querySelector('.govuk-error-summary a[href="#sessions-heading"]')?.text, /from the list/);
    t.ok(page.getElementById('sessions-heading'));
  }
  t.equal((await hers.post('/me/bookings', { session: [session, session] })).statusCode, 422);
  t.equal((await db.selectFrom('bookings').selectAll().execute()).length, 0);
});

t.test('a booking to give up that is none, or another champion’s', async (t) => {
  for (const id of ['nonsense', '%00', 'urn:uuid:x', tooLong]) {
    const response = await hers.post(`/me/bookings/${id}/withdrawal`);
    t.match([response.statusCode, response.headers.location], [303, '/me'], id);
    t.match((await hers.get('/me')).body, /There is no place there that you could give up/, id);
  }
  const { browser: bobs, champion: bob } = await signedInChampion(site, { full_name: 'Bob' });
  await bobs.post('/me/bookings', { session });
  const booking = await db.selectFrom('bookings').selectAll().executeTakeFirstOrThrow();
  await hers.post(`/me/bookings/${booking.id}/withdrawal`);
  t.match(await db.selectFrom('bookings').selectAll().executeTakeFirstOrThrow(), {
    champion_id: bob.id,
    state: 'booked',
  });
});
