import t from 'tap';
import { messagesTo, pageText } from '../champions/people.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { openTalk } from './holders.ts';

const PEOPLE = '/coordinate/events/talk/people';
const alice = { fullName: 'Alice Example', email: 'alice@example.org' };
const bob = { fullName: 'Bob Example', email: 'bob@example.org' };

const openPeople = async (t: Parameters<typeof openTalk>[0], capacity = 1) => {
  const talk = await openTalk(t, { capacity });
  const { area_id: areaId } = await talk.site.db
    .selectFrom('events')
    .select('area_id')
    .where('id', '=', talk.event.id)
    .executeTakeFirstOrThrow();
  const { browser } = await signedInCoordinator(talk.site, { areaId });
  const audited = async () =>
    (
      await talk.site.db.selectFrom('audit_entries').select(['action', 'details']).orderBy('id').execute()
    ).filter(({ action }) => ['read people', 'add', 'remove'].includes(action));
  return { ...talk, browser, audited };
};

t.test('a coordinator sees who comes, by name, and that is written down', async (t) => {
  const { browser, says, audited } = await openPeople(t);
  t.match(pageText(await browser.get(PEOPLE)), /Nobody has said so yet/);
  await says(alice);
  await says(bob);
  const page = await browser.get(PEOPLE);
  t.match(pageText(page), /1 person has a place of 1\. 0 offered, 1 waiting/);
  t.match(pageText(page), /Alice Example Has a place .* Bob Example On the waiting list/);
  t.notMatch(page.body, '@example.org', 'no addresses');
  t.match(await audited(), [
    { action: 'read people', details: { people: 0 } },
    { action: 'read people', details: { people: 2 } },
  ]);
});

t.test('who is removed is told, and the place goes to the next, once', async (t) => {
  const { site, browser, says, standing, audited } = await openPeople(t);
  await says(alice);
  await says(bob);
  const { id } = await site.db
    .selectFrom('attendances')
    .select('id')
    .where('email', '=', alice.email)
    .executeTakeFirstOrThrow();
  for (let i = 0; i < 2; i++)
    t.equal((await browser.post(`${PEOPLE}/${id}/removal`)).headers.location, PEOPLE);
  t.match(pageText(await browser.get(PEOPLE)), /They are off the list/);
  t.match(await standing(), [{ email: bob.email, state: 'offered' }]);
  const [, cancel, ...others] = await messagesTo(site.db, alice.email);
  t.match(cancel, {
    kind: 'cancelled',
    data: { why: 'coordinator' },
    invite: { method: 'CANCEL', sequence: 1 },
  });
  t.equal(others.length, 0);
  const removals = (await audited()).filter(({ action }) => action === 'remove');
  t.equal(removals.length, 1);
  t.notMatch(JSON.stringify(removals), /Alice|example\.org/);
});

t.test('a coordinator adds someone, who gets the same message as anyone', async (t) => {
  const { site, browser, standing } = await openPeople(t);
  const mistaken = await browser.post(PEOPLE, { fullName: '', email: 'x@' });
  t.equal(mistaken.statusCode, 422);
  t.match(mistaken.body, 'Enter your name');
  t.match(mistaken.body, 'value="x@"');
  await browser.post(PEOPLE, alice);
  t.match(pageText(await browser.get(PEOPLE)), /They have a place/);
  await browser.post(PEOPLE, bob);
  t.match(pageText(await browser.get(PEOPLE)), /they are on the waiting list/);
  await browser.post(PEOPLE, bob);
  t.match(pageText(await browser.get(PEOPLE)), /on the list already/);
  t.match(await standing(), [{ state: 'booked' }, { state: 'waiting' }]);
  t.match(await messagesTo(site.db, alice.email), [{ kind: 'coming', invite: { method: 'REQUEST' } }]);
});

t.test('another area’s people are not there', async (t) => {
  const { site, says } = await openPeople(t);
  await says(alice);
  const { id } = await site.db.selectFrom('attendances').select('id').executeTakeFirstOrThrow();
  const { browser } = await signedInCoordinator(site);
  for (const answer of [
    await browser.get(PEOPLE),
    await browser.post(PEOPLE, bob),
    await browser.post(`${PEOPLE}/${id}/removal`),
  ])
    t.equal(answer.statusCode, 404);
});
