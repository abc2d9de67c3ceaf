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

/** What follows from a sign-up: what the message tells of, and what is still to be written. */
export interface Held {
  booking?: Occasion;
  invite?: InviteDetails;
  newBooking?: NewBooking;
  newInvite?: NewInvite;
  /** The bookings by which they waited for other sessions: who has a place waits no more. */
  ended: string[];
}

const NOTHING: Held = { ended: [] };

/** Champions in these states get no place and no invite; from outside nobody can tell. */
const AT_REST: ChampionState[] = ['awaiting guardian', 'paused', 'suspended', 'declined'];

/** Someone's sign-up has consequences for people who are not of the batch, so it is to be done alone. */
class NotTogether extends Error {}

type Own = Awaited<ReturnType<typeof ownInductions>>;

const readOwn = async (trx: Trx, known: Chooser[], { timeZone, now }: Chosen) => {
  const ids = known.map(({ championId }) => championId);
  return Map.groupBy(await ownInductions(trx, ids, timeZone, now), ({ championId }) => championId);
};

/** May take a place instead of those that they wait for. */
const mayStopWaiting = ({ session }: Chosen, own: Own = []) =>
  session !== undefined && own.length > 0 && !own.some(hasPlace);

/** What each holds and waits for; where one may stop waiting, those sessions are locked with the chosen one. */
const holdOwn = async (trx: Trx, known: Chooser[], all: Chooser[]): Promise<Map<string, Own>> => {
  const [first] = known;
  if (!first) return new Map();
  const own = await readOwn(trx, known, first);
  const stops = known.find((one) => mayStopWaiting(one, own.get(one.championId)));
  if (!stops) return own;
  if (all.length > 1) throw new NotTogether();
  await lockSessions(trx, [stops.session!.id, ...own.get(stops.championId)!.map(({ id }) => id)]);
  return readOwn(trx, known, first);
};

/** Their invites to the events at which they sign up. Nobody adds one meanwhile: the sign-ups hold the champions' rows. */
const findInvites = async (trx: Trx, known: Chooser[]) => {
  const atEvents = known.filter(({ session, event }) => !session && event?.toCome);
  if (atEvents.length === 0) return [];
  return trx
    .selectFrom('invites')
    .select(['id', 'sequence', 'champion_id as championId', 'event_id as eventId'])
    .where('champion_id', '=', sql<string>`any(${atEvents.map(({ championId }) => championId)}::uuid[])`)
    .where('event_id', 'is not', null)
    .where('cancelled_at', 'is', null)
    .execute();
};

/**
 * Gives each the session that was chosen; a champion who holds one already keeps that. Without one, the event is the
 * invite.
 * @returns what each holds, in their order
 * @throws NotTogether
 */
export const holdPlaces = async (trx: Trx, choosers: Chooser[]): Promise<Held[]> => {
  const known = choosers.filter(({ isNew, state }) => !isNew && !AT_REST.includes(state));
  const ownOf = await holdOwn(trx, known, choosers);
  const invites = await findInvites(trx, known);
  return choosers.map(({ championId, state, session, event, publicUrl, now }) => {
    if (AT_REST.includes(state)) return NOTHING;
    const own = ownOf.get(championId) ?? [];
    const held = own.find(hasPlace);
    if (held) return { ...NOTHING, booking: occasionOf(held) };
    const moment = { publicUrl, now };
    if (session) {
      // They wait for this one: their turn stays theirs.
      if (own.some(({ id }) => id === session.id)) return NOTHING;
      const newBooking = { id: randomUUIDv7(), sessionId: session.id, championId, bookedAt: now };
      const { row, details } = newInvite({ championId, bookingId: newBooking.id }, session, moment);
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
    const before = invites.find((one) => one.championId === championId && one.eventId === event.id);
    if (before) return { ...NOTHING, invite: inviteDetails(before, 'REQUEST', entry, publicUrl) };
    const { row, details } = newInvite({ championId, eventId: event.id }, entry, moment);
    return { ...NOTHING, invite: details, newInvite: row };
  });
};
