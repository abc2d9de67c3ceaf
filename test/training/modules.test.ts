import { parse } from 'node-html-parser';
import t, { type Test } from 'tap';
import type { Db } from '../../src/db.ts';
import { recordPass } from '../../src/training/records.ts';
import { pageText } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeChampion, makeModule, makeNeighbourhood, makeSession } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

const LIST = '/coordinate/training/modules';
const day = (text: string) => Temporal.PlainDate.from(text);

const plan = {
  name: 'Safeguarding',
  summary: 'What to do when something worries you.',
  calendarTitle: 'Training session',
  ways: ['in person', 'e-learning'],
  mandatoryFor: ['champion'],
  validityMonths: '24',
  graceDays: '0',
};

const passed = (db: Db, championId: string, moduleId: string, on: string) =>
  db.transaction().execute((trx) =>
    recordPass(trx, {
      championId,
      moduleId,
      passedOn: day(on),
      source: 'coordinator',
      recordedBy: null,
      now: Temporal.Instant.from('2026-11-20T09:00:00Z'),
    }),
  );

/** A module that every champion has to take, and that Alice, Bob (elsewhere) and Cem have passed, but not Dana. */
const openProgramme = async (t: Test) => {
  const site = await testApp(t);
  const { db } = site;
  const { id: neighbourhood_id, area_id: areaId } = await makeNeighbourhood(db);
  const elsewhere = (await makeNeighbourhood(db)).id;
  const { browser: admin } = await signedInCoordinator(site, { areaId, administrator: true });
  const module = await makeModule(db, {
    slug: 'safeguarding',
    name: 'Safeguarding',
    induction: false,
    mandatory_for: ['champion'],
    validity_months: 24,
  });
  const here = { neighbourhood_id };
  const alice = await makeChampion(db, { full_name: 'Alice Long-Ago', ...here });
  const bob = await makeChampion(db, { full_name: 'Bob Elsewhere', neighbourhood_id: elsewhere });
  const cem = await makeChampion(db, { full_name: 'Cem Lately', ...here });
  await makeChampion(db, { full_name: 'Dana Never', ...here });
  const suspended = await makeChampion(db, { full_name: 'Eve Suspended', state: 'suspended', ...here });
  for (const { id } of [alice, bob, suspended]) await passed(db, id, module.id, '2025-06-01');
  await passed(db, cem.id, module.id, '2026-11-01');
  const terms = () =>
    db.selectFrom('modules').selectAll().where('id', '=', module.id).executeTakeFirstOrThrow();
  return { site, db, areaId, admin, module, terms, address: `${LIST}/safeguarding` };
};

/** What a page would send with the button of this value. */
const sentWith = (body: string, step: string) => {
  const sent: Record<string, string | string[]> = { step };
  for (const input of parse(body).querySelectorAll('main input[type=hidden]')) {
    const name = input.getAttribute('name')!;
    sent[name] = [sent[name] ?? [], input.getAttribute('value')!].flat();
  }
  return sent;
};

t.test('a shorter validity shows whom it would un-certify, and is saved only then', async (t) => {
  const { db, admin, terms, address } = await openProgramme(t);
  const form = { ...plan, edits: '0', validityMonths: '12' };
  const preview = await admin.post(address, form);
  t.equal(preview.statusCode, 200);
  const text = pageText(preview);
  t.match(text, /From today on, 2 people would no longer be ready\. Of your areas: 1\./);
  t.match(text, /Alice Long-Ago/);
  t.notMatch(text, /Elsewhere|Lately|Never|Suspended/, 'own areas only, and only who loses something');
  t.equal((await terms()).validity_months, 24, 'nothing is saved yet');
  const back = await admin.post(address, sentWith(preview.body, 'form'));
  t.match(back.body, /name="validityMonths"[^>]* value="12"/, 'what was typed stays');

  const saved = await admin.post(address, sentWith(preview.body, 'confirmed'));
  t.equal(saved.headers.location, LIST, pageText(saved).slice(300, 900));
  t.match(await terms(), { validity_months: 12, required_since: '2026-11-23', edits: 1, version: 1 });
  t.match(
    await db
      .selectFrom('audit_entries')
      .selectAll()
      .where('subject_kind', '=', 'module')
      .orderBy('id')
      .execute(),
    [
      { action: 'read', details: { people: 1 } },
      { action: 'change', details: { validityMonths: 12 } },
    ],
  );

  const stale = await admin.post(address, sentWith(preview.body, 'confirmed'));
  t.equal(stale.statusCode, 409, 'who confirms what someone else changed meanwhile is told');
  t.match(pageText(stale), /Someone else changed this module/);
  const conflict = await admin.post(address, { ...form, name: 'Another name', validityMonths: '6' });
  t.match(pageText(conflict), /How long it counts : you have ‘6 months’, and it is now ‘12 months’/);
  t.match(conflict.body, 'value="Another name"');
});

