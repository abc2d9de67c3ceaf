import t from 'tap';
import { sweepImports } from '../../src/imports.ts';
import { passesOf } from '../../src/training/records.ts';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeArea, makeChampion, makeModule } from '../make.ts';
import { hiddenFields } from '../planning/city.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { choose, HEADER } from './file.ts';

t.test('completions of another learning system, from a file', async (t) => {
  const site = await testApp(t);
  const { db } = site;
  const { areaId, browser: hers } = await signedInCoordinator(site);
  const inArea = { area_id: areaId };
  const alice = await makeChampion(db, { ...inArea, email: 'alice@example.org', full_name: 'Alice O’Brien' });
  const nguyen = await makeChampion(db, {
    ...inArea,
    email: 'nguyen@example.org',
    full_name: 'Nguyễn Łukasz',
  });
  const elsewhere = await makeChampion(db, {
    area_id: (await makeArea(db)).id,
    email: 'elsewhere@example.org',
  });
  const stranger = await makeChampion(db, { ...inArea, state: 'signed up', email: 'stranger@example.org' });
  await makeChampion(db, { ...inArea, state: 'awaiting guardian', email: 'young@example.org' });
  await makeModule(db, { slug: 'safeguarding', name: 'Safeguarding', induction: false, version: 2 });

  const look = async (content: string | Buffer) => {
    const sent = await choose(hers, content);
    if (sent.statusCode !== 303) return { words: pageText(sent), status: sent.statusCode };
    const url = String(sent.headers.location);
    const page = await hers.get(url);
    const confirm = () => hers.post(`${url}/confirmation`, hiddenFields(page.body, `${url}/confirmation`));
    return { words: pageText(page), status: page.statusCode, confirm };
  };
  const records = () =>
    db.selectFrom('training_records').selectAll().orderBy('passed_on').orderBy('reference').execute();

  const file = [
    HEADER.replaceAll(',', ';'),
    'ALICE@example.org;Safeguarding;01/09/2026;m-1;;85',
    `#${nguyen.number};safeguarding;2026-10-02;m-2;2027-04-01;`,
    'nobody@example.org;safeguarding;02/10/2026;m-3;;',
    `${elsewhere.number};safeguarding;02/10/2026;m-4;;`,
    `${stranger.email};safeguarding;02/10/2026;m-5;;`,
    'alice@example.org;Sewing;02/10/2026;m-6;;',
    'alice@example.org;safeguarding;02/10/2026;m-1;;',
    'alice@example.org;safeguarding;24/11/2026;m-7;;',
    'alice@example.org;safeguarding;02/10/2026;"=HYPERLINK(""https://evil.example"")";;',
    'alice@example.org;safeguarding;31/02/2026;m-8;;101',
    'alice@example.org;safeguarding;02/10/2026;m-9;01/10/2026;',
    'young@example.org;safeguarding;02/10/2026;m-10;;',
  ].join('\r\n');

  await t.test('is looked at first, with a sentence for each row that is left out', async (t) => {
    const { words } = await look(`\ufeff${file}`);
    t.match(words, /Add 2 training records/);
    t.match(words, /10 rows are left out/);
    for (const row of [4, 5, 6]) t.match(words, new RegExp(`Row ${row}, \\S+ champion No champion of yours`));
    t.match(words, /Row 7, alice@example.org module There is no such module/);
    t.match(words, /Row 8, alice@example.org reference Row 2 has this reference already/);
    t.match(words, /Row 9, alice@example.org passed_on This day is still to come/);
    t.match(words, /Row 10, alice@example.org reference This is a formula/);
    t.match(words, /Row 11, alice@example.org passed_on ‘31\/02\/2026’ is not a date/);
    t.match(words, /score Write a number from 0 to 100/);
    t.match(words, /Row 12, alice@example.org expires_on This is before the day/);
    t.match(words, /Row 13, young@example.org champion A parent or guardian has not agreed yet/);
    t.same(await records(), []);
  });

  await t.test('is recorded once, however often it comes', async (t) => {
    const first = await look(file);
    t.equal((await first.confirm!()).statusCode, 303);
    t.match(pageText(await hers.get('/coordinate/training/import')), /2 training records are added/);
    t.match(await records(), [
      { champion_id: alice.id, source: 'import', passed_on: '2026-09-01', score: 85, module_version: 2 },
      { champion_id: nguyen.id, passed_on: '2026-10-02', expires_on: '2027-04-01', score: null },
    ]);
    t.equal((await passesOf(db, [alice.id])).get(alice.id)?.length, 1);
    t.equal((await first.confirm!()).statusCode, 303, 'a second click');
    const second = await look(file);
    t.match(second.words, /Nothing of this file can be added.*2 rows are recorded like that already/);
    t.equal((await records()).length, 2);
    const moved = await look(`${HEADER}\nalice@example.org,safeguarding,02/09/2026,m-1,,`);
    t.match(moved.words, /Something else is recorded under this reference/);
  });

  await t.test('what changed meanwhile is looked at again', async (t) => {
    const rows = `${HEADER}\nalice@example.org,safeguarding,02/10/2026,n-1,,\nnguyen@example.org,safeguarding,02/10/2026,n-2,,`;
    const { confirm } = await look(rows);
    await db.updateTable('champions').set({ state: 'left' }).where('id', '=', nguyen.id).execute();
    const again = await confirm!();
    t.equal(again.statusCode, 409);
    t.match(pageText(again), /Something changed since you looked.*Add 1 training record/);
    t.equal((await records()).length, 2);
  });

  await t.test('what is no such file is refused in a sentence', async (t) => {
    const refused = async (content: string | Buffer, words: RegExp) => {
      const outcome = await look(content);
      t.equal(outcome.status, 422);
      t.match(outcome.words, words);
    };
    await refused('', /Choose a file, or paste its rows/);
    await refused('name,module\nAlice,x', /It lacks ‘champion’, ‘passed_on’, ‘reference’/);
    await refused(`${HEADER},secret\na,b,c,d,e,f,g`, /We do not know the column ‘secret’/);
    const many = Array.from({ length: 200_000 }, (_, at) => `c${at}`);
    await refused(`${HEADER},${many.join(',')}\na`, /names 200,006 columns\. It must name champion, module/);
    await refused(`${HEADER},score\na`, /names the column ‘score’ twice/);
    await refused(Buffer.from([0x61, 0xff, 0x0a]), /Line 1 of the file has a byte that is not UTF-8/);
    await refused(`${HEADER}\n${'a,b,c,d,e,f\n'.repeat(5_001)}`, /more than 5,000 rows/);
  });

  await t.test('is kept only as long as it may be confirmed, and then without its rows', async (t) => {
    const rows = async (url: string) => {
      const found = db.selectFrom('imports').select('rows').where('id', '=', url.split('/').at(-1)!);
      return (await found.executeTakeFirst())?.rows;
    };
    const file = `${HEADER}\nalice@example.org,safeguarding,02/10/2026,k-1,,`;
    const first = String((await choose(hers, file)).headers.location);
    const page = await hers.get(first);
    t.match(JSON.stringify(await rows(first)), 'alice@example.org');
    await hers.post(`${first}/confirmation`, hiddenFields(page.body, `${first}/confirmation`));
    t.same(await rows(first), []);
    t.match(pageText(await hers.get(first)), /This file is imported/);

    const unconfirmed = String((await choose(hers, file)).headers.location);
    const until = site.clock.now().add({ hours: 4 });
    await sweepImports(db, until.subtract({ seconds: 1 }));
    t.match(JSON.stringify(await rows(unconfirmed)), 'alice@example.org');
    await sweepImports(db, until);
    t.same(await db.selectFrom('imports').select('id').execute(), []);
    t.equal((await hers.get(unconfirmed)).statusCode, 404);
  });

  await t.test('is nobody else’s to see', async (t) => {
    const sent = await choose(hers, `${HEADER}\nalice@example.org,safeguarding,02/10/2026,o-1,,`);
    const { browser: theirs } = await signedInCoordinator(site);
    t.equal((await theirs.get(String(sent.headers.location))).statusCode, 404);
    t.equal(
      (await theirs.post(`${sent.headers.location}/confirmation`, { fingerprint: 'x' })).statusCode,
      404,
    );
    const { length } = await db
      .selectFrom('audit_entries')
      .selectAll()
      .where('subject_kind', '=', 'completions')
      .where('action', '=', 'import')
      .execute();
    t.equal(length, 2);
  });
});
