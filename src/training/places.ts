import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { type Holding, whatTheyHold } from '../champions/holdings.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { bookedMessage, queueMessage } from '../mail/messages.ts';
import { waitingMessage } from '../mail/place-messages.ts';
import { bookOffered, bookSession, hasPlace, isFull } from './bookings.ts';
import { givePlaceUp, type Moment } from './give-up.ts';
import { findHeldSession, type HeldSession, occasionOf } from './held-session.ts';
import { mayTakePlaces, offerUntil } from './offers.ts';

export type PlaceRefusal =
  | {
      refused:
        | 'not yet'
        | 'paused'
        | 'unknown'
        | 'cancelled'
        | 'begun'
        | 'full'
        | 'already booked'
        | 'ran out';
    }
  | { refused: 'clash'; with: Holding };

export type Placed = { state: 'booked' | 'waiting'; again: boolean } | PlaceRefusal;

export interface Wish extends Moment {
  championId: string;
  sessionId: string;
  /** Where all places are taken, they wait for one. */
  wait?: boolean;
  /** The booking on another session of the module that is given up if, and only if, this place is got. */
  instead?: string;
}

/**
 * Books a champion on a session and sends the invite; puts them on the waiting list; or takes the place that is offered
 * to them. Of one module they hold one place: with it they stop waiting for others. The same again changes nothing.
 */
export const takePlace = async (db: Db, queue: Queue, wish: Wish): Promise<Placed> => {
  const within = (full: boolean) => db.transaction().execute((trx) => takeWithin(trx, queue, wish, full));
  try {
    return await within(false);
  } catch (error) {
    // Others took the last places meanwhile.
    if (isFull(error)) return within(true);
    throw error;
  }
};

const takeWithin = async (trx: Trx, queue: Queue, wish: Wish, full: boolean): Promise<Placed> => {
  const { championId, sessionId, instead, now } = wish;
  const champion = await lockTaker(trx, championId);
  if (!champion?.may) return { refused: champion?.state === 'awaiting guardian' ? 'not yet' : 'paused' };
  const session = await findHeldSession(trx, sessionId);
  if (!session) return { refused: 'unknown' };
  const read = () => liveOf(trx, championId, session.moduleId, now);
  let live = await read();
  if (live.length > 0) {
    await lockSessions(trx, [sessionId, ...live.map((one) => one.sessionId)]);
    live = await read();
  }
  const own = live.find((one) => one.sessionId === sessionId);
  if (own && hasPlace(own)) return { state: 'booked', again: true };
  if (session.state === 'cancelled') return { refused: 'cancelled' };
  if (Temporal.Instant.compare(session.entry.startsAt, now) <= 0) return { refused: 'begun' };
  const held = live.find(hasPlace);
  // An offer is taken instead of what they hold.
  if (own?.state !== 'offered' && held?.id !== instead)
    return { refused: instead ? 'unknown' : 'already booked' };
  if (own?.state === 'offered' && Temporal.Instant.compare(own.offeredUntil!, now) <= 0)
    return { refused: 'ran out' };
  const clash = await clashOf(trx, championId, session, held?.sessionId);
  if (clash) return { refused: 'clash', with: clash };

  const ended = live.filter((one) => one !== own);
  if (own?.state !== 'offered' && (full || (await isTaken(trx, session, now)))) {
    if (own) return { state: 'waiting', again: true };
    if (!wish.wait || instead) return { refused: 'full' };
    return joinWaitingList(trx, queue, champion, session, now);
  }
  const place = { session, championId, publicUrl: wish.publicUrl, now };
  const invite = own
    ? await bookOffered(trx, { ...place, bookingId: own.id })
    : await bookSession(trx, place);
  for (const { id } of ended)
    await givePlaceUp(trx, queue, { championId, bookingId: id, why: 'has another' }, wish);
  const message = bookedMessage({
    championId,
    recipient: champion.email,
    fullName: champion.fullName,
    booking: occasionOf(session, now),
    invite,
  });
  await queueMessage(trx, queue, message, now);
  return { state: 'booked', again: false };
};

/** What one champion takes and gives up at once waits for each other here. */
const lockTaker = (trx: Trx, championId: string) =>
  trx
    .selectFrom('champions')
    .select(['id', 'full_name as fullName', 'email', 'state', mayTakePlaces.as('may')])
    .where('id', '=', championId)
    .forNoKeyUpdate()
    .executeTakeFirst();

/** What they hold, are offered and wait for of a module, and is not over. */
const liveOf = (trx: Trx, championId: string, moduleId: string, now: Temporal.Instant) =>
  trx
    .selectFrom('bookings')
    .innerJoin('sessions', 'sessions.id', 'bookings.session_id')
    .select([
      'bookings.id',
      'bookings.session_id as sessionId',
      'bookings.state',
      'bookings.offered_until as offeredUntil',
    ])
    .where('bookings.champion_id', '=', championId)
    .where(sql<boolean>`bookings.state <> 'withdrawn'`)
    .where('sessions.module_id', '=', moduleId)
    .where('sessions.state', '=', 'scheduled')
    .where('sessions.ends_at', '>', now)
    .execute();

const clashOf = async (trx: Trx, championId: string, session: HeldSession, except: string | undefined) => {
  const { startsAt: from, endsAt: until } = session.entry;
  const held = await whatTheyHold(trx, championId, { from, until });
  return held.find(({ id }) => id !== except && id !== session.id);
};

/**
 * Before their bookings, and in the order of their ids, as everyone takes several: so that no two wait for each other.
 */
export const lockSessions = async (trx: Trx, ids: string[]) => {
  await trx
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
};

/** Whether a newcomer has to wait: there is no free place, or others wait for it. */
const isTaken = async (trx: Trx, session: HeldSession, now: Temporal.Instant) => {
  const { rows } = await sql<{ full: boolean; waiting: boolean }>`
    select booked >= capacity as full,
      exists (select from bookings b join champions on champions.id = b.champion_id
        where b.session_id = sessions.id and b.state = 'waiting' and ${mayTakePlaces}) as waiting
    from sessions where id = ${session.id}`.execute(trx);
  const [places] = rows;
  return !places || places.full || (places.waiting && offerUntil(session, now) !== undefined);
};

const joinWaitingList = async (
  trx: Trx,
  queue: Queue,
  champion: { id: string; fullName: string; email: string },
  session: HeldSession,
  now: Temporal.Instant,
): Promise<Placed> => {
  await trx
    .insertInto('bookings')
    .values({
      id: randomUUIDv7(),
      session_id: session.id,
      champion_id: champion.id,
      state: 'waiting',
      booked_at: now,
    })
    .execute();
  const person = {
    championId: champion.id,
    attendanceId: null,
    eventId: null,
    fullName: champion.fullName,
    recipient: champion.email,
  };
  const message = waitingMessage(person, { occasion: occasionOf(session, now), again: false });
  await queueMessage(trx, queue, message, now);
  return { state: 'waiting', again: false };
};

/** Takes the place that was offered; a second call changes nothing. */
export const acceptPlace = async (
  db: Db,
  queue: Queue,
  { bookingId, ...moment }: Moment & { championId: string; bookingId: string },
): Promise<Placed> => {
  const booking = await db
    .selectFrom('bookings')
    .select(['session_id as sessionId', 'state'])
    .where('id', '=', bookingId)
    .where('champion_id', '=', moment.championId)
    .executeTakeFirst();
  if (!booking) return { refused: 'unknown' };
  if (booking.state === 'withdrawn') return { refused: 'ran out' };
  return takePlace(db, queue, { ...moment, sessionId: booking.sessionId });
};
