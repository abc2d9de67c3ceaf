import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import t from 'tap';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeArea, makeChampion, makeModule, makeNeighbourhood } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

const MATRIX = '/coordinate/training/matrix';

t.test('champions by modules', async (t) => {
  const site = await testApp(t);
  const { db, clock } = site;
  const { areaId, browser, coordinator } = await signedInCoordinator(site);
  const bletchley = await makeNeighbourhood(db, { area_id: areaId, slug: 'bletchley', name: 'Bletchley' });
  const safeguarding = await makeModule(db, {
    slug: 'safeguarding',
    name: 'Safeguarding',
    induction: false,
    validity_months: 12,
    mandatory_for: ['champion'],
  });
  const rowOf = (body: string, name: string) =>
    pageText({ body: body.split('<tr').find((row) => row.includes(`>${name}<`)) ?? '' } as never);
  const show = async (query = '') => {
    const page = await browser.get(`${MATRIX}${query}`);
    t.equal(page.statusCode, 200);
    return { body: page.body, words: pageText(page) };
  };

  await t.test('where there is nobody, it says so', async (t) => {
    t.match((await show()).words, /There are no champions in your areas yet/);
  });

  const make = async (full_name: string, passedOn?: string, row: object = {}) => {
    const champion = await makeChampion(db, { full_name, area_id: areaId, ...row });
    if (passedOn)
      await db
        .insertInto('training_records')
        .values({
          id: randomUUID(),
          champion_id: champion.id,
          module_id: safeguarding.id,
          module_version: 1,
          passed_on: passedOn,
          source: 'import',
          recorded_at: clock.now(),
        })
        .execute();
    return champion;
  };
  await make('Ada Current', '2026-11-01', { neighbourhood_id: bletchley.id });
  await make('Ben Soon', '2025-12-24');
  await make('Cat Expired', '2025-01-05');
  await make('Dan New');
  await make('Eve Paused', '2026-11-01', { state: 'paused' });
  await make('Flo Suspended', '2026-11-01', { state: 'suspended' });
  await make('Gus Left', '2026-11-01', { state: 'left' });
  await makeChampion(db, { full_name: 'Hal Elsewhere', area_id: (await makeArea(db)).id });

  await t.test('each status in words, with its day', async (t) => {
    const { body } = await show();
    t.match(rowOf(body, 'Ada Current'), /Bletchley, number \d+ Ready ● Current until 1 Nov 2027/);
    t.match(rowOf(body, 'Ben Soon'), /Ready ◐ Due soon until 24 Dec 2026/);
    t.match(rowOf(body, 'Cat Expired'), /Lapsed ✕ Expired on 5 Jan 2026/);
    t.match(rowOf(body, 'Dan New'), /In training ○ Not started/);
    t.match(rowOf(body, 'Eve Paused'), /Paused ● Current/);
    t.match(rowOf(body, 'Flo Suspended'), /Suspended ● Current/);
    t.notMatch(body, /Gus Left|Hal Elsewhere|@example/);
  });

  await t.test('filters leave whom they name', async (t) => {
    const names = async (query: string) =>
      [...(await show(query)).body.matchAll(/champions\/[0-9a-f-]{36}">(\w+) /g)].map(([, name]) => name);
    t.same(await names('?module=safeguarding&status=expired'), ['Cat']);
    t.same(await names('?status=due+soon'), ['Ben']);
    t.same(await names('?standing=stopped'), ['Eve', 'Flo']);
    t.same(await names('?standing=lapsed'), ['Cat']);
    t.same(await names('?within=60'), ['Ben']);
    t.same(await names('?within=30'), []);
    t.same(await names('?week=2026-12-21'), ['Ben']);
    t.same(await names('?neighbourhood=bletchley'), ['Ada']);
    t.same(await names('?words=da'), ['Ada', 'Dan']);
    t.same(
      await names(
        `?words=${(await db.selectFrom('champions').select('number').where('full_name', '=', 'Dan New').executeTakeFirstOrThrow()).number}`,
      ),
      ['Dan'],
    );
    t.same(await names('?area=nosuch&status=nosuch&within=x&week=x&after=x'), [
      'Ada',
      'Ben',
      'Cat',
      'Dan',
      'Eve',
      'Flo',
    ]);
    t.same(await names('?words=%00da%00'), ['Ada', 'Dan']);
    t.match((await show('?words=%25_')).words, /Nobody fits what you chose/);
  });

  await t.test('pages hang on the champion before, whoever joins meanwhile', async (t) => {
    await sql`insert into champions (id, email, email_key, full_name, age_band, state, created_at, area_id)
      select gen_random_uuid(), 'p' || n || '@example.org', 'p' || n || '@example.org', 'Pat ' || lpad(n::text, 3, '0'),
        '18+', 'confirmed', ${clock.now()}, ${areaId}::uuid from generate_series(1, 60) n`.execute(db);
    const first = await show('?words=Pat');
    const [, next] = /href="([^"]*after[^"]*)"/.exec(first.body) ?? [];
    await make('Pat 000');
    const second = await show(next!.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=').slice(MATRIX.length));
    t.match(first.body, 'Pat 025');
    t.notMatch(first.body, 'Pat 026');
    t.match(second.body, 'Pat 026');
    t.match(second.body, 'Pat 050');
    t.notMatch(second.body, 'Pat 051');
    t.match(second.words, /First page/);
  });

  await t.test('the file has all that the filter leaves, and no formula', async (t) => {
    await make('=HYPERLINK("x")', '2026-11-01');
    const page = await browser.get(`${MATRIX}.csv`);
    t.equal(page.headers['content-type'], 'text/csv; charset=utf-8');
    t.ok(page.body.startsWith('\ufeff'));
    t.notMatch(page.body, '@');
    const rows = parse(page.body, { bom: true }) as string[][];
    t.same(rows[0], ['name', 'number', 'neighbourhood', 'standing', 'Safeguarding', 'Safeguarding: until']);
    t.equal(rows.length, 1 + 6 + 61 + 1);
    t.match(rows[1], [`'=HYPERLINK("x")`, /\d+/, '', 'Ready', 'Current', '2027-11-01']);
    const one = parse((await browser.get(`${MATRIX}.csv?status=expired`)).body, { bom: true }) as string[][];
    t.match(one[1], ['Cat Expired', /\d+/, '', 'Lapsed', 'Expired', '2026-01-05']);
    t.equal(one.length, 2);
    const read = await db
      .selectFrom('audit_entries')
      .select(['action', 'details'])
      .where('coordinator_id', '=', coordinator.id)
      .where('subject_kind', '=', 'training matrix')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    t.same(read, { action: 'download', details: { status: 'expired', byName: false } });
  });

  await t.test('a page takes the same queries for one champion as for many', async (t) => {
    const executor = db.getExecutor();
    const ask = executor.executeQuery.bind(executor);
    let asked = 0;
    executor.executeQuery = (query) => {
      asked++;
      return ask(query);
    };
    const queriesOf = async (query: string) => {
      await show(query);
      asked = 0;
      await show(query);
      return asked;
    };
    t.equal(await queriesOf('?words=Pat'), await queriesOf('?words=Ada'));
  });
});
