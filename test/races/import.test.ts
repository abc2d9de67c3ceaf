import { sql } from 'kysely';
import t, { type Test } from 'tap';
import type { Db } from '../../src/db.ts';
import { confirmImport } from '../../src/planning/imports.ts';
import { plannedSite, postFile } from '../events/planned-site.ts';
import { needsPostgres } from '../helper.ts';
import { atOnce } from '../lock-waits.ts';
import { hiddenFields } from '../planning/city.ts';
import { withoutLocks } from './without-locks.ts';

const AT_ONCE = 20;
const ROWS = 8;

/** Online, so that no pitch holds them apart: only the references do. */
const FILE = [
  'reference,title,kind,date,start,end,venue,pitch,campaign,summary,what_to_expect,run_by,capacity,online_url',
  ...Array.from(
    { length: ROWS },
    (_, i) =>
      `T-${i},Talk ${i},online,${10 + i}/12/2026,18:00,19:00,,,,Hello.,People.,Friends,,https://talk.example/`,
  ),
].join('\r\n');

const open = async (t: Test) => {
  const site = await plannedSite(t);
  const { db, carol } = site;
  const choose = async () => {
    const { headers } = await postFile(carol, '/coordinate/import', { pasted: FILE });
    const address = String(headers.location);
    const action = `${address}/confirmation`;
    const form = hiddenFields((await carol.get(address)).body, action);
    return { id: address.split('/').at(-1)!, form, confirm: () => carol.post(action, form) };
  };
  const references = async () =>
    (await db.selectFrom('events').select('reference').orderBy('reference').execute()).map(
      ({ reference }) => reference,
    );
  /** Takes away what keeps two events of one reference apart; their addresses, made from the same titles, do so too. */
  const forgetReferences = () =>
    sql`alter table events drop constraint events_reference_key, drop constraint events_slug_key`.execute(db);
  return { ...site, choose, references, forgetReferences };
};

const times = <T>(db: Db, work: () => Promise<T>) =>
  atOnce(
    db,
    'events',
    Array.from({ length: AT_ONCE }, () => work),
  );
const ONE_SET = Array.from({ length: ROWS }, (_, i) => `T-${i}`);

t.test(`one file confirmed ${AT_ONCE} times at once: one set of events`, needsPostgres(), async (t) => {
  const { choose, references, db } = await open(t);
  const { confirm } = await choose();
  const answers = await times(db, confirm);
  t.same([...new Set(answers.map(({ statusCode }) => statusCode))], [303]);
  t.same(await references(), ONE_SET);
  const audited = await db.selectFrom('audit_entries').select('id').where('action', '=', 'import').execute();
  t.equal(audited.length, 1);
});

t.test(
  `one file chosen ${AT_ONCE} times, and all confirmed at once: one set of events`,
  needsPostgres(),
  async (t) => {
    const { choose, references, db } = await open(t);
    const chosen = [];
    for (let i = 0; i < AT_ONCE; i++) chosen.push(await choose());
    const answers = await atOnce(
      db,
      'events',
      chosen.map(({ confirm }) => confirm),
    );
    t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, ...Array(AT_ONCE - 1).fill(409)]);
    t.same(await references(), ONE_SET);
  },
);

t.test('if references need not be unique, the second is not so', needsPostgres(), async (t) => {
  const { choose, references, forgetReferences, db } = await open(t);
  await forgetReferences();
  const chosen = [];
  for (let i = 0; i < AT_ONCE; i++) chosen.push(await choose());
  await atOnce(
    db,
    'events',
    chosen.map(({ confirm }) => confirm),
  );
  const { length } = await references();
  t.ok(length > ROWS, `${length} events: so the test above can fail`);
});

t.test('and without the lock on the file, neither is the first', needsPostgres(), async (t) => {
  const { choose, references, forgetReferences, db, queue, clock, area, coordinator } = await open(t);
  await forgetReferences();
  const { id, form } = await choose();
  const doing = {
    queue,
    actor: { coordinatorId: coordinator.id, requestId: id },
    areaIds: [area.id],
    coordinatorId: coordinator.id,
    timeZone: 'Europe/London',
    now: clock.now(),
  };
  const fingerprint = String(form.fingerprint);
  await times(db, () => confirmImport(db.withPlugin(withoutLocks), doing, { id, fingerprint }));
  const { length } = await references();
  t.ok(length > ROWS, `${length} events: so the first test can fail`);
});
