import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { parse } from 'node-html-parser';
import t from 'tap';
import { type Message, queueMessage } from '../../src/mail/messages.ts';
import { KINDS, PRIVATE_KINDS } from '../../src/messages/words.ts';
import { deliverMail } from '../deliver.ts';
import { testApp } from '../helper.ts';
import { smtpServer } from '../mail/smtp.ts';
import { makeArea, makeChampion, makeEvent, makeNeighbourhood } from '../make.ts';
import { signedInCoordinator } from '../sign-in.ts';

const refused = new Set<string>();
const server = await smtpServer(t, {
  onRecipient: (address) =>
    refused.has(address) ? { code: 550, text: `5.1.1 <${address}> unknown` } : undefined,
});
const site = await testApp(t, { env: { SMTP_URL: server.url } });
const { db, queue, clock } = site;
const area = await makeArea(db);
await makeArea(db);
const neighbourhood = await makeNeighbourhood(db, { area_id: area.id });
const { browser: coordinators, coordinator } = await signedInCoordinator(site, { areaId: area.id });
const { browser: elsewhere } = await signedInCoordinator(site);

const champion = (row: Parameters<typeof makeChampion>[1] = {}) =>
  makeChampion(db, { neighbourhood_id: neighbourhood.id, phone: '+447700900123', ...row });

const send = async (message: Partial<Message> & Pick<Message, 'recipient'>) => {
  const id = await db.transaction().execute((trx) =>
    queueMessage(
      trx,
      queue,
      {
        kind: 'removed-from-calendar',
        championId: null,
        data: { released: { title: 'A', when: 'B', place: 'C' } },
        ...message,
      },
      clock.now(),
    ),
  );
  await deliverMail(site);
  return id;
};

