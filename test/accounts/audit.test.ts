import { randomUUID } from 'node:crypto';
import t from 'tap';
import { audit } from '../../src/audit.ts';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeArea, makeEvent } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

const AT = '/coordinate/audit';
const site = await testApp(t);
const { db, clock } = site;
const area = await makeArea(db, { name: 'Milton Keynes' });
const { coordinator: priya, browser: admin } = await signedInCoordinator(site, {
  areaId: area.id,
  administrator: true,
  full_name: 'Priya Shah',
});
const { coordinator: dan } = await signedInCoordinator(site, { full_name: 'Dan O’Neill' });
const event = await makeEvent(db, { title: 'Stall at the market', slug: 'market' });

const did = (coordinatorId: string | null, action: string, subjectKind: string, more: object = {}) =>
  audit(db, { coordinatorId, requestId: randomUUID() }, { action, subjectKind, ...more }, clock.now());

/** What the rows of the page say, each in one line. */
const rowsOf = async (query = '') => {
  const { body } = await admin.get(AT + query);
  return [...body.matchAll(/<tr class="govuk-table__row">\s*<td[\s\S]*?<\/tr>/g)].map(([row]) =>
    pageText({ body: row } as never).trim(),
  );
};

t.test('the newest stands first, in words, with a link where there is a page', async (t) => {
  await did(priya.id, 'publish', 'event', { subjectId: event.id, areaId: area.id });
  clock.advance({ minutes: 5 });
  await did(dan.id, 'change', 'programme', { details: { changed: ['name', 'timeZone'], emptied: [] } });
  await did(null, 'change address', 'champion', { subjectId: randomUUID() });
  clock.advance({ minutes: 5 });
  await did(dan.id, 'juggle', 'orange', { details: { count: 3, safe: true } });
  const rows = await rowsOf();
  t.match(rows[0], /^Monday 23 November, 9:10am Dan O’Neill Juggle an orange Safe: yes\. Count: 3 –$/);
  t.ok(rows.some((row) => /Dan O’Neill Changed the programme’s settings Changed: name, timeZone/.test(row)));
  t.ok(rows.some((row) => /Nobody signed in A champion: changed their own email address/.test(row)));
  t.ok(rows.some((row) => /Priya Shah Published an event: Stall at the market Milton Keynes$/.test(row)));
  t.ok(rows.some((row) => /Priya Shah Signed in –$/.test(row)));
  const { body } = await admin.get(AT);
  t.match(body, /href="\/coordinate\/events\/market"/);
  await did(priya.id, 'change', 'coordinator', { subjectId: dan.id, details: { areaSlugs: ['mk'] } });
  const [changed] = await rowsOf();
  t.match(changed, /Priya Shah Changed a coordinator: Dan O’Neill Areas: mk/);
  t.match((await admin.get(AT)).body, new RegExp(`href="/coordinate/coordinators/${dan.id}"`));
});

t.test('it is searched by who, what, to what, which one, and when', async (t) => {
  const only = async (query: string, pattern: RegExp, count: number) => {
    const rows = await rowsOf(query);
    t.equal(rows.length, count, query);
    t.ok(
      rows.every((row) => pattern.test(row)),
      query,
    );
  };
  await only(`?coordinator=${priya.id}`, /Priya Shah/, 3);
  await only('?action=publish', /Published/, 1);
  await only('?kind=programme', /settings/, 1);
  await only(`?about=${event.id}`, /Stall at the market/, 1);
  await only(`?coordinator=${dan.id}&action=juggle&kind=orange`, /Juggle/, 1);
  await only(`?coordinator=${priya.id}&action=juggle`, /never/, 0);
  await only('?action=publish&from=2026-11-23&to=23/11/2026', /Published/, 1);
  await only('?action=publish&to=2026-11-22', /never/, 0);
  await only('?action=publish&from=2026-11-24', /never/, 0);
  const nothing = await admin.get(`${AT}?from=2026-11-24`);
  t.match(nothing.body, /Nothing fits what you chose/);
  t.match(
    (await admin.get(AT)).body,
    /<option value="juggle">Juggle<\/option>/,
    'all that was ever done is there',
  );
});

