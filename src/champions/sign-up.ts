import { createHash, randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { insertCode } from '../accounts/sign-in-codes.ts';
import type { Db, Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import type { Queue } from '../jobs.ts';
import { type CalendarEntry, inviteDetails, toldBy } from '../mail/calendar-entries.ts';
import {
  alreadySignedUpMessage,
  enqueueMessage,
  insertMessage,
  type Occasion,
  signUpMessage,
} from '../mail/messages.ts';
import type { AgeBand, BookingState, ChampionState, InviteDetails, SignUpSource } from '../schema.ts';
import { bookingInserts, isFull } from '../training/bookings.ts';
import { givePlaceUp } from '../training/give-up.ts';
import { lockSessions } from '../training/places.ts';
import { type InductionSession, ownInductions } from '../training/sessions.ts';
import { type Write, writeTogether } from '../write-together.ts';
import { isLive } from './live.ts';

/** The event at which a person signs up. */
export interface SignUpEvent extends Occasion, CalendarEntry {
  id: string;
  /** Whether it can still be put into a calendar: published and not begun. */
  toCome: boolean;
  /** What calendars show: it gives nothing away to others who see them. */
  calendarTitle: string;
}

export interface SignUp {
  /** From the form: the same for every copy of one submission. */
  submissionId: string;
  fullName: string;
  email: EmailAddress;
  phone: string | null;
  ageBand: AgeBand;
  neighbourhoodId: string | null;
  session: InductionSession | undefined;
  event: SignUpEvent | undefined;
  source: SignUpSource;
  /** The version of the wording agreed to, where it was. */
  updatesWording: string | null;
  noticeVersion: string;
  browserHash: Buffer;
  timeZone: string;
  publicUrl: string;
  now: Temporal.Instant;
}

type Outcome = 'signed up' | 'replayed' | { refused: 'full' };

/** Champions in these states get no place and no invite; from outside nobody can tell. */
const AT_REST: ChampionState[] = ['awaiting guardian', 'paused', 'suspended', 'declined'];

/** Ends the transaction and everything it wrote. */
class Replayed extends Error {}
class Full extends Error {}

/**
 * Keeps a sign-up as it was made and does what follows from it, all in one transaction: a champion, or the same one
 * as before; a booking; a code; one message. The same submission again changes nothing.
 */
export const signUp = async (db: Db, queue: Queue, details: SignUp): Promise<Outcome> => {
  try {
    await db.transaction().execute((trx) => signUpWithin(trx, queue, details));
    return 'signed up';
  } catch (error) {
    if (error instanceof Replayed) return 'replayed';
    if (error instanceof Full || isFull(error)) return { refused: 'full' };
    throw error;
  }
};

const signUpWithin = async (trx: Trx, queue: Queue, details: SignUp) => {
  const { email, browserHash, publicUrl, now } = details;
  const { championId, state, isNew, signUpId } = await keepSignUp(trx, details);
  const holding = AT_REST.includes(state) ? NOTHING : await holdPlace(trx, championId, isNew, details);
  const codeId = randomUUIDv7();
  const messageId = randomUUIDv7();
  const write = isNew ? signUpMessage : alreadySignedUpMessage;
  const message = write({
    championId,
    recipient: email.address,
    fullName: details.fullName,
    codeId,
    event: details.event && occasionOf(details.event),
    awaitingGuardian: state === 'awaiting guardian',
    booking: holding.booking,
    invite: holding.invite,
  });
  await writeTogether(trx, [
    ...holding.writes,
    insertCode(trx, { id: codeId, email, championId, signUpId, browserHash, now }),
    insertMessage(trx, messageId, message, now),
  ]);
  for (const bookingId of holding.ended)
    await givePlaceUp(trx, queue, { championId, bookingId, why: 'has another' }, { publicUrl, now });
  await enqueueMessage(trx, queue, messageId);
};

/** A form that came back with other words in it is another submission: its id alone is not enough. */
const signUpIdOf = ({
  submissionId,
  fullName,
  email,
  phone,
  ageBand,
  neighbourhoodId,
  session,
  event,
  updatesWording,
}: SignUp) => {
  const content = [
    submissionId,
    fullName,
    email.key,
    phone,
    ageBand,
    neighbourhoodId,
    session?.id,
    event?.id,
    updatesWording,
  ];
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const keepSignUp = async (trx: Trx, details: SignUp) => {
  const { email, now } = details;
  const signUpId = signUpIdOf(details);
  const eventId = details.event?.id ?? null;
  const person = {
    full_name: details.fullName,
    email: email.address,
    phone: details.phone,
    age_band: details.ageBand,
    neighbourhood_id: details.neighbourhoodId,
  };
  const state: ChampionState = details.ageBand === '18+' ? 'signed up' : 'awaiting guardian';
  const kept = await trx
    .with('champion', (with_) =>
      with_
        .insertInto('champions')
        .values((eb) => ({
          id: randomUUIDv7(),
          email_key: email.key,
          state,
          created_at: now,
          // Where they give no neighbourhood; for someone who is known already, `area_of_sign_up` sees to it.
          area_id: eb.selectFrom('events').select('area_id').where('id', '=', eventId),
          ...person,
        }))
        .onConflict((conflict) =>
          conflict
            .column('email_key')
            .where(isLive)
            .doUpdateSet((eb) => ({ email_key: eb.ref('excluded.email_key') })),
        )
        .returning(['id', 'state', sql<boolean>`xmax = 0`.as('isNew')]),
    )
    .with('sign_up', (with_) =>
      with_
        .insertInto('sign_ups')
        .values((eb) => ({
          id: signUpId,
          champion_id: eb.selectFrom('champion').select('champion.id'),
          event_id: eventId,
          source: details.source,
          session_id: details.session?.id ?? null,
          updates_wording: details.updatesWording,
          notice_version: details.noticeVersion,
          made_at: now,
          ...person,
        }))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('sign_ups.id'),
    )
    .selectFrom(['champion', 'sign_up'])
    .leftJoin('sessions', (join) => join.on('sessions.id', '=', details.session?.id ?? null))
    .select(['champion.id as championId', 'champion.state', 'champion.isNew', 'sign_up.id as signUpId'])
    .select(sql<boolean | null>`sessions.booked >= sessions.capacity`.as('isFull'))
    .executeTakeFirst();
  if (!kept) throw new Replayed();
  // Refused to all alike: whoever holds a place already is not to be told apart.
  if (kept.isFull) throw new Full();
  return kept;
};

const occasionOf = ({ title, when, place }: Occasion): Occasion => ({ title, when, place });

interface Holding {
  booking?: Occasion;
  invite?: InviteDetails;
  writes: Write[];
  /** The bookings by which they waited for other sessions: who has a place waits no more. */
  ended: string[];
}

const NOTHING: Holding = { writes: [], ended: [] };

const isHeld = ({ state }: { state: BookingState }) => state !== 'waiting' && state !== 'offered';

/** What a champion holds and waits for; where they may stop waiting, those sessions are locked with the chosen one. */
const holdOwn = async (trx: Trx, championId: string, { session, timeZone, now }: SignUp) => {
  const read = () => ownInductions(trx, championId, timeZone, now);
  const own = await read();
  if (!session || own.length === 0 || own.some(isHeld)) return own;
  await lockSessions(trx, [session.id, ...own.map(({ id }) => id)]);
  return read();
};

/** Books the session that was chosen; a champion who holds one already keeps that. Without one, the event is the invite. */
const holdPlace = async (trx: Trx, championId: string, isNew: boolean, details: SignUp): Promise<Holding> => {
  const { session, event, publicUrl, now } = details;
  const own = isNew ? [] : await holdOwn(trx, championId, details);
  const held = own.find(isHeld);
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
    writes: before
      ? []
      : [trx.insertInto('invites').values({ ...row, told: JSON.stringify(toldBy(request)) })],
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
