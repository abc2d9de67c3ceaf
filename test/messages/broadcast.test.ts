import { parse } from 'node-html-parser';
import t from 'tap';
import { deliverMail } from '../deliver.ts';
import { testApp } from '../helper.ts';
import { makeArea, makeCampaign, makeEvent, makeNeighbourhood, makePitch, makeVenue } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { inviteTo, makeConsent, makeGuest, makeHolder, seen, workOff, write } from './people.ts';

const site = await testApp(t);
const { db } = site;
const area = await makeArea(db);
const elsewhere = await makeArea(db);
const pitchIn = async (areaId: string) => {
  const neighbourhood = await makeNeighbourhood(db, { area_id: areaId });
  return (await makePitch(db, { venue_id: (await makeVenue(db, { neighbourhood_id: neighbourhood.id })).id }))
    .id;
};
const { browser, coordinator } = await signedInCoordinator(site, { areaId: area.id });
const { browser: others } = await signedInCoordinator(site, { areaId: elsewhere.id });

// Their codes to sign in.
await deliverMail(site);

const sentOf = (page: string) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('broadcast_id', '=', page.split('/').at(-1)!)
    .orderBy('recipient')
    .execute();

t.test('write, look, try on oneself, send: one message a person', async (t) => {
  const event = await makeEvent(db, { slug: 'one', pitch_id: await pitchIn(area.id) });
  for (const name of ['ann', 'ben', 'cat']) {
    await makeHolder(db, [event.id], { email: `${name}.one@example.org`, full_name: `${name} <b>` });
  }
  await makeHolder(db, [event.id], { email: 'left.one@example.org', state: 'left' });
  const out = await makeHolder(db, [event.id], { email: 'out.one@example.org' });
  await db
    .updateTable('invites')
    .set({ cancelled_at: site.clock.now() })
    .where('champion_id', '=', out.id)
    .execute();

  const body = 'Hello <script>\r\n\r\nSee https://example.org/map?a=1&b=2.\r\njavascript:alert(1)';
  const { page, response } = await write(browser, 'events/one', { body });
  t.equal(response.statusCode, 303);
  const preview = (await browser.get(page)).body;
  t.match(seen(preview), /It goes to 3 people/);
  t.equal((await sentOf(page)).length, 0, 'nothing goes out before it is sent');
  const frame = await browser.get(`${page}/preview`);
  t.match(frame.headers['content-security-policy'], /sandbox/);
  t.match(frame.body, 'Hello &lt;script&gt;');
  const links = parse(frame.body)
    .querySelectorAll('p a')
    .map((link) => link.getAttribute('href'));
  t.ok(links.includes('https://example.org/map?a=1&b=2'));
  t.notOk(links.find((link) => link?.startsWith('javascript')));

  await browser.post(`${page}/test`);
  const [test] = await deliverMail(site);
  t.equal(test!.parsed.to![0]!.address, coordinator.email);
  t.equal(test!.parsed.subject, 'Saturday: where to park');
  t.equal((await sentOf(page)).length, 0);

  const [first, second] = await Promise.all([
    browser.post(`${page}/sending`),
    browser.post(`${page}/sending`),
  ]);
  t.same([first.statusCode, second.statusCode], [303, 303]);
  t.equal(await workOff(site), 1);
  await site.db
    .transaction()
    .execute((trx) => site.queue.enqueue(trx, 'expand-broadcast', { broadcastId: page.split('/').at(-1) }));
  await workOff(site);
  const rows = await sentOf(page);
  t.same(
    rows.map(({ recipient }) => recipient),
    ['ann.one@example.org', 'ben.one@example.org', 'cat.one@example.org'],
  );
  t.ok(rows.every(({ area_id }) => area_id === area.id));
  t.match(seen((await browser.get(page)).body), /3 people in all: Waiting 3/);

  const delivered = await deliverMail(site);
  t.equal(delivered.length, 3);
  const { parsed, raw } = delivered.find((one) => one.parsed.to![0]!.address?.startsWith('ann'))!;
  t.match(
    parsed.text,
    /^Hello ann <b>,\s+Hello <script>\s+See https:\/\/example\.org\/map\?a=1&b=2\.\s+javascript/,
  );
  t.match(parsed.text, /because you have a place/);
  t.match(parsed.html, 'Hello ann &lt;b&gt;');
  t.notMatch(raw, /List-Unsubscribe/i);
  t.equal(parsed.to!.length, 1);
  t.match(seen((await browser.get(page)).body), /3 people in all: Sent 3/);
  t.match(seen((await browser.get('/coordinate/messages?words=ann')).body), /Saturday: where to park/);

  const entries = await db
    .selectFrom('audit_entries')
    .select(['action', 'details'])
    .where('subject_kind', '=', 'broadcast')
    .execute();
  t.same(
    entries.map(({ action }) => action),
    ['write', 'test', 'send'],
  );
  t.match(entries[2]!.details, { people: 3, purpose: 'service' });
  t.notMatch(JSON.stringify(entries), /park|example\.org/);
});