const seen = (body: string) => parse(body).querySelector('main')!.text.replace(/\s+/g, ' ');
const stateOf = async (id: string) =>
  (await db.selectFrom('messages').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
const reads = async (subjectKind: string) =>
  (await db.selectFrom('audit_entries').select('id').where('subject_kind', '=', subjectKind).execute())
    .length;

t.test('every kind of message is in words, or kept from coordinators', (t) => {
  const kinds = readdirSync(new URL('../../views/emails', import.meta.url)).filter(
    (kind) => kind !== 'parts',
  );
  t.same(
    kinds.filter((kind) => !KINDS[kind] && !PRIVATE_KINDS.includes(kind)),
    [],
  );
  t.end();
});

t.test('nothing yet', async (t) => {
  t.match(seen((await coordinators.get('/coordinate/messages')).body), /Nothing has gone out yet/);
});

t.test('what was sent to people of the area: names, never an address or a code', async (t) => {
  const alice = await champion();
  await send({ championId: alice.id, recipient: alice.email });
  await send({
    kind: 'sign-in',
    championId: alice.id,
    recipient: alice.email,
    data: { codeId: randomUUID() },
  });
  const before = await reads('messages');
  const { body } = await coordinators.get('/coordinate/messages');
  t.equal(await reads('messages'), before + 1, 'the read is written down');
  t.match(seen(body), /Alice Example/);
  t.match(seen(body), /Cancelled booking/);
  t.equal(parse(body).querySelectorAll('tbody tr').length, 1, 'but not that she signed in');
  t.notMatch(body, alice.email);
  t.notMatch(seen((await elsewhere.get('/coordinate/messages')).body), /Alice/);
});

t.test('the area of a message: the event’s, the person’s, or the stall’s where they signed up', async (t) => {
  const there = await makeNeighbourhood(db);
  const event = await makeEvent(db);
  const areaOf = async (id: string) =>
    (await db.selectFrom('messages').select('area_id').where('id', '=', id).executeTakeFirstOrThrow())
      .area_id;
  const bob = await makeChampion(db, { neighbourhood_id: there.id });
  const { area_id } = await db
    .selectFrom('events')
    .select('area_id')
    .where('id', '=', event.id)
    .executeTakeFirstOrThrow();
  t.equal(await areaOf(await send({ championId: bob.id, recipient: bob.email, eventId: event.id })), area_id);
  t.equal(await areaOf(await send({ championId: bob.id, recipient: bob.email })), there.area_id);
  const carla = await makeChampion(db);
  t.equal(await areaOf(await send({ championId: carla.id, recipient: carla.email })), null);
  await db
    .insertInto('sign_ups')
    .values({
      id: randomUUID(),
      champion_id: carla.id,
      event_id: event.id,
      source: 'qr',
      session_id: null,
      full_name: 'Carla',
      email: carla.email,
      phone: null,
      age_band: '18+',
      neighbourhood_id: null,
      updates_wording: null,
      notice_version: '2026-11',
      made_at: clock.now(),
    })
    .execute();
  t.equal(await areaOf(await send({ championId: carla.id, recipient: carla.email })), area_id);
});

t.test('an address that bounced: whom to phone, trust it again, send again once', async (t) => {
  const dora = await champion({ full_name: 'Dora Example', email: 'dora@example.org' });
  refused.add(dora.email);
  const failed = await send({ championId: dora.id, recipient: dora.email });
  t.equal(await stateOf(failed), 'failed');
  const held = await send({ championId: dora.id, recipient: dora.email });
  t.equal(await stateOf(held), 'suppressed');
  const address = `/coordinate/messages/${held}`;

  const list = seen((await coordinators.get('/coordinate/messages?state=suppressed&words=dora')).body);
  t.match(list, /Dora Example.*Held back There is no such mailbox/);
  const before = await reads('message');
  const page = (await coordinators.get(address)).body;
  t.match(seen(page), /phone Dora Example on 07700 900123/);
  t.match(seen(page), /d…@example\.org/);
  t.notMatch(page, 'dora@example.org');
  t.equal(await reads('message'), before + 1);

  t.equal((await elsewhere.get(address)).statusCode, 404);
  t.equal((await elsewhere.post(`${address}/resending`)).statusCode, 404);
  t.equal((await elsewhere.post(`${address}/trust`, { answer: 'works' })).statusCode, 404);

  const tooEarly = await coordinators.post(`${address}/resending`);
  t.equal(tooEarly.statusCode, 422);
  t.match(seen(tooEarly.body), /Phone them first/);
  const unanswered = await coordinators.post(`${address}/trust`);
  t.equal(unanswered.statusCode, 422);
  t.match(seen(unanswered.body), /Choose what they said/);
  refused.clear();
  t.equal((await coordinators.post(`${address}/trust`, { answer: 'works' })).statusCode, 303);
  t.match(seen((await coordinators.get(address)).body), /We will send to this address again/);

  t.equal((await coordinators.post(`${address}/resending`)).statusCode, 303);
  t.equal((await coordinators.post(`${address}/resending`)).statusCode, 303);
  t.match(seen((await coordinators.get(address)).body), /on its way already/);
  await deliverMail(site);
  t.equal(await stateOf(held), 'sent');
  const arrived = server.received.filter(({ to }) => to[0] === dora.email);
  t.equal(arrived.length, 1);
  t.match(arrived[0]!.raw, `Message-ID: <${held}@`);

  const entries = await db
    .selectFrom('audit_entries')
    .select(['action', 'details'])
    .where('subject_id', '=', held)
    .where('action', '!=', 'read')
    .orderBy('at')
    .orderBy('id')
    .execute();
  t.strictSame(
    entries.map(({ action }) => action),
    ['trust address', 'send again'],
  );
  t.notMatch(JSON.stringify(entries), /dora/i);
  t.ok(coordinator.id);
});

t.test('it goes to the address that the person has now, and not to who has left', async (t) => {
  const eve = await champion({ full_name: 'Eve Example', email: 'eve.old@example.org' });
  refused.add(eve.email);
  const failed = await send({ championId: eve.id, recipient: eve.email });
  await db
    .updateTable('champions')
    .set({ email: 'eve@example.org', email_key: 'eve@example.org' })
    .where('id', '=', eve.id)
    .execute();
  t.match(
    seen((await coordinators.get(`/coordinate/messages/${failed}`)).body),
    /changed their address since/,
  );
  t.equal((await coordinators.post(`/coordinate/messages/${failed}/resending`)).statusCode, 303);
  await deliverMail(site);
  t.equal(server.received.at(-1)!.to[0], 'eve@example.org');

  const finn = await champion({ email: 'finn@example.org' });
  refused.add(finn.email);
  const his = await send({ championId: finn.id, recipient: finn.email });
  await db.updateTable('champions').set({ state: 'left' }).where('id', '=', finn.id).execute();
  const answer = await coordinators.post(`/coordinate/messages/${his}/resending`);
  t.equal(answer.statusCode, 422);
  t.match(seen(answer.body), /has left/);
});

t.test('an old invite is not sent again over a newer one', async (t) => {
  const gil = await champion({ email: 'gil@example.org' });
  const invite = {
    uid: 'one@localhost',
    sequence: 0,
    method: 'REQUEST' as const,
    title: 'A',
    startsAt: '2026-12-02T18:00:00Z',
    endsAt: '2026-12-02T19:30:00Z',
    location: 'B',
    description: 'C',
  };
  refused.add(gil.email);
  const old = await send({ championId: gil.id, recipient: gil.email, invite });
  await db.deleteFrom('suppressed_addresses').execute();
  refused.delete(gil.email);
  await send({
    championId: gil.id,
    recipient: gil.email,
    invite: { ...invite, sequence: 1, method: 'CANCEL' },
  });
  const answer = await coordinators.post(`/coordinate/messages/${old}/resending`);
  t.match(seen(answer.body), /A newer message/);
});

t.test('a page of 25, then the rest, each once', async (t) => {
  const hana = await champion({ full_name: 'Hana Zebra' });
  for (let i = 0; i < 27; i++) await send({ championId: hana.id, recipient: hana.email });
  const rows = (body: string) =>
    parse(body)
      .querySelectorAll('tbody a')
      .map((link) => link.getAttribute('href'));
  const first = (await coordinators.get('/coordinate/messages?words=zebra')).body;
  const older = parse(first).querySelector('.govuk-pagination__next a')!.getAttribute('href')!;
  const second = (await coordinators.get(older)).body;
  t.equal(rows(first).length, 25);
  t.equal(rows(second).length, 2);
  t.equal(new Set([...rows(first), ...rows(second)]).size, 27);
  t.match(seen((await coordinators.get('/coordinate/messages?words=nobody%25')).body), /No message fits/);
  t.equal((await coordinators.get('/coordinate/messages?before=x')).statusCode, 400);
  t.equal((await coordinators.get('/coordinate/messages/x')).statusCode, 400);
});
