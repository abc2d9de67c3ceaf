import t from 'tap';
import { pageText } from '../champions/people.ts';
import { needsPostgres, type TestBrowser } from '../helper.ts';
import { makeCampaign, makeEvent } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { at, type City, city, hiddenFields, planned } from './city.ts';

const HEADER =
  'reference,title,kind,date,start,end,venue,pitch,campaign,summary,what_to_expect,run_by,capacity,online_url';

const row = (cells: Record<string, string> = {}) => {
  const whole: Record<string, string> = {
    reference: 'A-1',
    title: 'Stall',
    kind: 'stall',
    date: '16/10/2027',
    start: '11:00',
    end: '15:00',
    venue: 'Centre:MK',
    pitch: 'near the Samsung shop',
    campaign: '',
    summary: 'Hello.',
    what_to_expect: 'People.',
    run_by: 'Friends',
    capacity: '',
    online_url: '',
    ...cells,
  };
  return HEADER.split(',')
    .map((name) => whole[name])
    .join(',');
};
const file = (...rows: string[]) => [HEADER, ...rows].join('\r\n');

/** Chooses a file, as a browser sends it. */
const choose = (browser: TestBrowser, content: string | Buffer, field = 'file') => {
  const boundary = 'x-boundary-x';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="${field}"${
    field === 'file' ? '; filename="events.csv"\r\ncontent-type: text/csv' : ''
  }\r\n\r\n`;
  return browser.send({
    method: 'POST',
    url: '/coordinate/import',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
};

/** Chooses a file, and looks at what it would do. */
const look = async ({ hers }: Pick<City, 'hers'>, content: string | Buffer) => {
  const sent = await choose(hers, content);
  if (sent.statusCode !== 303) throw new Error(`${sent.statusCode}: ${pageText(sent)}`);
  const url = String(sent.headers.location);
  const page = await hers.get(url);
  const action = `${url}/confirmation`;
  const form = hiddenFields(page.body, action);
  return { url, words: pageText(page), body: page.body, confirm: () => hers.post(action, form) };
};

/** Every event and its version. */
const versions = async (site: City) =>
  (await planned(site)).map(({ id, version, said }) => `${id} ${version} ${said}`);

const following = async ({ hers }: City, response: { headers: { location?: unknown } }) =>
  pageText(await hers.get(String(response.headers.location)));

t.test('a file is looked at, then its events are added as drafts; twice, and nothing changes', async (t) => {
  const site = await city(t);
  const campaign = await makeCampaign(site.db, { name: 'Awareness Week 2027' });
  const content = file(
    row({ campaign: 'awareness week 2027' }),
    row({ reference: 'A-2', title: '"Stall, with a comma"', date: '2027-10-31', pitch: 'By the fountain' }),
    row({
      reference: 'A-3',
      kind: 'Online',
      start: '6:30pm',
      end: '8pm',
      venue: '',
      pitch: '',
      capacity: '40',
      online_url: 'https://talk.example/',
    }),
  );
  const seen = await look(site, content);
  t.match(seen.words, /Nothing has happened yet\./);
  t.match(seen.words, /Added: 3 drafts/);
  t.match(seen.words, /Row 2 Saturday 16 October 2027, 11am to 3pm Stall Centre:MK, near the Samsung shop/);
  t.equal((await planned(site)).length, 0);

  const sent = await seen.confirm();
  t.equal(sent.headers.location, '/coordinate/week?from=2027-10-16');
  t.match(await following(site, sent), /We added 3 and changed 0/);
  const events = await planned(site);
  t.same(
    events.map(({ reference, said }) => `${reference} | ${said}`),
    [
      'A-1 | Stall | near the Samsung shop | 2027-10-16T11:00–15:00 | draft',
      'A-3 | Stall | null | 2027-10-16T18:30–20:00 | draft',
      'A-2 | Stall, with a comma | by the fountain | 2027-10-31T11:00–15:00 | draft',
    ],
  );
  t.equal(events[0]!.campaign_id, campaign.id);
  t.match(events[1], { kind: 'online', capacity: 40, online_url: 'https://talk.example/' });

  t.match(await following(site, await seen.confirm()), /imported when you pressed the button the first time/);
  const before = await versions(site);
  const again = await look(site, content);
  t.match(again.words, /There is nothing to change/);
  t.same(await versions(site), before);
});

t.test('semicolons, a BOM, old line ends, columns in another order', async (t) => {
  const site = await city(t);
  for (const [n, content] of [
    `\ufeff${file(row({ reference: 'B-0', date: '2027-11-01' }))}`,
    file(row({ reference: 'B-1', date: '2027-11-02' })).replaceAll(',', ';'),
    `${file(row({ reference: 'B-2', date: '2027-11-03' })).replaceAll('\r\n', '\n')}\n\n\n`,
    file(row({ reference: 'B-3', date: '2027-11-04' })).replaceAll('\r\n', '\r'),
    file(row({ reference: 'B-4', date: '2027-11-05' }))
      .split('\r\n')
      .map((line) => line.split(',').reverse().join(','))
      .join('\r\n'),
    file(`${row({ reference: 'B-5', date: '2027-11-06' })},,,`, ',,,,,,,,,,,,,'),
  ].entries()) {
    const seen = await look(site, content);
    t.match(seen.words, /Added: 1 draft/, String(n));
    await seen.confirm();
  }
  t.same(
    (await planned(site)).map(({ reference }) => reference),
    ['B-0', 'B-1', 'B-2', 'B-3', 'B-4', 'B-5'],
  );
});

t.test('rows can be pasted', async (t) => {
  const site = await city(t);
  const sent = await choose(site.hers, file(row()), 'pasted');
  t.equal(sent.statusCode, 303);
  t.match(await following(site, sent), /Added: 1 draft/);
  const wrong = await choose(site.hers, 'title\nStall', 'pasted');
  t.equal(wrong.statusCode, 422);
  t.match(wrong.body, '>title\nStall</textarea>', 'what was pasted is still there');
});

t.test('what is wrong with a whole file is one sentence, and nothing is kept', async (t) => {
  const site = await city(t);
  const refused = async (content: string | Buffer, words: RegExp) => {
    const page = await choose(site.hers, content);
    t.equal(page.statusCode, 422, String(words));
    t.match(pageText(page), words);
  };
  await refused('', /Choose a file, or paste its rows/);
  await refused('title,date\nStall,16\\/10\\/2027', /It lacks ‘reference’/);
  await refused(`${HEADER},colour\n${row()},red`, /We do not know the column ‘colour’/);
  await refused(`${HEADER},title\n${row()},x`, /names the column ‘title’ twice/);
  await refused(HEADER, /has no row below them/);
  await refused(
    Buffer.concat([
      Buffer.from(`${HEADER}\n${row()}\n`),
      Buffer.from([0x43, 0x61, 0x66, 0xe9]),
      Buffer.from('\n'),
    ]),
    /Line 3 of the file has a byte that is not UTF-8/,
  );
  await refused(Buffer.from(`\ufeff${file(row())}`, 'utf16le'), /not UTF-8/);
  await refused(file(...Array.from({ length: 2_001 }, () => row())), /more than 2,000 rows/);
  await refused(`${HEADER}\n${'a,b\n'.repeat(50_000)}`, /more than 2,000 rows/);
  await refused('x'.repeat(2_000_001), /larger than 2 MB/);
  await refused('x'.repeat(10_000_000), /larger than 2 MB/);
  await refused(file(row({ title: '"never closed' })), /quotation mark is opened and never closed/);
  await refused(file(row({ title: 'a"b' })), /Line 2 has a quotation mark within a cell/);
  const page = await site.hers.post('/coordinate/import', { pasted: file(row()) });
  t.ok(page.statusCode >= 400 && page.statusCode < 500, 'a form that is no upload');
  t.equal((await site.db.selectFrom('imports').select('id').execute()).length, 0);
});

t.test('what is wrong with a row is said beside it, with its column, and the other rows go in', async (t) => {
  const site = await city(t);
  const taken = { pitch_id: site.fountain.id, title: 'Book sale', slug: 'book-sale' };
  await makeEvent(site.db, {
    ...taken,
    starts_at: at('2027-10-16T10:00:00Z'),
    ends_at: at('2027-10-16T11:00:00Z'),
  });
  const wrong: [Record<string, string>, RegExp][] = [
    [{ reference: '' }, /Row 3 reference This must not be empty/],
    [{ reference: 'ok' }, /Row 4, ok reference Row 2 has the same reference/],
    [{ kind: 'parade' }, /Row 5, r5 kind Write stall, talk, drop-in or online/],
    [{ date: '31/02/2027' }, /Row 6, r6 date ‘31\/02\/2027’ is not a date/],
    [{ date: '22/11/2026' }, /Row 7, r7 date That time is over/],
    [{ start: '25:00' }, /Row 8, r8 start ‘25:00’ is not a time/],
    [{ end: '11:00' }, /Row 9, r9 end The end must be after the start/],
    [{ venue: 'Atlantis' }, /Row 10, r10 venue There is no venue ‘Atlantis’ in your area/],
    [{ pitch: 'roof' }, /Row 11, r11 pitch Centre:MK has no pitch ‘roof’\. It has ‘by the fountain’/],
    [{ campaign: 'Nothing' }, /Row 12, r12 campaign There is no campaign ‘Nothing’/],
    [{ kind: 'talk', capacity: '-1' }, /Row 13, r13 capacity Write a whole number/],
    [{ online_url: 'https://x.example/' }, /Row 14, r14 online_url Leave this empty/],
    [{ title: 'x'.repeat(121) }, /Row 15, r15 title Use 120 letters or fewer/],
    [{ title: 'a\u0000b' }, /Row 16, r16 title This has a sign in it that cannot be read/],
    [{ pitch: 'by the fountain' }, /Row 17, r17 pitch This pitch is taken then by Book sale/],
    [{ end: '15:00' }, /Row 18, r18 pitch Row 2 has this pitch at that time/],
    [{ online_url: ',extra' }, /Row 19, r19 The whole row This row has 15 cells/],
    [{ date: '28/3/2027', start: '1:30am' }, /Row 20, r20 start The clocks go forward that night/],
    [{ date: '31/10/2027', start: '1:30am' }, /Row 21, r21 start The clocks go back that night/],
    [
      { kind: 'online', venue: '', pitch: '', online_url: 'javascript:1' },
      /Row 22, r22 online_url Write the whole address/,
    ],
  ];
  const rows = wrong.map(([cells], at) => row({ reference: `r${at + 3}`, ...cells }));
  const seen = await look(site, file(row({ reference: 'ok' }), ...rows));
  for (const [, words] of wrong) t.match(seen.words, words);
  t.match(seen.body, 'href="/coordinate/events/book-sale"');
  t.match(seen.words, /Added: 1 draft/);
  t.match(seen.words, /20 rows are left out/);
  await seen.confirm();
  t.same(
    (await planned(site)).map(({ reference }) => reference),
    [null, 'ok'],
  );
});

t.test('a reference that is known is changed: old and new side by side', async (t) => {
  const site = await city(t);
  const { db, samsung } = site;
  const starts = { starts_at: at('2027-10-16T10:00:00Z'), ends_at: at('2027-10-16T14:00:00Z') };
  const words = { title: 'Stall', summary: 'Hello.', what_to_expect: 'People.', run_by: 'Friends' };
  await makeEvent(db, { ...starts, ...words, pitch_id: samsung.id, reference: 'A-1', state: 'draft' });
  await makeEvent(db, {
    ...words,
    pitch_id: samsung.id,
    reference: 'A-2',
    starts_at: at('2027-10-17T10:00:00Z'),
    ends_at: at('2027-10-17T14:00:00Z'),
    state: 'cancelled',
    cancelled_at: at('2026-11-20T10:00:00Z'),
    cancelled_reason: 'Snow.',
  });
  const seen = await look(
    site,
    file(
      row({ title: 'Big stall', start: '10am' }),
      row({ reference: 'A-2', date: '17/10/2027', title: 'Anew' }),
    ),
  );
  t.match(seen.words, /Changed: 1 event/);
  t.match(seen.words, /Title: from Stall → to Big stall/);
  t.match(
    seen.words,
    /When: from Saturday 16 October 2027, 11am to 3pm → to Saturday 16 October 2027, 10am to 3pm/,
  );
  t.match(seen.words, /Row 3, A-2 The whole row This event is cancelled, so it cannot be changed/);
  t.match(await following(site, await seen.confirm()), /We added 0 and changed 1/);
  const [event] = await planned(site);
  t.match(event, { title: 'Big stall', version: 2 });
  t.equal(String(event!.starts_at), '2027-10-16T09:00:00Z');
});

t.test('two events can swap their days only in two goes, one can follow another in one', async (t) => {
  const site = await city(t);
  const first = await look(site, file(row(), row({ reference: 'A-2', date: '17/10/2027' })));
  await first.confirm();
  const follow = await look(
    site,
    file(row({ date: '17/10/2027' }), row({ reference: 'A-2', date: '18/10/2027' })),
  );
  t.match(follow.words, /Changed: 2 events/);
  await follow.confirm();
  t.same(
    (await planned(site)).map(({ reference, starts_at }) => `${reference} ${starts_at}`),
    ['A-1 2027-10-17T10:00:00Z', 'A-2 2027-10-18T10:00:00Z'],
  );
  const swap = await look(
    site,
    file(row({ date: '18/10/2027' }), row({ reference: 'A-2', date: '17/10/2027' })),
  );
  const before = await versions(site);
  const sent = await swap.confirm();
  t.equal(sent.statusCode, 409);
  t.match(pageText(sent), /found no place in the end, so nothing was added or changed/);
  t.same(await versions(site), before);
});

t.test('what was planned since is to be looked at again, and nothing is half done', async (t) => {
  const site = await city(t);
  const seen = await look(site, file(row(), row({ reference: 'A-2', date: '17/10/2027' })));
  await makeEvent(site.db, {
    pitch_id: site.samsung.id,
    starts_at: at('2027-10-17T10:00:00Z'),
    ends_at: at('2027-10-17T14:00:00Z'),
  });
  const sent = await seen.confirm();
  t.equal(sent.statusCode, 409);
  t.match(pageText(sent), /Something was planned since you looked/);
  t.match(pageText(sent), /Row 3, A-2 pitch This pitch is taken then by/);
  t.equal((await planned(site)).length, 1);
  const form = hiddenFields(sent.body, `${seen.url}/confirmation`);
  t.equal((await site.hers.post(`${seen.url}/confirmation`, form)).statusCode, 303);
  t.equal((await planned(site)).length, 2);
});

t.test('a file is its coordinator’s own, and is forgotten after four hours', async (t) => {
  const site = await city(t);
  const seen = await look(site, file(row()));
  const other = await signedInCoordinator(site, { areaId: site.areaId });
  t.equal((await other.browser.get(seen.url)).statusCode, 404);
  t.equal((await other.browser.post(`${seen.url}/confirmation`, { fingerprint: 'x' })).statusCode, 404);
  const elsewhere = await signedInCoordinator(site);
  const theirs = await look({ hers: elsewhere.browser }, file(row()));
  t.match(theirs.words, /There is no venue ‘Centre:MK’ in your area/);
  site.clock.advance({ hours: 4 });
  t.not((await site.hers.get(seen.url)).statusCode, 200);
});

t.test('confirmed many times at once, a file goes in once', needsPostgres(), async (t) => {
  const site = await city(t);
  const rows = Array.from({ length: 10 }, (_, n) => row({ reference: `T-${n}`, date: `2027-11-${n + 10}` }));
  const seen = await look(site, file(...rows));
  const sent = await Promise.all(Array.from({ length: 8 }, () => seen.confirm()));
  t.same(new Set(sent.map(({ statusCode }) => statusCode)), new Set([303]));
  t.equal((await planned(site)).length, 10);
});

t.test(
  'what is planned comes back in the same columns, with nothing that a spreadsheet would run',
  async (t) => {
    const site = await city(t);
    const { db, hers, samsung, areaId } = site;
    await makeEvent(db, {
      slug: 'sum',
      title: '=1+1, "quoted"',
      summary: '-2',
      what_to_expect: 'One.\nTwo.',
      pitch_id: samsung.id,
      starts_at: at('2027-10-16T10:00:00Z'),
      ends_at: at('2027-10-16T14:00:00Z'),
      reference: 'A-1',
    });
    await makeEvent(db, {
      slug: 'talk',
      kind: 'online',
      pitch_id: null,
      online_url: 'https://talk.example/',
      area_id: areaId,
      capacity: 30,
      starts_at: at('2027-11-16T10:00:00Z'),
      ends_at: at('2027-11-16T14:00:00Z'),
    });
    await makeEvent(db, { title: 'Elsewhere' });
    const page = await hers.get('/coordinate/events.csv');
    t.equal(page.headers['content-disposition'], 'attachment; filename="events.csv"');
    const [header, first] = page.body.split('\r\n');
    t.equal(header, `\ufeff${HEADER}`);
    t.match(
      first,
      `A-1,"'=1+1, ""quoted""",stall,2027-10-16,11:00,15:00,Centre:MK,near the Samsung shop,,'-2,`,
    );
    t.notMatch(page.body, 'Elsewhere');
    t.match((await look(site, page.body)).words, /There is nothing to change/, 'and goes in again unchanged');
    const changed = await look(site, page.body.replace('30', '31'));
    t.match(changed.words, /Capacity: from 30 → to 31/, 'what has no reference is known by its address');
  },
);

t.test('the sample file can be imported as it is', async (t) => {
  const site = await city(t);
  const sample = await site.hers.get('/coordinate/import/sample.csv');
  const seen = await look(site, sample.body);
  t.match(seen.words, /Added: 2 drafts/);
  await seen.confirm();
  t.equal((await planned(site)).length, 2);
});