t.test('a campaign: once a person, and only at events of the coordinator’s areas', async (t) => {
  const campaign = await makeCampaign(db, { slug: 'week' });
  const at = (slug: string, pitch_id: string) => makeEvent(db, { slug, pitch_id, campaign_id: campaign.id });
  const mine = await at('week-1', await pitchIn(area.id));
  const mineToo = await at('week-2', await pitchIn(area.id));
  const theirs = await at('week-3', await pitchIn(elsewhere.id));
  await makeHolder(db, [mine.id, mineToo.id], { email: 'both@example.org' });
  await makeHolder(db, [mineToo.id, theirs.id], { email: 'two.areas@example.org' });
  await makeHolder(db, [theirs.id], { email: 'theirs@example.org' });
  await makeGuest(db, mine.id, 'guest@example.org');
  await makeGuest(db, mineToo.id, 'both@example.org');
  const { page } = await write(browser, 'campaigns/week');
  t.match(seen((await browser.get(page)).body), /It goes to 3 people/);
  await browser.post(`${page}/sending`);
  await workOff(site);
  t.same(
    (await sentOf(page)).map(({ recipient }) => recipient),
    ['both@example.org', 'guest@example.org', 'two.areas@example.org'],
  );
  t.equal((await deliverMail(site)).length, 3);
});

t.test('news goes to those who agreed, and to nobody who withdrew before it was sent', async (t) => {
  const event = await makeEvent(db, { slug: 'news', pitch_id: await pitchIn(area.id) });
  const yes = await makeHolder(db, [event.id], { email: 'yes@example.org' });
  const wavering = await makeHolder(db, [event.id], { email: 'wavering@example.org' });
  const late = await makeHolder(db, [event.id], { email: 'late@example.org' });
  await makeHolder(db, [event.id], { email: 'never@example.org' });
  await makeConsent(db, yes.id);
  const withdrawn = await makeConsent(db, wavering.id);
  const withdrawnLate = await makeConsent(db, late.id);
  const withdraw = (id: string) =>
    db.updateTable('consents').set({ withdrawn_at: site.clock.now() }).where('id', '=', id).execute();

  const { page } = await write(browser, 'events/news', { purpose: 'news' });
  t.match(seen((await browser.get(page)).body), /It goes to 3 people/);
  await withdraw(withdrawn);
  await browser.post(`${page}/sending`);
  await workOff(site);
  t.equal((await sentOf(page)).length, 2);
  await withdraw(withdrawnLate);
  const delivered = await deliverMail(site);
  t.same(
    delivered.map(({ parsed }) => parsed.to![0]!.address),
    ['yes@example.org'],
  );
  t.match(seen((await browser.get(page)).body), /Sent 1 Held back 1/);
  t.match(
    seen((await browser.get('/coordinate/messages?state=suppressed')).body),
    /They have turned news off/,
  );
});

t.test('another area’s event, campaign and messages are not there', async (t) => {
  await makeEvent(db, { slug: 'private', pitch_id: await pitchIn(area.id) });
  const { page } = await write(browser, 'events/private');
  for (const path of ['events/private', 'campaigns/nothing'])
    t.equal((await others.get(`/coordinate/${path}/messages/new`)).statusCode, 404, path);
  const letter = { purpose: 'service', subject: 'A', body: 'B' };
  t.equal((await others.post('/coordinate/events/private/messages', letter)).statusCode, 404);
  for (const path of ['', '/edit', '/preview'])
    t.equal((await others.get(page + path)).statusCode, 404, path);
  for (const path of ['', '/test', '/sending'])
    t.equal((await others.post(page + path, letter)).statusCode, 404, path);
  t.notMatch(seen((await others.get('/coordinate/broadcasts')).body), /Saturday: where to park/);
});

