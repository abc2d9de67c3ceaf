import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';
import { queueMessage } from '../mail/messages.ts';
import type { MessageState } from '../schema.ts';
import { countAudience } from './audience.ts';
import { findAbout, type Target } from './targets.ts';

/** What a coordinator writes. */
export interface Letter {
  purpose: 'service' | 'news';
  subject: string;
  body: string;
}

interface Draft extends Letter {
  /** From the form: the same for every copy of one submission. It becomes the broadcast's id. */
  id: string;
  target: Target;
  areaIds: string[];
  now: Temporal.Instant;
}

/** All of its areas are the coordinator's: people of another area's are not theirs to write to. */
const within = (areaIds: string[]) => sql<boolean>`broadcasts.area_ids <@ ${areaIds}::uuid[]`;

/**
 * Keeps a message as a draft. The same form again keeps the words that came last, until it is sent.
 * @returns the draft's id, or why not: it was sent meanwhile, or the id is somebody else's
 */
export const writeBroadcast = (
  db: Db,
  actor: Actor & { coordinatorId: string },
  { id, target, areaIds, now, ...letter }: Draft,
): Promise<{ id: string } | { refused: 'sent' | 'unknown' }> =>
  db.transaction().execute(async (trx) => {
    const written = await trx
      .insertInto('broadcasts')
      .values({
        id,
        event_id: target.kind === 'event' ? target.id : null,
        campaign_id: target.kind === 'campaign' ? target.id : null,
        area_ids: areaIds,
        ...letter,
        written_by: actor.coordinatorId,
        written_at: now,
        sent_by: null,
        sent_at: null,
        expanded_at: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (written) {
      const details = { [target.kind]: target.id, purpose: letter.purpose };
      await audit(trx, actor, { action: 'write', subjectKind: 'broadcast', subjectId: id, details }, now);
      return written;
    }
    return changeLetter(trx, actor, { id, areaIds, now }, letter);
  });

interface Change {
  id: string;
  areaIds: string[];
  now: Temporal.Instant;
}

const changeLetter = async (
  db: Db,
  actor: Actor,
  { id, areaIds, now }: Change,
  letter: Letter,
): Promise<{ id: string } | { refused: 'sent' | 'unknown' }> => {
  const draft = await db
    .selectFrom('broadcasts')
    .select(['sent_at', 'written_by'])
    .where('id', '=', id)
    .where(within(areaIds))
    .forUpdate()
    .executeTakeFirst();
  if (!draft) return { refused: 'unknown' };
  if (draft.sent_at) return { refused: 'sent' };
  await db.updateTable('broadcasts').set(letter).where('id', '=', id).execute();
  await audit(db, actor, { action: 'change', subjectKind: 'broadcast', subjectId: id }, now);
  return { id };
};

/** Changes the words of a draft. */
export const changeBroadcast = (db: Db, actor: Actor, change: Change, letter: Letter) =>
  db.transaction().execute((trx) => changeLetter(trx, actor, change, letter));

const selectBroadcasts = (db: Db, areaIds: string[]) =>
  db
    .selectFrom('broadcasts')
    .innerJoin('coordinators as writer', 'writer.id', 'broadcasts.written_by')
    .leftJoin('events', 'events.id', 'broadcasts.event_id')
    .leftJoin('campaigns', 'campaigns.id', 'broadcasts.campaign_id')
    .select((eb) => [
      'broadcasts.id',
      'broadcasts.event_id as eventId',
      'broadcasts.campaign_id as campaignId',
      'broadcasts.area_ids as areaIds',
      'broadcasts.purpose',
      'broadcasts.subject',
      'broadcasts.body',
      'broadcasts.written_at as writtenAt',
      'broadcasts.sent_at as sentAt',
      'broadcasts.expanded_at as expandedAt',
      'writer.full_name as writer',
      eb.fn.coalesce('events.title', 'campaigns.name').$notNull().as('about'),
      sql<boolean>`coalesce(events.state = 'cancelled', false)`.as('cancelled'),
    ])
    .where(within(areaIds));

/** A message that is all within these areas; undefined where there is none. */
export const findBroadcast = (db: Db, id: string, areaIds: string[]) =>
  selectBroadcasts(db, areaIds).where('broadcasts.id', '=', id).executeTakeFirst();

export type Broadcast = NonNullable<Awaited<ReturnType<typeof findBroadcast>>>;

/** The newest fifty messages to people of these areas, drafts included. */
export const listBroadcasts = (db: Db, areaIds: string[]) =>
  selectBroadcasts(db, areaIds)
    .orderBy('broadcasts.written_at', 'desc')
    .orderBy('broadcasts.id', 'desc')
    .limit(50)
    .execute();

/** How many messages of a broadcast are in each state. */
export const countByState = async (db: Db, id: string): Promise<Map<MessageState, number>> => {
  const rows = await db
    .selectFrom('messages')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('broadcast_id', '=', id)
    .groupBy('state')
    .execute();
  return new Map(rows.map(({ state, count }) => [state, count]));
};

/** Sends a draft to its coordinator alone, as people will get it. */
export const testBroadcast = (
  db: Db,
  queue: Queue,
  actor: Actor,
  { broadcast, to, timeZone, now }: TestSending,
) =>
  db.transaction().execute(async (trx) => {
    const { id, subject, body, purpose, eventId } = broadcast;
    const about = await findAbout(trx, eventId, timeZone, now);
    const data = { fullName: to.fullName, subject, body, news: purpose === 'news', ...about };
    await queueMessage(trx, queue, { kind: 'broadcast', championId: null, recipient: to.email, data }, now);
    await audit(trx, actor, { action: 'test', subjectKind: 'broadcast', subjectId: id }, now);
  });

interface TestSending {
  broadcast: Broadcast;
  to: { fullName: string; email: string };
  timeZone: string;
  now: Temporal.Instant;
}

/**
 * Sends a draft: once, however often the button is pressed. The messages themselves are written by a job, in batches.
 * @returns how many it is for at this moment
 */
export const sendBroadcast = (
  db: Db,
  queue: Queue,
  actor: Actor & { coordinatorId: string },
  { id, areaIds, now }: Change,
): Promise<{ people: number } | { refused: 'unknown' | 'sent' | 'nobody' }> =>
  db.transaction().execute(async (trx) => {
    const broadcast = await trx
      .selectFrom('broadcasts')
      .selectAll()
      .where('id', '=', id)
      .where(within(areaIds))
      .forUpdate()
      .executeTakeFirst();
    if (!broadcast) return { refused: 'unknown' };
    if (broadcast.sent_at) return { refused: 'sent' };
    const { event_id: eventId, campaign_id: campaignId, area_ids, purpose } = broadcast;
    const people = await countAudience(trx, { eventId, campaignId, areaIds: area_ids, purpose });
    if (people === 0) return { refused: 'nobody' };
    await trx
      .updateTable('broadcasts')
      .set({ sent_at: now, sent_by: actor.coordinatorId })
      .where('id', '=', id)
      .execute();
    await queue.enqueue(trx, QUEUES.expandBroadcast, { broadcastId: id });
    const entry = { action: 'send', subjectKind: 'broadcast', subjectId: id, details: { people, purpose } };
    await audit(trx, actor, entry, now);
    return { people };
  });
