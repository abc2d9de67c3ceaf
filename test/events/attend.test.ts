import t from 'tap';
import { codeFor } from '../../src/accounts/code.ts';
import { messagesTo, pageText } from '../champions/people.ts';
import { deliverMail } from '../deliver.ts';
import { makeEvent } from '../make.ts';
import { signedInChampion } from '../sign-in.ts';
import { changeEvent, openTalk, settleEvent } from './holders.ts';

const alice = { fullName: 'Alice O’Brien', email: 'alice@example.org' };
const at = (text: string) => Temporal.Instant.from(text);

t.test('who says that they come gets an invite and a code, and the page says the same to all', async (t) => {
  const { site, says, standing } = await openTalk(t, { capacity: 2 });
  const page = await site.browser().get('/events/talk');
  t.match(page.body, 'href="/events/talk/attend"');
  t.match(page.headers['cache-control'], 'public, no-cache');
  t.match(pageText(await site.browser().get('/events/talk/attend')), /Say that you’re coming/);

  const answer = await says(alice);
  t.equal(answer.statusCode, 303);
  t.equal(answer.headers.location, '/attendance/sent');
  t.match(await standing(), [{ email: 'alice@example.org', state: 'booked' }]);
  const [message] = await messagesTo(site.db, 'alice@example.org');
  t.match(message, {
    kind: 'coming',
    champion_id: null,
    invite: { method: 'REQUEST', sequence: 0, title: 'Talk at Centre:MK' },
  });
  const again = await says(alice);
  t.same([again.statusCode, again.headers.location, again.body], [303, '/attendance/sent', answer.body]);
  const [, second, ...others] = await messagesTo(site.db, 'alice@example.org');
  t.match(second, { kind: 'coming', data: { again: true }, invite: null });
  t.equal(others.length, 0);
  t.equal((await site.db.selectFrom('champions').selectAll().execute()).length, 0, 'it makes no champion');
  const [first, , ...none] = await deliverMail(site);
  t.equal(none.length, 0);
  t.match(first!.parsed.text, /Thank you for saying that you come/);
  t.match(first!.parsed.text, /attendance\/withdraw/);
});

t.test('the same submission again changes nothing', async (t) => {
  const { site, says } = await openTalk(t);
  const submission = crypto.randomUUID();
  for (let i = 0; i < 3; i++) await says({ ...alice, submission });
  t.equal((await messagesTo(site.db, 'alice@example.org')).length, 1);
});

t.test('mistakes are shown beside their fields, with what was typed', async (t) => {
  const { says, standing } = await openTalk(t);
  const mistaken = await says({ fullName: 'www.spam.example', email: 'nobody@' });
  t.equal(mistaken.statusCode, 422);
  t.match(mistaken.body, /Enter an email address in the right form/);
  t.match(mistaken.body, /Take out anything else/);
  t.match(mistaken.body, /value="nobody@"/);
  t.match((await says({})).body, /Enter your name/);
  t.equal((await says({ ...alice, website: 'x' })).statusCode, 303, 'a robot is told what it wants to hear');
  t.same(await standing(), []);
});

t.test('what is no talk, is over, put off or cancelled takes nobody', async (t) => {
  const { site, event, says, standing } = await openTalk(t);
  await makeEvent(site.db, { slug: 'stall', capacity: 5 });
  await makeEvent(site.db, { slug: 'free', kind: 'drop-in' });
  await makeEvent(site.db, { slug: 'draft', kind: 'talk', capacity: 5, state: 'draft' });
  for (const slug of ['stall', 'free'])
    t.equal((await site.browser().post(`/events/${slug}/attendance`, alice)).statusCode, 422, slug);
  for (const slug of ['draft', 'nothing']) {
    t.equal((await site.browser().get(`/events/${slug}/attend`)).statusCode, 404);
    t.equal((await site.browser().post(`/events/${slug}/attendance`, alice)).statusCode, 404);
  }
  await site.db.updateTable('events').set({ state: 'postponed' }).where('id', '=', event.id).execute();
  t.match(pageText(await says(alice)), /You can’t book this now/);
  await site.db.updateTable('events').set({ state: 'published' }).where('id', '=', event.id).execute();
  site.clock.set('2026-11-28T11:00:00Z');
  t.equal((await says(alice)).statusCode, 422);
  t.notMatch((await site.browser().get('/events/talk')).body, '/events/talk/attend');
  t.same(await standing(), []);
});