t.test('the form: what is missing, a telling subject, changed words, sent twice', async (t) => {
  const event = await makeEvent(db, { slug: 'form', pitch_id: await pitchIn(area.id) });
  await makeHolder(db, [event.id]);
  const empty = await browser.post('/coordinate/events/form/messages', { body: 'Line 1\r\nLine 2' });
  t.equal(empty.statusCode, 422);
  t.match(seen(empty.body), /Choose what the message is.*Enter a subject/);
  t.equal(parse(empty.body).querySelector('textarea')!.text, 'Line 1\nLine 2');

  const telling = { subject: 'Hate crime week: for our champions' };
  const warned = await write(browser, 'events/form', telling);
  t.equal(warned.response.statusCode, 422);
  t.match(seen(warned.response.body), /‘Hate’ and ‘crime’ and ‘champions’ may tell them too much/);
  const fine = await write(browser, 'events/form', { ...telling, wordsAreFine: 'yes' });
  t.equal(fine.response.statusCode, 303);
  t.match(seen((await browser.get(fine.page)).body), /The subject says ‘Hate’/);

  const injected = await write(browser, 'events/form', { subject: 'A\r\nBcc: mallory@example.org' });
  const row = await db
    .selectFrom('broadcasts')
    .select('subject')
    .where('id', '=', injected.submission)
    .executeTakeFirstOrThrow();
  t.equal(row.subject, 'A Bcc: mallory@example.org');

  const { page, submission } = await write(browser, 'events/form');
  const again = await browser.post('/coordinate/events/form/messages', {
    submission,
    purpose: 'service',
    subject: 'Other words',
    body: 'B',
  });
  t.equal(again.headers.location, page, 'the same form is the same message');
  t.match(seen((await browser.get(`${page}/edit`)).body), /Write a message/);
  t.equal(
    (await browser.post(page, { purpose: 'service', subject: 'New words', body: 'C' })).statusCode,
    303,
  );
  t.match(seen((await browser.get(page)).body), /Your changes are saved.*New words/);
  await browser.post(`${page}/sending`);
  t.equal((await browser.get(`${page}/edit`)).headers.location, page);
  await browser.post(page, { purpose: 'service', subject: 'Too late', body: 'D' });
  t.match(seen((await browser.get(page)).body), /sent already.*New words/);
  await workOff(site);
});

t.test('to nobody: not sent', async (t) => {
  await makeEvent(db, { slug: 'empty', pitch_id: await pitchIn(area.id) });
  const { page } = await write(browser, 'events/empty');
  t.match(seen((await browser.get(page)).body), /Nobody would get this message now/);
  const answer = await browser.post(`${page}/sending`);
  t.equal(answer.statusCode, 422);
  t.match(seen(answer.body), /we did not send it/);
  t.equal(await workOff(site), 0);
});

t.test('thousands: in batches, and behind what people wait for', async (t) => {
  const event = await makeEvent(db, { slug: 'many', pitch_id: await pitchIn(area.id) });
  const count = 1_203;
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  await db
    .insertInto('champions')
    .values(
      ids.map((id, n) => ({
        id,
        email: `many.${n}@example.org`,
        email_key: `many.${n}@example.org`,
        full_name: `Person ${n}`,
        phone: null,
        age_band: '18+' as const,
        neighbourhood_id: null,
        state: 'confirmed' as const,
        confirmed_at: null,
        left_at: null,
        created_at: site.clock.now(),
      })),
    )
    .execute();
  await db
    .insertInto('invites')
    .values(ids.map((id) => inviteTo(event.id, id)))
    .execute();
  const { page } = await write(browser, 'events/many');
  t.match(seen((await browser.get(page)).body), /It goes to 1,203 people/);
  await browser.post(`${page}/sending`);
  t.match(seen((await browser.get(page)).body), /still getting it ready/);
  await workOff(site);
  t.equal((await sentOf(page)).length, count);
  await site.browser().post('/sign-in', { email: 'many.5@example.org' });
  const [next] = await site.queue.boss.fetch<{ messageId: string }>('send-message');
  const { kind } = await db
    .selectFrom('messages')
    .select('kind')
    .where('id', '=', next!.data.messageId)
    .executeTakeFirstOrThrow();
  t.equal(kind, 'sign-in', 'the code goes first');
});
