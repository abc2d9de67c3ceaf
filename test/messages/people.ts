import { randomUUID } from 'node:crypto';
import { parse } from 'node-html-parser';
import type { Db } from '../../src/db.ts';
import { QUEUES, type Queue } from '../../src/jobs.ts';
import { messageChores } from '../../src/messages/chores.ts';
import type { Clock } from '../../src/time.ts';
import type { TestBrowser } from '../helper.ts';
import { makeChampion } from '../make.ts';

interface Site {
  db: Db;
  queue: Queue;
  clock: Clock;
}

/** Does what the worker would do with what was sent to an event's people. */
export const workOff = async (site: Site) => {
  const [chore] = messageChores(site);
  const jobs = await site.queue.boss.fetch(QUEUES.expandBroadcast, { batchSize: 10 });
  for (const { id, data } of jobs) {
    await chore!.work(data as object);
    await site.queue.boss.complete(QUEUES.expandBroadcast, id);
  }
  return jobs.length;
};

const TOLD = {
  method: 'REQUEST',
  title: 'Stall',
  startsAt: '2026-11-28T11:00:00Z',
  endsAt: '2026-11-28T15:00:00Z',
  location: 'Centre:MK',
};

export const inviteTo = (eventId: string, championId: string | null, attendanceId: string | null = null) => ({
  id: randomUUID(),
  champion_id: championId,
  attendance_id: attendanceId,
  event_id: eventId,
  told: JSON.stringify(TOLD),
});

/** Someone who said that they come, without being a champion. */
export const makeGuest = async (db: Db, eventId: string, email: string) => {
  const id = randomUUID();
  await db
    .insertInto('attendances')
    .values({
      id,
      event_id: eventId,
      full_name: 'Gwen Guest',
      email,
      email_key: email,
      state: 'booked',
      submission_id: randomUUID(),
      said_at: Temporal.Instant.from('2026-11-20T09:00:00Z'),
    })
    .execute();
  await db
    .insertInto('invites')
    .values(inviteTo(eventId, null, id))
    .execute();
};

/** A champion who holds places at these events. */
export const makeHolder = async (
  db: Db,
  eventIds: string[],
  row: Parameters<typeof makeChampion>[1] = {},
) => {
  const champion = await makeChampion(db, row);
  for (const event_id of eventIds) {
    await db.insertInto('invites').values(inviteTo(event_id, champion.id)).execute();
  }
  return champion;
};

export const makeConsent = async (db: Db, championId: string) => {
  const id = randomUUID();
  await db
    .insertInto('consents')
    .values({
      id,
      champion_id: championId,
      purpose: 'news',
      channel: 'email',
      wording: '2026-11',
      given_at: Temporal.Instant.from('2026-11-01T09:00:00Z'),
      withdrawn_at: null,
    })
    .execute();
  return id;
};

export const seen = (body: string) => parse(body).querySelector('main')!.text.replace(/\s+/g, ' ');

/** Writes a message as a coordinator does, and says where its page is. */
export const write = async (browser: TestBrowser, about: string, letter: Record<string, string> = {}) => {
  const form = parse((await browser.get(`/coordinate/${about}/messages/new`)).body).querySelector(
    'main form',
  )!;
  const submission = form.querySelector('[name=submission]')!.getAttribute('value')!;
  const response = await browser.post(form.getAttribute('action')!, {
    submission,
    purpose: 'service',
    subject: 'Saturday: where to park',
    body: 'Park at the back.\n\nSee you there.',
    ...letter,
  });
  return { response, submission, page: String(response.headers.location) };
};
