import { randomUUIDv7 } from 'node:crypto';
import type { CompiledQuery } from 'kysely';
import { compiledOnce } from '../compiled-once.ts';
import type { Trx } from '../db.ts';
import { type CalendarEntry, inviteDetails, toldBy } from '../mail/calendar-entries.ts';
import type { Occasion } from '../mail/messages.ts';
import type { InviteDetails, NewRow } from '../schema.ts';
import { bookingInserts, hasPlace } from '../training/bookings.ts';
import { lockSessions } from '../training/places.ts';
import { type InductionSession, ownInductions } from '../training/sessions.ts';

/** The event at which a person signs up. */
export interface SignUpEvent extends Occasion, CalendarEntry {
  id: string;
  /** Whether it can still be put into a calendar: published and not begun. */
  toCome: boolean;
  /** What calendars show: it gives nothing away to others who see them. */
  calendarTitle: string;
}

/** What a person chose, and the moment. */
export interface Chosen {
  session: InductionSession | undefined;
  event: SignUpEvent | undefined;
  timeZone: string;
  publicUrl: string;
  now: Temporal.Instant;
}

export const occasionOf = ({ title, when, place }: Occasion): Occasion => ({ title, when, place });

/** What a sign-up gives a champion: what the message tells of, and what is still to be written. */
interface Holding {
  booking?: Occasion;
  invite?: InviteDetails;
  writes: CompiledQuery[];
  /** The bookings by which they waited for other sessions: who has a place waits no more. */
  ended: string[];
}

const insertInvite = compiledOnce(
  (trx, row: NewRow<'invites', 'id' | 'champion_id' | 'event_id' | 'told' | 'created_at'>) =>
    trx.insertInto('invites').values(row),
);

export const NOTHING: Holding = { writes: [], ended: [] };

/** What a champion holds and waits for; where they may stop waiting, those sessions are locked with the chosen one. */
const holdOwn = async (trx: Trx, championId: string, { session, timeZone, now }: Chosen) => {
  const read = () => ownInductions(trx, championId, timeZone, now);
  const own = await read();
  if (!session || own.length === 0 || own.some(hasPlace)) return own;
  await lockSessions(trx, [session.id, ...own.map(({ id }) => id)]);
  return read();
};

/** Books the session that was chosen; a champion who holds one already keeps that. Without one, the event is the invite. */
export const holdPlace = async (
  trx: Trx,
  championId: string,
  isNew: boolean,
  details: Chosen,
): Promise<Holding> => {
  const { session, event, publicUrl, now } = details;
  const own = isNew ? [] : await holdOwn(trx, championId, details);
  const held = own.find(hasPlace);
  if (held) return { ...NOTHING, booking: occasionOf(held) };
  const inviteId = randomUUIDv7();
  if (session) {
    // They wait for this one: their turn stays theirs.
    if (own.some(({ id }) => id === session.id)) return NOTHING;
    const invite = inviteDetails({ id: inviteId, sequence: 0 }, 'REQUEST', session, publicUrl);
    const booking = { bookingId: randomUUIDv7(), inviteId, sessionId: session.id, championId, invite, now };
    return {
      booking: occasionOf(session),
      invite,
      writes: bookingInserts(trx, booking),
      ended: own.map(({ bookingId }) => bookingId),
    };
  }
  if (!event?.toCome) return NOTHING;
  const before = isNew ? undefined : await liveInviteTo(trx, championId, event.id);
  const invite = before ?? { id: inviteId, sequence: 0 };
  const request = inviteDetails(invite, 'REQUEST', { ...event, title: event.calendarTitle }, publicUrl);
  const row = { id: inviteId, champion_id: championId, event_id: event.id, created_at: now };
  return {
    ...NOTHING,
    invite: request,
    writes: before ? [] : [insertInvite(trx, { ...row, told: JSON.stringify(toldBy(request)) })],
  };
};

/** Nobody else adds one meanwhile: the sign-up holds the champion's row. */
const liveInviteTo = (trx: Trx, championId: string, eventId: string) =>
  trx
    .selectFrom('invites')
    .select(['id', 'sequence'])
    .where('champion_id', '=', championId)
    .where('event_id', '=', eventId)
    .where('cancelled_at', 'is', null)
    .executeTakeFirst();
