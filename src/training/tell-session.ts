import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { queueMessages } from '../mail/messages.ts';
import { cancelledMessage } from '../mail/place-messages.ts';
import { tell } from '../mail/tell.ts';
import { findHeldSession, occasionOf, othersOf, subjectOf } from './held-session.ts';

const BATCH = 200;

/** Live invites to a session in the order of their ids, with whose they are. */
const selectHolders = (trx: Trx, sessionId: string) =>
  trx
    .selectFrom('bookings')
    .innerJoin('invites', 'invites.booking_id', 'bookings.id')
    .innerJoin('champions', 'champions.id', 'bookings.champion_id')
    .select([
      'invites.id as inviteId',
      'invites.sequence',
      'invites.told',
      'champions.id as championId',
      'champions.full_name as fullName',
      'champions.email as recipient',
    ])
    .where('bookings.session_id', '=', sessionId)
    .where('invites.cancelled_at', 'is', null)
    .orderBy('invites.id');

interface Moment {
  publicUrl: string;
  now: Temporal.Instant;
}

/**
 * One batch, in one transaction. It holds the session first, as whoever gives up a place does, then the invites: so that
 * two workers tell each of them once.
 * @returns the last invite of a full batch: where the next one goes on
 */
const tellBatch = async (
  trx: Trx,
  queue: Queue,
  sessionId: string,
  after: string | undefined,
  { publicUrl, now }: Moment,
) => {
  const session = await findHeldSession(trx, sessionId, { lock: true });
  if (!session) return undefined;
  let query = selectHolders(trx, sessionId).limit(BATCH).forUpdate('invites');
  if (after) query = query.where('invites.id', '>', after);
  const rows = await query.execute();
  const holders = rows.map((row) => ({ ...row, attendanceId: null, eventId: null }));
  await tell(trx, queue, holders, subjectOf(session), { publicUrl, timeZone: session.timeZone, now });
  return rows.length === BATCH ? rows.at(-1)!.inviteId : undefined;
};

/** Ends the waiting for a session that is cancelled, and says so. */
const endWaiting = (db: Db, queue: Queue, sessionId: string, now: Temporal.Instant) =>
  db.transaction().execute(async (trx) => {
    const session = await findHeldSession(trx, sessionId, { lock: true });
    if (session?.state !== 'cancelled') return;
    const ended = await trx
      .updateTable('bookings')
      .from('champions')
      .set({ state: 'withdrawn', withdrawn_at: now, offered_until: null })
      .where('bookings.session_id', '=', sessionId)
      .where('bookings.state', 'in', ['waiting', 'offered'])
      .whereRef('champions.id', '=', 'bookings.champion_id')
      .returning(['champions.id', 'champions.full_name', 'champions.email'])
      .execute();
    const news = {
      occasion: occasionOf(session, now),
      reason: session.reason,
      why: 'event' as const,
      others: othersOf(session),
    };
    const messages = ended.map(({ id, full_name, email }) =>
      cancelledMessage(
        { championId: id, attendanceId: null, eventId: null, fullName: full_name, recipient: email },
        news,
      ),
    );
    if (Temporal.Instant.compare(session.entry.endsAt, now) > 0)
      await queueMessages(trx, queue, messages, now);
  });

/**
 * Tells everyone who is booked on a session what they do not know yet, once it has settled. Running it again, or twice
 * at once, sends nothing twice.
 */
export const tellSessionHolders = async (db: Db, queue: Queue, sessionId: string, moment: Moment) => {
  const telling = await db
    .selectFrom('session_tellings')
    .select('due_at')
    .where('session_id', '=', sessionId)
    .executeTakeFirst();
  if (telling && Temporal.Instant.compare(telling.due_at, moment.now) > 0) return;
  let after: string | undefined;
  do {
    after = await db.transaction().execute((trx) => tellBatch(trx, queue, sessionId, after, moment));
  } while (after);
  await endWaiting(db, queue, sessionId, moment.now);
  await db
    .deleteFrom('session_tellings')
    .where('session_id', '=', sessionId)
    .where('due_at', '<=', moment.now)
    .execute();
};

/** Does what the jobs should have done, where one was lost or came before its time. */
export const tellSessionsOverdue = async (db: Db, queue: Queue, moment: Moment) => {
  const overdue = await db
    .selectFrom('session_tellings')
    .select('session_id')
    .where('due_at', '<=', moment.now)
    .orderBy('due_at')
    .limit(100)
    .execute();
  for (const { session_id } of overdue) await tellSessionHolders(db, queue, session_id, moment);
};
