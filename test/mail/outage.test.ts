import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import PostalMime from 'postal-mime';
import t, { type Test } from 'tap';
import { freePort } from '../../.ci/free-port.ts';
import { eventChores } from '../../src/events/chores.ts';
import { startWorker } from '../../src/mail/worker.ts';
import { quiet } from '../deliver.ts';
import { openTalk } from '../events/holders.ts';
import { readCalendar } from '../read-calendar.ts';
import { signedInCoordinator } from '../sign-in.ts';
import { wakeWorker } from '../support/wake-worker.ts';
import { type Received, smtpServer } from './smtp.ts';

t.setTimeout(120_000);

const at = (text: string) => Temporal.Instant.from(text);
const PEOPLE = ['alice', 'bob', 'chloe', 'dev', 'emma'].map((name) => `${name}@example.org`);
const LATE = 'fatima@example.org';
const PAGES = ['/', '/events', '/events/talk', '/events/talk/attend', '/events.ics', '/join', '/sign-in'];

type Talk = Awaited<ReturnType<typeof openTalk>>;

/** A worker whose queue goes by the test's clock: its database functions read the time here. */
const openWorker = async (t: Test, { site }: Talk) => {
  const { db, clock, queue } = site;
  const setQueueClock = () =>
    sql`create or replace function pgboss.job_now() returns timestamp with time zone language sql stable
      as ${sql.lit(`select '${clock.now()}'::timestamp with time zone`)}`.execute(db);
  await setQueueClock();
  const worker = await startWorker({ ...site, log: quiet, sweeps: [], chores: eventChores(site) });
  t.teardown(() => worker.stop());

  /** All that is due now is done, and nothing is being done. */
  const settled = async () => {
    const due = sql<{ count: number }>`
      select count(*)::integer as count from pgboss.job
      where state = 'active' or (state < 'active' and start_after <= pgboss.job_now())`;
    for (let tries = 0; (await due.execute(db)).rows[0]!.count > 0; tries++) {
      if (tries === 1_500) throw new Error('The worker does not come to an end.');
      wakeWorker(queue);
      await pause(20);
    }
  };
  /** Time passes, five minutes by five; each time the worker does what is due; first it sweeps. */
  const pass = async (minutes: number, meanwhile: () => Promise<void> = async () => {}) => {
    await queue.boss.send('sweep', {});
    for (let passed = 0; passed < minutes; passed += 5) {
      clock.advance({ minutes: 5 });
      await setQueueClock();
      await settled();
      await meanwhile();
    }
  };
  return { settled, pass };
};

/** What a calendar program finds in a message, and for whom. */
const understand = async ({ raw, to }: Received) => {
  const { attachments } = await PostalMime.parse(raw);
  const { component, events } = readCalendar(
    new TextDecoder().decode(attachments[0]!.content as ArrayBuffer),
  );
  const { uid, sequence } = events[0]!;
  return { to: to[0]!, uid, sequence, method: String(component.getFirstPropertyValue('method')) };
};

/** The talk as the coordinator's form sends it. */
const planOf = ({ event }: Talk, version: number, from: string, to: string) => ({
  kind: 'talk',
  title: event.title,
  summary: event.summary,
  whatToExpect: event.what_to_expect,
  runBy: event.run_by,
  date: '2026-11-28',
  from,
  to,
  pitch: event.pitch_id!,
  capacity: '20',
  lead: 'none',
  version: String(version),
});

t.test('the mail server is away for an hour', async (t) => {
  const port = await freePort();
  const env = { SMTP_URL: `smtp://127.0.0.1:${port}` };
  const talk = await openTalk(t, { capacity: 20 }, { env });
  const { site, event, says, giveUp } = talk;
  const { db, browser } = site;
  const { settled, pass } = await openWorker(t, talk);
  const { area_id: areaId } = await db
    .selectFrom('events')
    .select('area_id')
    .where('id', '=', event.id)
    .executeTakeFirstOrThrow();
  const { browser: carol, coordinator } = await signedInCoordinator(site, { areaId });

  const visitor = browser();
  const pagesAnswer = async () => {
    for (const page of PAGES) t.equal((await visitor.get(page)).statusCode, 200, page);
    t.equal((await carol.get('/coordinate/messages')).statusCode, 200, 'the log of messages');
  };
  const saves = async (url: string, form: Record<string, string>) =>
    t.equal((await carol.post(url, form)).statusCode, 303, url);

  for (const email of PEOPLE) t.equal((await says({ fullName: 'Alex', email })).statusCode, 303);
  await settled();
  await pagesAnswer();
  await saves('/coordinate/events/talk', planOf(talk, 1, '12:00', '15:00'));
  await pass(10, pagesAnswer);
  t.equal((await giveUp(PEOPLE[0]!)).statusCode, 303);
  t.equal((await says({ fullName: 'Alex', email: LATE })).statusCode, 303);
  await saves('/coordinate/events/talk', planOf(talk, 2, '12:30', '15:00'));
  await pass(20, pagesAnswer);
  await saves('/coordinate/events/talk/cancellation', { reason: 'Snow.' });
  await pass(35, pagesAnswer);

  const queued = await db.selectFrom('messages').select(['state', 'attempts', 'invite']).execute();
  t.same(
    queued.filter(({ state }) => state === 'sent' || state === 'failed' || state === 'suppressed'),
    [],
    'nothing was sent, and nothing was given up',
  );
  t.ok(Math.max(...queued.map(({ attempts }) => attempts)) > 3, 'though it was tried again and again');
  t.ok(site.clock.now().since(at('2026-11-23T09:00:00Z')).total('hours') > 1);

  const { received } = await smtpServer(t, {}, {}, port);
  await visitor.post('/sign-in', { email: coordinator.email });
  await settled();
  t.same(
    received.map(({ to }) => to),
    [[coordinator.email]],
    'a code that someone waits for now goes out at once',
  );
  await pass(60, pagesAnswer);

  const unsent = await db.selectFrom('messages').select('id').where('state', '!=', 'sent').execute();
  t.same(unsent, [], 'everything is delivered');
  const ids = received.map(({ raw }) => /^Message-ID: <([^@]+)@/im.exec(raw)?.[1]);
  t.equal(new Set(ids).size, received.length, 'and nothing twice');
  t.equal(received.length, queued.length + 1);
  const entries = await Promise.all(
    received.filter(({ raw }) => raw.includes('text/calendar')).map(understand),
  );
  t.equal(new Set(entries.map(({ uid }) => uid)).size, PEOPLE.length + 1);
  const inOrder = (email: string) =>
    entries.filter(({ to }) => to === email).map(({ method, sequence }) => `${method} ${sequence}`);
  const all = ['REQUEST 0', 'REQUEST 1', 'REQUEST 2', 'CANCEL 3'];
  for (const email of PEOPLE.slice(1)) t.same(inOrder(email), all, email);
  t.same(inOrder(PEOPLE[0]!), ['REQUEST 0', 'REQUEST 1', 'CANCEL 2'], 'who gave up their place');
  t.same(inOrder(LATE), ['REQUEST 0', 'REQUEST 1', 'CANCEL 2'], 'who said so in the end');
});
