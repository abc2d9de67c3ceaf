import { randomUUIDv7 } from 'node:crypto';
import { areasOf } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { BookingState } from '../schema.ts';
import { hasPlace, isFull } from './bookings.ts';
import { findSession, type OfAreas, type PlannedSession } from './planned-sessions.ts';
import { mayWalkIn } from './register.ts';
import { registerOpensAt } from './session-words.ts';

/** What a coordinator says of someone on the day; 'unmarked' takes back what was said. */
export type Mark = 'there' | 'absent' | 'unmarked';

export type AttendanceRefusal =
  /** No such session, or nobody of this name in it. */
  | { refused: 'unknown' }
  | { refused: 'cancelled' }
  /** It is not about to begin. */
  | { refused: 'too early' }
  | { refused: 'full' }
  /** A pass has to be taken back first. */
  | { refused: 'passed' }
  | { refused: 'not there' };

/** Whoever marks people at a session: which one, and as whom. */
export interface Marking {
  actor: Actor;
  coordinator: OfAreas;
  sessionId: string;
  now: Temporal.Instant;
}

const STATES = { there: 'attended', absent: 'absent', unmarked: 'booked' } as const;

/** The session, where people can be marked now. */
export const openRegister = async (
  trx: Trx,
  { coordinator, sessionId, now }: Marking,
): Promise<{ session: PlannedSession } | AttendanceRefusal> => {
  const session = await findSession(trx, coordinator, sessionId);
  if (!session) return { refused: 'unknown' };
  if (session.state === 'cancelled') return { refused: 'cancelled' };
  if (Temporal.Instant.compare(now, registerOpensAt(session)) < 0) return { refused: 'too early' };
  return { session };
};

/** A booking of this session, held: whatever is said of one person happens one after the other. */
export const lockBooking = (trx: Trx, sessionId: string, bookingId: string) =>
  trx
    .selectFrom('bookings')
    .select(['id', 'state', 'champion_id as championId'])
    .where('id', '=', bookingId)
    .where('session_id', '=', sessionId)
    .where('state', '<>', 'withdrawn')
    .forUpdate()
    .executeTakeFirst();

const write = async (
  trx: Trx,
  { actor, now }: Marking,
  session: PlannedSession,
  booking: { id: string; state: BookingState },
  state: BookingState,
) => {
  if (booking.state === state) return;
  const marked =
    state === 'booked'
      ? { marked_at: null, marked_by: null }
      : { marked_at: now, marked_by: actor.coordinatorId };
  await trx
    .updateTable('bookings')
    .set({ state, offered_until: null, ...marked })
    .where('id', '=', booking.id)
    .execute();
  const entry = { action: 'mark', subjectKind: 'booking', subjectId: booking.id, areaId: session.areaId };
  await audit(trx, actor, { ...entry, details: { sessionId: session.id, state } }, now);
};

/** One transaction that may run out of places. */
const unlessFull = async <T>(work: () => Promise<T>): Promise<T | { refused: 'full' }> => {
  try {
    return await work();
  } catch (error) {
    if (isFull(error)) return { refused: 'full' };
    throw error;
  }
};

/** Holds the session, as whoever gives up or takes a place does first. */
const holdSession = (trx: Trx, sessionId: string) =>
  trx.selectFrom('sessions').select('id').where('id', '=', sessionId).forNoKeyUpdate().execute();

/**
 * Says whether someone was there, or takes that back. Saying it again changes nothing; who was waiting and came takes a
 * place, if there is one.
 */
export const markAttendance = (
  db: Db,
  marking: Marking,
  { bookingId, mark }: { bookingId: string; mark: Mark },
): Promise<'marked' | AttendanceRefusal> =>
  unlessFull(() =>
    db.transaction().execute(async (trx): Promise<'marked' | AttendanceRefusal> => {
      const open = await openRegister(trx, marking);
      if ('refused' in open) return open;
      if (mark === 'there') await holdSession(trx, marking.sessionId);
      const booking = await lockBooking(trx, marking.sessionId, bookingId);
      if (!booking) return { refused: 'unknown' };
      if (booking.state === 'passed') return mark === 'there' ? 'marked' : { refused: 'passed' };
      if (!hasPlace(booking) && mark !== 'there') return { refused: 'not there' };
      await write(trx, marking, open.session, booking, STATES[mark]);
      return 'marked';
    }),
  );

const championOf = (trx: Trx, { coordinator }: Marking, championId: string) =>
  trx
    .selectFrom('champions')
    .select('id')
    .where('id', '=', championId)
    .where('area_id', '=', areasOf(coordinator))
    .where(mayWalkIn)
    .executeTakeFirst();

/**
 * Writes someone of the coordinator's areas into the register who had not booked, as there. Who is in it already is
 * marked as there.
 * @returns their booking
 */
export const addWalkIn = (
  db: Db,
  marking: Marking,
  championId: string,
): Promise<{ bookingId: string } | AttendanceRefusal> =>
  unlessFull(() =>
    db.transaction().execute(async (trx): Promise<{ bookingId: string } | AttendanceRefusal> => {
      const open = await openRegister(trx, marking);
      if ('refused' in open) return open;
      await holdSession(trx, marking.sessionId);
      if (!(await championOf(trx, marking, championId))) return { refused: 'unknown' };
      const held = await trx
        .selectFrom('bookings')
        .select(['id', 'state'])
        .where('champion_id', '=', championId)
        .where('session_id', '=', marking.sessionId)
        .where('state', '<>', 'withdrawn')
        .forUpdate()
        .executeTakeFirst();
      if (held) {
        if (held.state !== 'passed') await write(trx, marking, open.session, held, 'attended');
        return { bookingId: held.id };
      }
      const { actor, sessionId, now } = marking;
      const bookingId = randomUUIDv7();
      await trx
        .insertInto('bookings')
        .values({
          id: bookingId,
          session_id: sessionId,
          champion_id: championId,
          state: 'attended',
          booked_at: now,
          marked_at: now,
          marked_by: actor.coordinatorId,
        })
        .execute();
      const entry = {
        action: 'add',
        subjectKind: 'booking',
        subjectId: bookingId,
        areaId: open.session.areaId,
      };
      await audit(trx, actor, { ...entry, details: { sessionId, walkIn: true } }, now);
      return { bookingId };
    }),
  );
