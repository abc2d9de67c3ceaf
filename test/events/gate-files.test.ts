import t from 'tap';
import { isRefused } from '../bad-input/form-page.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { passAll, plannedSite, postFile, words } from './planned-site.ts';

const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const EXE = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(600)]);
const SVG = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

t.test('what a gate is passed with', async (t) => {
  const site = await plannedSite(t);
  const { db, carol, form, address, venue } = site;
  await carol.post('/coordinate/events', form);
  const risk = `${address}/gates/risk-assessment`;
  const insurance = `${address}/gates/insurance`;

  const wrong: [name: string, content: Buffer | string, sentence: RegExp][] = [
    ['letter.pdf', EXE, /something else/],
    ['picture.png', SVG, /something else/],
    ['picture.svg', SVG, /something else/],
    ['page.pdf', '<html>%PDF-1.4', /something else/],
    ['empty.pdf', '', /empty/],
    ['large.pdf', Buffer.concat([PDF, Buffer.alloc(10_000_000)]), /5 MB or less/],
  ];
  for (const [name, content, sentence] of wrong) {
    const refused = await postFile(carol, risk, { note: 'Kept' }, { name, content });
    isRefused(t, refused, { file: sentence }, { typed: { note: 'Kept' }, what: name });
  }
  t.same(await db.selectFrom('event_gates').selectAll().execute(), [], 'nothing half-done');
  t.equal(
    (await postFile(carol, risk, {}, { name: 'x.pdf', content: Buffer.alloc(25_000_000) })).statusCode,
    413,
  );
  const broken = await carol.send({
    method: 'POST',
    url: risk,
    payload: '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  });
  t.equal(broken.statusCode, 400, 'a form that breaks off');
  const foreign = await carol.send({
    method: 'POST',
    url: risk,
    payload: '',
    headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'multipart/form-data; boundary=x' },
  });
  t.equal(foreign.statusCode, 403);

  const name = '../../Über "die"\r\nRisiken.exe.pdf';
  const passed = await postFile(
    carol,
    risk,
    { note: 'By Ann' },
    { name: name.replace(/[\r\n]/g, ''), content: PDF },
  );
  t.equal(passed.statusCode, 303);
  const page = (await carol.get(address)).body;
  t.match(words(page), /Risk assessment In place Carol Example, Monday 23 November, 9am: By Ann/);
  const href = /\/coordinate\/events\/[\w-]+\/files\/[\w-]+/.exec(page)![0];
  const file = await carol.get(href);
  t.equal(file.statusCode, 200);
  t.same(file.rawPayload, PDF);
  t.match(file.headers, {
    'content-type': 'application/pdf',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-disposition': /^attachment; filename="[\w .-]+\.pdf"; filename\*=UTF-8''[\w%.-]+\.pdf$/,
  });
  const { browser: dave } = await signedInCoordinator(site);
  t.equal((await dave.get(href)).statusCode, 404, 'not for another area');
  t.equal((await carol.get(href.replace(/.{12}$/, '000000000000'))).statusCode, 404);

  for (const insuredFor of ['', 'a lot', '-5', '1e9', '9'.repeat(30)])
    isRefused(t, await postFile(carol, insurance, { insuredFor }), { insuredFor: /in pounds/ });
  isRefused(t, await postFile(carol, insurance, { insuredFor: '4,999,999' }), {
    insuredFor: /asks for £5,000,000 or more/,
  });
  isRefused(t, await postFile(carol, `${address}/gates/lead`, {}), { gate: /Choose a lead/ });
  isRefused(t, await carol.post(`${risk}/reopening`), { reason: /Say why/ });
  t.equal((await postFile(carol, `${address}/gates/nothing`, {})).statusCode, 404);

  t.equal(
    (await postFile(carol, insurance, { insuredFor: '£5,000,000' }, { name: 'a.png', content: PNG }))
      .statusCode,
    303,
  );
  await db.updateTable('venues').set({ insurance_minimum: 10_000_000 }).where('id', '=', venue.id).execute();
  t.match(words((await carol.get(address)).body), /Insurance To do.*asks for £10,000,000 now/);
  t.equal((await postFile(carol, insurance, { insuredFor: '10000000' })).statusCode, 303);
});

t.test('what is online needs no venue', async (t) => {
  const { db, carol, form, lead } = await plannedSite(t);
  const online = { ...form, kind: 'online', pitch: '', onlineUrl: 'https://meet.example/x', lead: lead.id };
  const { headers } = await carol.post('/coordinate/events', online);
  const address = String(headers.location);
  t.same(await passAll(carol, address), [404, 303, 404, 303, 303, 404]);
  t.match(await db.selectFrom('events').select('state').executeTakeFirst(), { state: 'ready' });
  t.match(words((await carol.post(`${address}/venue-request`)).body), /no venue to ask/);
  t.equal((await carol.post(`${address}/publication`)).statusCode, 303);
});