t.test('a search that makes no sense is told so, and breaks nothing', async (t) => {
  const wrong = await admin.get(`${AT}?from=2026-02-31&to=tomorrow`);
  t.equal(wrong.statusCode, 422);
  t.match(wrong.body, /Enter a real date to look from/);
  t.match(wrong.body, /Enter a real date to look up to/);
  t.match((await admin.get(`${AT}?from=2026-11-24&to=2026-11-23`)).body, /on or after the first day/);
  for (const query of [
    '?coordinator=x',
    '?action=%00',
    '?kind=a&kind=b',
    "?action='--",
    `?words=${'x'.repeat(5_000)}`,
  ])
    t.ok((await admin.get(AT + query)).statusCode < 500, query);
  t.equal((await admin.get(`${AT}?after=nowhere&before=_`)).statusCode, 200);
  t.equal((await admin.get(`${AT}?coordinator=&action=&kind=&from=&to=`)).statusCode, 200, 'an empty form');
});

t.test('pages of fifty lose none and show none twice, whatever is added meanwhile', async (t) => {
  const { coordinator } = await signedInCoordinator(site, { full_name: 'Busy' });
  for (let i = 0; i < 119; i++) {
    if (i % 7 === 0) clock.advance({ seconds: 1 });
    await did(coordinator.id, 'add', 'event', { details: { number: i } });
  }
  const numbersOn = async (address: string) => {
    const { body } = await admin.get(address);
    const numbers = [...body.matchAll(/Number: (\d+)/g)].map(([, number]) => Number(number));
    const link = (text: string) =>
      new RegExp(`href="([^"]+)"[^>]*>(?:(?!</a>)[\\s\\S])*${text}`)
        .exec(body.slice(body.indexOf('govuk-pagination')))?.[1]
        ?.replaceAll('&amp;', '&')
        .replaceAll('&#x3D;', '=');
    return { numbers, older: link('Older'), newer: link('Newer') };
  };
  const first = await numbersOn(`${AT}?coordinator=${coordinator.id}`);
  await did(coordinator.id, 'add', 'event', { details: { number: 1_000 } });
  const second = await numbersOn(first.older!);
  const third = await numbersOn(second.older!);
  t.same(
    [first.numbers.length, second.numbers.length, third.numbers.length],
    [50, 50, 19],
    'the 120th is the sign-in',
  );
  const all = [...first.numbers, ...second.numbers, ...third.numbers];
  t.equal(new Set(all).size, 119);
  t.equal(third.older, undefined);
  t.same((await numbersOn(third.newer!)).numbers, second.numbers, 'and back');
});

t.test('nobody changes or deletes an entry, and no page of it can', async (t) => {
  await t.rejects(db.deleteFrom('audit_entries').execute(), /only ever added to/);
  await t.rejects(db.updateTable('audit_entries').set({ action: 'x' }).execute(), /only ever added to/);
  t.equal((await admin.post(AT)).statusCode, 404);
});

t.test('signing in and out, and wrong codes, are in it', async (t) => {
  const { coordinator, browser } = await signedInCoordinator(site, { full_name: 'Eve Ning' });
  await browser.post('/sign-out');
  await browser.post('/sign-in', { email: coordinator.email });
  await browser.post('/sign-in/code', { code: 'ABCDEFGH' });
  const rows = await rowsOf(`?about=${coordinator.id}`);
  t.match(rows[0], /Nobody signed in Someone typed a wrong code for Eve Ning/);
  t.match(rows[1], /Eve Ning Signed out/);
  t.match(rows[2], /Eve Ning Signed in/);
  t.notMatch(rows.join(), coordinator.email);
});
