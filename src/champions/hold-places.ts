import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import type { Trx } from '../db.ts';
import { type CalendarEntry, inviteDetails, type NewInvite, newInvite } from '../mail/calendar-entries.ts';
import type { Occasion } from '../mail/messages.ts';
import type { ChampionState, InviteDetails } from '../schema.ts';
import { hasPlace, type NewBooking } from '../training/bookings.ts';
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

/** Who chose it: their row is held. */
interface Chooser extends Chosen {
  championId: string;
  state: ChampionState;
  isNew: boolean;
}

export const occasionOf = ({ title, when, place }: Occasion): Occasion => ({ title, when, place });

/** What a sign-up gives a champion: what the message tells of, and what is still to be written. */
export interface Holding {
  booking?: Occasion;
  invite?: InviteDetails;
  newBooking?: NewBooking;
  newInvite?: NewInvite;
  /** The bookings by which they waited for other sessions: who has a place waits no more. */
  ended: string[];
}

const NOTHING: Holding = { ended: [] };

/** Champions in these states get no place and no invite; from outside nobody can tell. */
const AT_REST: ChampionState[] = ['awaiting guardian', 'paused', 'suspended', 'declined'];

type Own = Awaited<ReturnType<typeof ownInductions>>;

/** May take a place instead of those that they wait for. */
const mayStopWaiting = ({ session }: Chosen, own: Own) =>
  session !== undefined && own.length > 0 && !own.some(hasPlace);

/** What each holds and waits for; where any may stop waiting, those sessions are locked with all that were chosen. */
const holdOwn = async (trx: Trx, known: Chooser[]) => {
  const [first] = known;
  if (!first) return () => [];
  const ids = known.map(({ championId }) => championId);
  const read = async () => {
    const rows = await ownInductions(trx, ids, first.timeZone, first.now);
    const byChampion = Map.groupBy(rows, ({ championId }) => championId);
    return (championId: string): Own => byChampion.get(championId) ?? [];
  };
  const ownOf = await read();
  if (!known.some((one) => mayStopWaiting(one, ownOf(one.championId)))) return ownOf;
  const chosen = known.flatMap(({ session, championId }) => [
    ...(session ? [session] : []),
    ...ownOf(championId),
  ]);
  await lockSessions(trx, [...new Set(chosen.map(({ id }) => id))]);
  return read();
};

/** Their invites to the events at which they sign up. Nobody adds one meanwhile: the sign-ups hold the champions' rows. */
const findInvites = async (trx: Trx, known: Chooser[]) => {
  const atEvents = known.filter(({ session, event }) => !session && event?.toCome);
  if (atEvents.length === 0) return () => undefined;
  const rows = await trx
    .selectFrom('invites')
    .select(['id', 'sequence', 'champion_id as championId', 'event_id as eventId'])
    .where('champion_id', '=', sql<string>`any(${atEvents.map(({ championId }) => championId)}::uuid[])`)
    .where('event_id', 'is not', null)
    .where('cancelled_at', 'is', null)
    .execute();
  return (championId: string, eventId: string) =>
    rows.find((row) => row.championId === championId && row.eventId === eventId);
};

/**
 * Gives each the session that was chosen; a champion who holds one already keeps that. Without one, the event is the
 * invite.
 * @returns what each holds, in their order
 */
export const holdPlaces = async (trx: Trx, choosers: Chooser[]): Promise<Holding[]> => {
  const known = choosers.filter(({ isNew, state }) => !isNew && !AT_REST.includes(state));
  const ownOf = await holdOwn(trx, known);
  const inviteOf = await findInvites(trx, known);
  return choosers.map(({ championId, state, session, event, publicUrl, now }) => {
    if (AT_REST.includes(state)) return NOTHING;
    const own = ownOf(championId);
    const held = own.find(hasPlace);
    if (held) return { ...NOTHING, booking: occasionOf(held) };
    if (session) {
      // They wait for this one: their turn stays theirs.
      if (own.some(({ id }) => id === session.id)) return NOTHING;
      const newBooking = { id: randomUUIDv7(), sessionId: session.id, championId, bookedAt: now };
      const { row, details } = newInvite({ championId, bookingId: newBooking.id }, session, {
        publicUrl,
        now,
      });
      return {
        booking: occasionOf(session),
        invite: details,
        newBooking,
        newInvite: row,
        ended: own.map(({ bookingId }) => bookingId),
      };
    }
    if (!event?.toCome) return NOTHING;
    const entry = { ...event, title: event.calendarTitle };
    const before = inviteOf(championId, event.id);
    if (before) return { ...NOTHING, invite: inviteDetails(before, 'REQUEST', entry, publicUrl) };
    const { row, details } = newInvite({ championId, eventId: event.id }, entry, { publicUrl, now });
    return { ...NOTHING, invite: details, newInvite: row };
  });
};
