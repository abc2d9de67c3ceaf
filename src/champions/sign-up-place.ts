import type { Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { type CalendarEntry, insertInvite, inviteDetails, newInvite } from '../mail/calendar-entries.ts';
import type { Occasion } from '../mail/messages.ts';
import type { ChampionState, InviteDetails } from '../schema.ts';
import { bookSession, hasPlace } from '../training/bookings.ts';
import { givePlaceUp } from '../training/give-up.ts';
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
export interface Choice {
  session: InductionSession | undefined;
  event: SignUpEvent | undefined;
  timeZone: string;
  publicUrl: string;
  now: Temporal.Instant;
}

/** Who chose it: their row is locked. */
interface Chooser {
  id: string;
  state: ChampionState;
  isNew: boolean;
}

/** What the message after a sign-up tells of. */
interface Place {
  booking?: Occasion;
  invite?: InviteDetails;
}

export const occasionOf = ({ title, when, place }: Occasion): Occasion => ({ title, when, place });

/** Champions in these states get no place and no invite; from outside nobody can tell. */
const AT_REST: ChampionState[] = ['awaiting guardian', 'paused', 'suspended', 'declined'];

/**
 * Gives a champion the session that they chose; who holds one already keeps that. Without one, the event is the invite.
 * @throws the violation of `sessions_never_overbooked` where the last place has gone: see `isFull`
 */
export const givePlace = async (
  trx: Trx,
  queue: Queue,
  champion: Chooser,
  choice: Choice,
): Promise<Place> => {
  if (AT_REST.includes(champion.state)) return {};
  const own = champion.isNew ? [] : await lockOwn(trx, champion.id, choice);
  const held = own.find(hasPlace);
  if (held) return { booking: occasionOf(held) };
  const { session, event, publicUrl, now } = choice;
  if (!session) return event?.toCome ? { invite: await inviteToEvent(trx, champion, event, choice) } : {};
  // They wait for this one: their turn stays theirs.
  if (own.some(({ id }) => id === session.id)) return {};
  const place = { session: { id: session.id, entry: session }, championId: champion.id, publicUrl, now };
  const invite = await bookSession(trx, place);
  // Who has a place waits no more.
  for (const { bookingId } of own)
    await givePlaceUp(trx, queue, { championId: champion.id, bookingId, why: 'has another' }, choice);
  return { booking: occasionOf(session), invite };
};

/** What they hold and wait for; where they may stop waiting, those sessions are locked with the chosen one. */
const lockOwn = async (trx: Trx, championId: string, { session, timeZone, now }: Choice) => {
  const own = await ownInductions(trx, championId, timeZone, now);
  if (!session || own.length === 0 || own.some(hasPlace)) return own;
  await lockSessions(trx, [session.id, ...own.map(({ id }) => id)]);
  return ownInductions(trx, championId, timeZone, now);
};

/** The invite that they have to the event, or the first. Nobody adds one meanwhile: the champion's row is locked. */
const inviteToEvent = async (
  trx: Trx,
  { id: championId, isNew }: Chooser,
  event: SignUpEvent,
  { publicUrl, now }: Choice,
) => {
  const entry = { ...event, title: event.calendarTitle };
  const before = isNew ? undefined : await findInvite(trx, championId, event.id);
  if (before) return inviteDetails(before, 'REQUEST', entry, publicUrl);
  const { row, details } = newInvite({ championId, eventId: event.id }, entry, { publicUrl, now });
  await insertInvite(trx, row);
  return details;
};

const findInvite = (trx: Trx, championId: string, eventId: string) =>
  trx
    .selectFrom('invites')
    .select(['id', 'sequence'])
    .where('champion_id', '=', championId)
    .where('event_id', '=', eventId)
    .where('cancelled_at', 'is', null)
    .executeTakeFirst();