t.test('with days of grace nobody loses anything today, and the day after the grace is shown', async (t) => {
  const { admin, address, terms } = await openProgramme(t);
  const form = { ...plan, edits: '0', graceDays: '30', newVersion: 'required' };
  const text = pageText(await admin.post(address, form));
  t.match(text, /From today on, nobody would lose their standing\./);
  t.match(text, /From Thursday 24 December on, 3 people would no longer be ready\. Of your areas: 2\./);
  await admin.post(address, { ...form, step: 'confirmed' });
  t.match(await terms(), {
    version: 2,
    counts_from_version: 2,
    required_since: '2026-11-23',
    grace_days: 30,
    mandatory_before: ['champion'],
    validity_months_before: 24,
    counts_from_version_before: 1,
  });
  await admin.post(address, { ...form, edits: '1', newVersion: 'kept', step: 'confirmed' });
  t.match(await terms(), { version: 3, counts_from_version: 2, edits: 2 });
  await admin.post(address, { ...form, edits: '2', step: 'confirmed' });
  const later = { counts_from_version: 4, counts_from_version_before: 1 };
  t.match(await terms(), later, 'who has time to catch up keeps it when more is asked meanwhile');
});

t.test('what asks for less, or says the same in other words, keeps its day', async (t) => {
  const { db, admin, address, terms } = await openProgramme(t);
  await db.updateTable('modules').set({ required_since: '2026-03-01' }).execute();
  const renamed = await admin.post(address, { ...plan, edits: '0', name: 'Keeping people safe' });
  t.equal(renamed.headers.location, LIST, 'no one can lose anything by it, so it is saved at once');
  const longer = { ...plan, edits: '1', validityMonths: '', mandatoryFor: 'lead' };
  t.match(pageText(await admin.post(address, longer)), /Nobody loses anything/);
  await admin.post(address, { ...longer, step: 'confirmed' });
  t.match(await terms(), { required_since: '2026-03-01', validity_months: null, mandatory_for: ['lead'] });
  await admin.post(address, { ...longer, edits: '2', mandatoryFor: ['lead', 'greeter'], step: 'confirmed' });
  t.match(await terms(), { required_since: '2026-11-23' });
});

t.test('a module that is new and mandatory is asked of everyone from today', async (t) => {
  const { db, site, admin, areaId } = await openProgramme(t);
  const form = { ...plan, name: 'New', mandatoryFor: ['lead', 'greeter'], graceDays: '10' };
  const preview = await admin.post(LIST, form);
  t.match(pageText(preview), /From Friday 4 December on, 3 people could no longer be greeters/);
  t.match(pageText(preview), /From Friday 4 December on, 3 people could no longer lead/);
  t.equal((await admin.post(LIST, sentWith(preview.body, 'confirmed'))).statusCode, 303);
  const made = await db.selectFrom('modules').selectAll().where('slug', '=', 'new-2').executeTakeFirst();
  t.match(made, {
    position: 2,
    required_since: '2026-11-23',
    mandatory_for: ['greeter', 'lead'],
    version: 1,
  });
  const { browser: carol } = await signedInCoordinator(site, { areaId });
  t.match(pageText(await carol.get(LIST)), /New .*Greeters and leads 24 months/);
  t.equal((await carol.get(`${LIST}/safeguarding`)).statusCode, 404, 'only administrators change it');
  t.equal((await carol.post(`${LIST}/safeguarding`, plan)).statusCode, 404);
});

t.test('each mistake has a sentence beside its field', async (t) => {
  const { admin } = await openProgramme(t);
  const cases: [Record<string, string | string[]>, string, RegExp][] = [
    [{ name: '' }, 'name', /Enter the name/],
    [{ summary: '' }, 'summary', /in one sentence/],
    [{ calendarTitle: 'Hate crime training' }, 'calendarTitle', /leave out ‘Hate’/],
    [{ ways: [] }, 'ways', /at least one way/],
    [{ ways: ['by post'] }, 'ways', /at least one way/],
    [{ mandatoryFor: 'everyone' }, 'mandatoryFor', /who has to take it/],
    [{ validityMonths: '0' }, 'validityMonths', /from 1 to 120/],
    [{ graceDays: '1 month' }, 'graceDays', /from 0 to 365/],
  ];
  for (const [wrong, field, sentence] of cases) {
    const refused = await admin.post(LIST, { ...plan, ...wrong });
    t.equal(refused.statusCode, 422, field);
    t.match(refused.body, `href="#${field}"`);
    t.match(pageText(refused), sentence);
  }
});

t.test('a module is retired once no session of it is to come, and comes back asked of nobody', async (t) => {
  const { db, admin, module, address, terms } = await openProgramme(t);
  const session = await makeSession(db, { module_id: module.id });
  t.match(pageText(await admin.post(`${address}/retirement`)), /Sessions of this module are still to come/);
  await db.updateTable('sessions').set({ state: 'cancelled', cancelled_at: session.starts_at }).execute();
  for (let twice = 0; twice < 2; twice++)
    t.equal((await admin.post(`${address}/retirement`)).statusCode, 303);
  t.match(pageText(await admin.get(LIST)), /Safeguarding Retired/);
  t.equal((await admin.post(address, { ...plan, edits: '1' })).headers.location, LIST, 'and is not changed');
  t.match(pageText(await admin.get(LIST)), /This module is retired/);
  await admin.post(`${address}/restoration`);
  t.match(await terms(), { closed_at: null, mandatory_for: [], edits: 2 });
  const induction = await makeModule(db);
  t.match(pageText(await admin.post(`${LIST}/${induction.slug}/retirement`)), /Everyone begins with this/);
});
