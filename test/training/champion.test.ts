import t from 'tap';
import { messagesTo, pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeArea, makeChampion, makeModule, makeRecord } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

t.test('one champion’s training', async (t) => {
  const site = await testApp(t);
  const { db } = site;
  const { areaId, browser, coordinator } = await signedInCoordinator(site);
  const module = await makeModule(db, {
    slug: 'safeguarding',
    name: 'Safeguarding',
    validity_months: 12,
    mandatory_for: ['champion'],
  });
  const champion = await makeChampion(db, { full_name: 'Amina Yusuf', area_id: areaId });
  const elsewhere = await makeChampion(db, { area_id: (await makeArea(db)).id });
  const page = `/coordinate/training/champions/${champion.id}`;
  const read = async () => pageText(await browser.get(page));
  const records = () =>
    db.selectFrom('training_records').selectAll().orderBy('recorded_at').orderBy('id').execute();
  const right = { module: 'safeguarding', day: '20/11/2026', how: 'seen' };

  await t.test('what is typed wrong is said, and stays', async (t) => {
    const wrong = [
      [{}, /Choose the module.*Enter the day.*Choose how you know/],
      [{ ...right, day: '2026-11-24' }, /That day is still to come/],
      [{ ...right, day: '31/11/2026' }, /Enter the day/],
      [{ ...right, module: 'nosuch' }, /Choose the module/],
      [{ ...right, how: 'Alice told me' }, /Choose how you know/],
    ] as const;
    for (const [form, sentence] of wrong) {
      const answer = await browser.post(`${page}/passes`, form);
      t.equal(answer.statusCode, 422);
      t.match(pageText(answer), sentence);
    }
    t.match((await browser.post(`${page}/passes`, { ...right, day: 'soon' })).body, 'value="soon"');
    t.same(await records(), []);
  });

  await t.test('a pass is written down by hand, once', async (t) => {
    t.match(await read(), /In training One module is missing\..*○ Not started/);
    for (let times = 0; times < 2; times++)
      t.equal((await browser.post(`${page}/passes`, right)).headers.location, page);
    t.match(await records(), [
      { passed_on: '2026-11-20', source: 'coordinator', recorded_by: coordinator.id, outcome: 'passed' },
    ]);
    const words = await read();
    t.match(words, /It is written down: Safeguarding/);
    t.match(words, /Ready They have every module that champions need, until 20 Nov 2027/);
    t.match(words, /Passed on 20 Nov 2026, written down by hand by Carol Example: counts until 20 Nov 2027/);
  });

  await t.test('a wrong record is put right, and what was wrong stays to be seen', async (t) => {
    const [first] = await records();
    const form = `/coordinate/training/records/${first!.id}/correction`;
    t.match(pageText(await browser.get(form)), /Amina Yusuf: Safeguarding, passed on 20 Nov 2026/);
    const wrong = [
      [{}, /Choose what is right.*Choose what was wrong/],
      [{ what: 'another day', reason: 'day' }, /Enter the day/],
      [{ what: 'another day', reason: 'day', day: '2026-11-20' }, /That is the day it has already/],
      [{ what: 'another day', reason: 'day', day: '2027-11-20' }, /still to come/],
      [{ what: 'not passed', reason: 'day', words: 'x'.repeat(101) }, /100 letters or fewer/],
    ] as const;
    for (const [typed, sentence] of wrong) {
      const answer = await browser.post(form, typed);
      t.equal(answer.statusCode, 422);
      t.match(pageText(answer), sentence);
    }
    const correct = { what: 'another day', day: '2026-11-18', reason: 'day', words: 'A slip' };
    t.equal((await browser.post(form, correct)).statusCode, 303);
    t.equal((await browser.post(form, correct)).statusCode, 422, 'once');
    t.equal((await browser.get(form)).headers.location, page, 'and its form leads back');
    t.match(
      await read(),
      /Passed on 18 Nov 2026.*Corrected on Monday 23 November by Carol Example: it said 20 Nov 2026\. The day was wrong: A slip/,
    );
    const second = (await records()).find(({ supersedes }) => supersedes)!;
    await browser.post(`/coordinate/training/records/${second.id}/correction`, {
      what: 'not passed',
      reason: 'person',
      words: '\u0000',
    });
    t.match(
      await read(),
      /In training.*○ Not started Not passed\. Corrected .*It was somebody else Corrected .*A slip/,
    );
    t.equal((await records()).length, 3);
  });

  await t.test('the last day that a record names stays when its day is put right', async (t) => {
    const imported = await makeChampion(db, { full_name: 'Ben Imported', area_id: areaId });
    const { id } = await makeRecord(db, {
      champion_id: imported.id,
      module_id: module.id,
      passed_on: '2026-06-10',
      expires_on: '2026-11-20',
      source: 'import',
    });
    const form = `/coordinate/training/records/${id}/correction`;
    t.match(pageText(await browser.get(form)), /It counts until 20 Nov 2026, as the record itself says/);
    const correct = { what: 'another day', reason: 'day' };
    const refused = await browser.post(form, { ...correct, day: '2026-11-22' });
    t.equal(refused.statusCode, 422);
    t.match(pageText(refused), /It does not count any more on that day\. Enter an earlier one/);
    t.equal((await browser.post(form, { ...correct, day: '2026-06-12' })).statusCode, 303);
    t.match(
      pageText(await browser.get(`/coordinate/training/champions/${imported.id}`)),
      /Passed on 12 Jun 2026, from a file: counts until 20 Nov 2026/,
    );
    t.match(
      await db.selectFrom('module_last_days').selectAll().where('champion_id', '=', imported.id).execute(),
      [{ last_day: '2026-11-20' }],
    );
  });

  await t.test(
    'they are paused, suspended and go on, and are told nothing that others could read',
    async (t) => {
      const state = async () =>
        (
          await db
            .selectFrom('champions')
            .select('state')
            .where('id', '=', champion.id)
            .executeTakeFirstOrThrow()
        ).state;
      await browser.post(`${page}/pause`);
      await browser.post(`${page}/pause`);
      t.equal(await state(), 'paused');
      t.match(await read(), /Paused They are taking a break/);
      await browser.post(`${page}/suspension`);
      t.equal(await state(), 'suspended');
      t.match(await read(), /Suspended They are suspended\. Their certificate is not valid/);
      await browser.post(`${page}/pause`);
      t.equal(await state(), 'suspended', 'who is suspended cannot be paused');
      t.match(await read(), /That is not possible/);
      await browser.post(`${page}/return`);
      t.equal(await state(), 'confirmed');
      const told = await messagesTo(db, champion.email);
      t.same(
        told.map(({ kind, data }) => [kind, data]),
        Array(3).fill(['page-changed', {}]),
      );
      const waiting = await makeChampion(db, { area_id: areaId, state: 'awaiting guardian' });
      await browser.post(`/coordinate/training/champions/${waiting.id}/return`);
      const { state: still } = await db
        .selectFrom('champions')
        .select('state')
        .where('id', '=', waiting.id)
        .executeTakeFirstOrThrow();
      t.equal(still, 'awaiting guardian', 'nobody gets past their guardian');
    },
  );

  await t.test('who read and did what is written down, without a word about anyone', async (t) => {
    const entries = await db
      .selectFrom('audit_entries')
      .select(['action', 'details'])
      .where('subject_id', '=', champion.id)
      .execute();
    t.same([...new Set(entries.map(({ action }) => action))].sort(), [
      'correct record',
      'pause',
      'read',
      'record pass',
      'resume',
      'suspend',
    ]);
    t.notMatch(JSON.stringify(entries), /Amina|slip|@/);
    t.match(entries.find(({ action }) => action === 'record pass')?.details, {
      moduleId: module.id,
      how: 'seen',
    });
  });

  await t.test('nobody of another area is there', async (t) => {
    const there = `/coordinate/training/champions/${elsewhere.id}`;
    t.equal((await browser.get(there)).statusCode, 404);
    t.equal((await browser.post(`${there}/passes`, right)).statusCode, 404);
    t.equal((await browser.post(`${there}/suspension`)).statusCode, 404);
    t.equal((await browser.post('/coordinate/training/champions/nosuch/passes', right)).statusCode, 404);
    const { browser: others } = await signedInCoordinator(site);
    const [first] = await records();
    t.equal((await others.get(`/coordinate/training/records/${first!.id}/correction`)).statusCode, 404);
    t.equal((await others.post(`/coordinate/training/records/${first!.id}/correction`, {})).statusCode, 404);
    await db.updateTable('champions').set({ state: 'left' }).where('id', '=', champion.id).execute();
    t.equal((await browser.get(page)).statusCode, 404, 'nor of those who left');
  });
});
