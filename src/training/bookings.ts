import { randomUUIDv7 } from 'node:crypto';
import type { CompiledQuery } from 'kysely';
import { compiledOnce } from '../compiled-once.ts';
import type { Trx } from '../db.ts';
import { type CalendarEntry, inviteDetails, toldBy } from '../mail/calendar-entries.ts';
import type { BookingState, InviteDetails, NewRow } from '../schema.ts';
import { writeTogether } from '../write-together.ts';

/** Whether a live booking has a place: not where they wait for one, or are offered it. */
export const hasPlace = ({ state }: { state: BookingState }) => state !== 'waiting' && state !== 'offered';

interface NewBooking {
  bookingId: string;
  sessionId: string;
  championId: string;
  /** The calendar invite that goes with it. */
  inviteId: string;
  invite: InviteDetails;
  now: Temporal.Instant;
}

const insertBooking = compiledOnce(
  (trx, row: NewRow<'bookings', 'id' | 'session_id' | 'champion_id' | 'booked_at'>) =>
    trx.insertInto('bookings').values(row),
);
const insertInvite = compiledOnce(
  (trx, row: NewRow<'invites', 'id' | 'champion_id' | 'booking_id' | 'told' | 'created_at'>) =>
    trx.insertInto('invites').values(row),
);

const inviteInsert = (
  trx: Trx,
  { bookingId, inviteId, championId, invite, now }: Omit<NewBooking, 'sessionId'>,
) =>
  insertInvite(trx, {
    id: inviteId,
    champion_id: championId,
    booking_id: bookingId,
    told: JSON.stringify(toldBy(invite)),
    created_at: now,
  });

/** A booking and its calendar invite, to be written together. */
export const bookingInserts = (trx: Trx, { sessionId, ...booking }: NewBooking): CompiledQuery[] => [
  insertBooking(trx, {
    id: booking.bookingId,
    session_id: sessionId,
    champion_id: booking.championId,
    booked_at: booking.now,
  }),
  inviteInsert(trx, booking),
];

interface ToBook {
  session: { id: string; entry: CalendarEntry };
  championId: string;
  publicUrl: string;
  now: Temporal.Instant;
}

/**
 * Books a champion on a session and makes the calendar invite that goes with it.
 * @returns what the message carries for their calendar
 * @throws the violation of `sessions_never_overbooked` where the last place has gone: see `isFull`
 */
export const bookSession = async (trx: Trx, { session, championId, publicUrl, now }: ToBook) => {
  const inviteId = randomUUIDv7();
  const invite = inviteDetails({ id: inviteId, sequence: 0 }, 'REQUEST', session.entry, publicUrl);
  const booking = { bookingId: randomUUIDv7(), inviteId, sessionId: session.id, championId, invite, now };
  await writeTogether(trx, bookingInserts(trx, booking));
  return invite;
};

/** The place that was offered to them is theirs; their invite comes with it. */
export const bookOffered = async (
  trx: Trx,
  { bookingId, session, championId, publicUrl, now }: ToBook & { bookingId: string },
) => {
  const inviteId = randomUUIDv7();
  const invite = inviteDetails({ id: inviteId, sequence: 0 }, 'REQUEST', session.entry, publicUrl);
  await trx
    .updateTable('bookings')
    .set({ state: 'booked', offered_until: null })
    .where('id', '=', bookingId)
    .execute();
  await trx.executeQuery(inviteInsert(trx, { bookingId, inviteId, championId, invite, now }));
  return invite;
};

/** Whether an error is the database's refusal of one booking too many. */
export const isFull = (error: unknown) =>
  (error as { constraint?: string } | undefined)?.constraint === 'sessions_never_overbooked';

/** Releases a booking that is still to come; false where the champion has no such live booking. */
export const withdrawBooking = async (
  trx: Trx,
  { bookingId, championId, now }: { bookingId: string; championId: string; now: Temporal.Instant },
) => {
  const released = await trx
    .updateTable('bookings')
    .set({ state: 'withdrawn', withdrawn_at: now, offered_until: null })
    .where('id', '=', bookingId)
    .where('champion_id', '=', championId)
    .where('state', 'in', ['booked', 'waiting', 'offered'])
    .executeTakeFirst();
  return released.numUpdatedRows > 0n;
};