t.test('giving up a place takes the address and its code, frees it, and sends a CANCEL, once', async (t) => {
  const { site, says, standing, codeOf } = await openTalk(t);
  await says(alice);
  const code = await codeOf('alice@example.org');
  const page = await site.browser().get('/attendance/withdraw');
  t.match(page.body, 'method="post"');
  const give = (form: Record<string, string>) => site.browser().post('/attendance/withdraw', form);
  for (const form of [
    { email: 'alice@example.org', code: 'ABCD-EFGH' },
    { email: 'bob@example.org', code },
    { email: 'alice@example.org', code: codeFor(crypto.randomUUID(), site.config.sessionSecret) },
  ]) {
    const refused = await give(form);
    t.equal(refused.statusCode, 422);
    t.match(refused.body, /do not belong together/);
  }
  t.match(await standing(), [{ state: 'booked' }]);
  for (let i = 0; i < 2; i++) {
    const given = await give({ email: ' Alice@Example.org', code: ` ${code.toLowerCase()} ` });
    t.equal(given.headers.location, '/attendance/withdrawn');
  }
  t.same(await standing(), []);
  const [request, cancel, ...others] = await messagesTo(site.db, 'alice@example.org');
  t.match(cancel, {
    kind: 'cancelled',
    data: { why: 'self' },
    invite: { method: 'CANCEL', sequence: 1, uid: request!.invite!.uid },
  });
  t.equal(others.length, 0);
  await says(alice);
  const [, , anew] = await messagesTo(site.db, 'alice@example.org');
  t.match(anew, { kind: 'coming', data: { again: false }, invite: { method: 'REQUEST', sequence: 0 } });
  t.not(anew!.invite!.uid, request!.invite!.uid, 'another booking');
});

t.test('those who come are told of changes like everyone who holds a place', async (t) => {
  const { site, event, says, giveUp } = await openTalk(t);
  await says(alice);
  await changeEvent(site, event.id, { starts_at: at('2026-11-28T12:00:00Z') });
  await settleEvent(site, event.id);
  const [, moved] = await messagesTo(site.db, 'alice@example.org');
  t.match(moved, { kind: 'moved', invite: { method: 'REQUEST', sequence: 1 }, event_id: event.id });
  const [, news] = await deliverMail(site);
  t.match(news!.parsed.text, /attendance\/withdraw\n\n +[A-Z2-9]{4}-[A-Z2-9]{4}/, 'with the code');
  await giveUp('alice@example.org');
  const [, , cancel] = await messagesTo(site.db, 'alice@example.org');
  t.match(cancel, { invite: { method: 'CANCEL', sequence: 2, startsAt: '2026-11-28T12:00:00Z' } });
});

t.test('a champion who signed up there keeps one entry, and sees it on their own page', async (t) => {
  const { site, says } = await openTalk(t);
  const hers = site.browser();
  await hers.post('/events/talk/join', { ...alice, ageBand: '18+' });
  await says(alice);
  const [signedUp, coming] = await messagesTo(site.db, 'alice@example.org');
  t.match(coming, { kind: 'coming', invite: { uid: signedUp!.invite!.uid, sequence: 1 } });
  const code = codeFor(String(signedUp!.data.codeId), site.config.sessionSecret);
  await hers.post('/join/confirm', { code });
  t.match(pageText(await hers.get('/me')), /Talk at the library/);
  const { id } = await site.db.selectFrom('attendances').select('id').executeTakeFirstOrThrow();
  const { browser: bob } = await signedInChampion(site, { email: 'bob@example.org' });
  await bob.post(`/me/attendances/${id}/withdrawal`);
  t.match(await site.db.selectFrom('attendances').select('state').executeTakeFirst(), { state: 'booked' });
  t.equal((await hers.post(`/me/attendances/${id}/withdrawal`)).headers.location, '/me');
  t.match(pageText(await hers.get('/me')), /You have given up your place/);
  t.match(await site.db.selectFrom('attendances').select('state').executeTakeFirst(), { state: 'withdrawn' });
});

t.test('who leaves the programme gives up what they said they come to', async (t) => {
  const { site, says, standing } = await openTalk(t);
  const { browser } = await signedInChampion(site, { email: 'alice@example.org' });
  await says(alice);
  await browser.post('/me/departure');
  t.same(await standing(), []);
  const cancel = (await messagesTo(site.db, 'alice@example.org')).find(({ kind }) => kind === 'cancelled');
  t.match(cancel, { invite: { method: 'CANCEL' } });
});
