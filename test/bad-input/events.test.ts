import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { plannedSite, postFile } from '../events/planned-site.ts';
import { makeKitItem, makePitch } from '../make.ts';
import { isRefused } from './form-page.ts';

const RUNS = process.env.WESTAND_TEST_COMPLETE ? 400 : 60;

t.test('each mistake has its sentence beside its field, and what was typed is kept', async (t) => {
  const site = await plannedSite(t);
  const { db, carol, form, kit } = site;
  const [foreignPitch, foreignKit] = [await makePitch(db), await makeKitItem(db)];
  const refused = async (changed: Record<string, string | string[]>, sentences: Record<string, RegExp>) =>
    isRefused(t, await carol.post('/coordinate/events', { ...form, ...changed }), sentences, {
      typed: { title: form.title },
      what: JSON.stringify(changed).slice(0, 80),
    });
  await refused({ to: '10:00' }, { to: /later than the start/ });
  await refused({ to: '11:00' }, { to: /later than the start/ });
  await refused({ date: '2026-11-22' }, { date: /still to come/ });
  await refused({ date: '2026-11-23', from: '8am' }, { from: /still to come/ });
  await refused({ date: '2026-02-30' }, { date: /real date/ });
  await refused({ from: 'elevenish' }, { from: /Enter a time/ });
  await refused({ endDate: '2027-12-05' }, { endDate: /14 days/ });
  await refused({ date: '2027-03-28', from: '1:30am' }, { from: /left out/ });
  await refused({ date: '2027-10-31', from: '1:30am' }, { from: /comes twice/ });
  await refused({ pitch: foreignPitch.id }, { pitch: /from the list/ });
  await refused({ pitch: randomUUID() }, { pitch: /from the list/ });
  await refused({ pitch: '' }, { pitch: /Choose where/ });
  await refused({ kit: [kit.id, foreignKit.id] }, { kit: /from the list/ });
  await refused({ kind: 'talk', capacity: '0' }, { capacity: /whole number/ });
  await refused({ capacity: '5' }, { capacity: /A stall has room for everyone/ });
  await refused({ lead: randomUUID() }, { lead: /someone who can lead/ });
  await refused({ lead: 'search', leadName: 'Zebediah' }, { leadName: /Nobody there/ });
  await refused({ campaign: randomUUID() }, { campaign: /from the list/ });
  await refused({ kind: 'online', onlineUrl: 'javascript:alert(1)' }, { onlineUrl: /https/ });
  await refused({ summary: ' ', runBy: '\u0000' }, { summary: /one sentence/, runBy: /who runs it/ });
  t.same(await db.selectFrom('events').selectAll().execute(), []);

  await carol.post('/coordinate/events', form);
  const talk = { ...form, kind: 'talk', version: '1', title: 'Talk', capacity: '20' };
  t.equal((await carol.post(site.address, talk)).statusCode, 303);
  await db.updateTable('event_places').set({ taken: 12 }).execute();
  const fewer = await carol.post(site.address, { ...talk, version: '2', capacity: '11' });
  isRefused(t, fewer, { capacity: /More people than that have a place already/ });
  t.equal((await carol.post(site.address, { ...talk, version: '2', capacity: '12' })).statusCode, 303);
});

t.test('whatever is sent, nothing breaks', async (t) => {
  const { carol, form, address } = await plannedSite(t);
  await carol.post('/coordinate/events', form);
  const fields = [
    ...Object.keys(form),
    'endDate',
    'onlineUrl',
    'area',
    'campaign',
    'capacity',
    'leadName',
    'kit',
    'version',
    'edit',
    'take-title',
    'reason',
    'people',
    'note',
    'known',
    '__proto__',
    'insuredFor',
  ];
  const value = fc.oneof(
    fc.constantFrom(
      '',
      '\u0000',
      'search',
      'none',
      'yes',
      '2026-12-06',
      '23:59',
      '99999999999',
      ...Object.values(form),
    ),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.uuid(),
  );
  const body = fc
    .tuple(
      fc.subarray(Object.entries(form)),
      fc.array(fc.tuple(fc.constantFrom(...fields), value), { maxLength: 8 }),
    )
    .map(([base, others]) => new URLSearchParams([...base, ...others]).toString());
  const steps = [
    '',
    '/publication',
    '/postponement',
    '/report',
    '/venue-request',
    '/gates/briefing/reopening',
    '/permission',
    '/gates/insurance',
  ];
  const urls = fc.constantFrom('/coordinate/events', ...steps.map((step) => address + step));
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const forms = fc.asyncProperty(urls, body, async (url, payload) => {
    const { statusCode } = await carol.send({ method: 'POST', url, payload, headers });
    if (statusCode >= 500) throw new Error(`${statusCode} at ${url}`);
  });
  await fc.assert(forms, { numRuns: RUNS });
  const files = fc.asyncProperty(
    fc.string({ maxLength: 30 }),
    fc.uint8Array({ maxLength: 400 }),
    async (name, bytes) => {
      const { statusCode } = await postFile(
        carol,
        `${address}/gates/kit`,
        { note: name },
        { name: name.replaceAll('"', ''), content: Buffer.from(bytes) },
      );
      if (statusCode >= 500) throw new Error(`${statusCode}`);
    },
  );
  await fc.assert(files, { numRuns: RUNS / 4 });
  const queries = fc.asyncProperty(
    fc.dictionary(fc.constantFrom('state', 'campaign', 'from', 'to', 'after', 'before', 'x'), value),
    async (query) => {
      const { statusCode } = await carol.get(`/coordinate/events?${new URLSearchParams(query)}`);
      if (statusCode >= 500) throw new Error(`${statusCode}`);
    },
  );
  await fc.assert(queries, { numRuns: RUNS / 2 });
  t.pass('no 5xx');
});
