import t from 'tap';
import { tellSessionsOverdue } from '../../src/training/tell-session.ts';
import { alice, codeIn, messagesTo } from '../champions/people.ts';
import { deliverMail } from '../deliver.ts';
import { testApp } from '../helper.ts';
import { makePitch, makeSession } from '../make.ts';
import { changeSession, settleSession } from './bookings.ts';

const at = (text: string) => Temporal.Instant.from(text);

/** An app with a session that Alice booked when she signed up. */
const openSample = async (t: Parameters<typeof testApp>[0], row: Parameters<typeof makeSession>[1] = {}) => {
  const site = await testApp(t);
  const session = await makeSession(site.db, row);
  const hers = site.browser();
  await hers.post('/join', { ...alice(), session: session.id });
  const [first] = await messagesTo(site.db, 'alice@example.org');
  await hers.post('/join/confirm', { code: codeIn(first!, site.config) });
  return {
    site,
    session,
    hers,
    first: first!,
    change: (row: Parameters<typeof changeSession>[2]) => changeSession(site, session.id, row),
    settle: () => settleSession(site, session.id),
    /** What she was sent after her sign-up. */
    news: async () => (await messagesTo(site.db, 'alice@example.org')).slice(1),
  };
};

t.test('edits within minutes go out as one message, and what changes nothing as none', async (t) => {
  const { site, first, change, settle, news } = await openSample(t);
  t.match(first.invite, { method: 'REQUEST', sequence: 0, title: 'First session' });
  await change({ trainer: 'Priya', capacity: 20 });
  await settle();
  t.same(await news(), [], 'nothing that matters to them');

  const pitch = await makePitch(site.db, { name: 'Room 2' });
  await change({ starts_at: at('2026-12-02T17:00:00Z') });
  site.clock.advance({ minutes: 2 });
  await change({ starts_at: at('2026-12-02T17:30:00Z'), pitch_id: pitch.id });
  await tellSessionsOverdue(site.db, site.queue, {
    publicUrl: site.config.publicUrl,
    now: site.clock.now(),
  });
  t.same(await news(), [], 'not before it has settled');
  await settle();
  await settle();
  const [moved, ...others] = await news();
  t.same(others, []);
  t.match(moved, {
    kind: 'moved',
    data: {
      before: { when: 'Wednesday 2 December, 6pm to 7:30pm', place: /near the Samsung shop/ },
      after: { when: 'Wednesday 2 December, 5:30pm to 7:30pm', place: /Room 2/ },
    },
    invite: { method: 'REQUEST', sequence: 1, uid: first.invite!.uid },
  });
});

t.test('a cancelled session is cancelled once, with its reason and where the others are', async (t) => {
  const { site, change, settle, news } = await openSample(t);
  await change({
    state: 'cancelled',
    cancelled_at: site.clock.now(),
    cancelled_reason: 'The trainer is ill.',
  });
  await settle();
  await settle();
  const [cancelled, ...others] = await news();
  t.same(others, []);
  t.match(cancelled, {
    kind: 'cancelled',
    data: { reason: 'The trainer is ill.' },
    invite: { method: 'CANCEL', sequence: 1 },
  });
  const mail = (await deliverMail(site)).at(-1)!.parsed;
  t.match(mail.text, /\/me\/sessions\?module=/);
  t.notMatch(`${mail.subject} ${mail.text} ${mail.html}`, /hate|crime|champion|\{\{|undefined/i);
});

t.test('the joining link is in no calendar and no message, and another link is no news', async (t) => {
  const { site, first, change, settle, news } = await openSample(t, {
    online_url: 'https://meet.example/secret',
  });
  t.equal(first.invite!.location, 'Online');
  t.match(first.data.booking, { place: 'Online' });
  await change({ online_url: 'https://meet.example/other' });
  await settle();
  t.same(await news(), []);
  await change({ starts_at: at('2026-12-02T18:30:00Z') });
  await settle();
  t.match(await news(), [{ kind: 'moved', data: { placeChanged: false }, invite: { location: 'Online' } }]);
  for (const { parsed, raw } of await deliverMail(site))
    t.notMatch(`${raw} ${parsed.text} ${parsed.html}`, /meet\.example/);
});
