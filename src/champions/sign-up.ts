import { createHash, randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { insertCode } from '../accounts/sign-in-codes.ts';
import { compiledOnce } from '../compiled-once.ts';
import type { Db, Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import type { Queue } from '../jobs.ts';
import { alreadySignedUpMessage, enqueueMessage, insertMessage, signUpMessage } from '../mail/messages.ts';
import type { AgeBand, ChampionState, SignUpSource } from '../schema.ts';
import { isFull } from '../training/bookings.ts';
import { givePlaceUp } from '../training/give-up.ts';
import { writeTogether } from '../write-together.ts';
import { type Chosen, holdPlace, NOTHING, occasionOf } from './hold-place.ts';
import { isLive } from './live.ts';

export interface SignUp extends Chosen {
  /** From the form: the same for every copy of one submission. */
  submissionId: string;
  fullName: string;
  email: EmailAddress;
  phone: string | null;
  ageBand: AgeBand;
  neighbourhoodId: string | null;
  source: SignUpSource;
  /** The version of the wording agreed to, where it was. */
  updatesWording: string | null;
  noticeVersion: string;
  browserHash: Buffer;
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
  const { championId, areaId, state, isNew, signUpId } = await keepSignUp(trx, details);
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
    insertMessage(trx, messageId, isNew ? { ...message, areaId } : message, now),
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

interface NewSignUp {
  championId: string;
  signUpId: string;
  emailKey: string;
  state: ChampionState;
  eventId: string | null;
  sessionId: string | null;
  source: SignUpSource;
  updatesWording: string | null;
  noticeVersion: string;
  now: Temporal.Instant;
  fullName: string;
  email: string;
  phone: string | null;
  ageBand: AgeBand;
  neighbourhoodId: string | null;
}

const insertSignUp = compiledOnce((trx, values: NewSignUp) => {
  const person = {
    full_name: values.fullName,
    email: values.email,
    phone: values.phone,
    age_band: values.ageBand,
    neighbourhood_id: values.neighbourhoodId,
  };
  return trx
    .with('champion', (with_) =>
      with_
        .insertInto('champions')
        .values((eb) => ({
          id: values.championId,
          email_key: values.emailKey,
          state: values.state,
          created_at: values.now,
          // Where they give no neighbourhood; for someone who is known already, `area_of_sign_up` sees to it.
          area_id: eb.selectFrom('events').select('area_id').where('id', '=', values.eventId),
          ...person,
        }))
        .onConflict((conflict) =>
          conflict
            .column('email_key')
            .where(isLive)
            .doUpdateSet((eb) => ({ email_key: eb.ref('excluded.email_key') })),
        )
        .returning(['id', 'area_id as areaId', 'state', sql<boolean>`xmax = 0`.as('isNew')]),
    )
    .with('sign_up', (with_) =>
      with_
        .insertInto('sign_ups')
        .values((eb) => ({
          id: values.signUpId,
          champion_id: eb.selectFrom('champion').select('champion.id'),
          event_id: values.eventId,
          source: values.source,
          session_id: values.sessionId,
          updates_wording: values.updatesWording,
          notice_version: values.noticeVersion,
          made_at: values.now,
          ...person,
        }))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('sign_ups.id'),
    )
    .selectFrom(['champion', 'sign_up'])
    .leftJoin('sessions', (join) => join.on('sessions.id', '=', values.sessionId))
    .select([
      'champion.id as championId',
      'champion.areaId',
      'champion.state',
      'champion.isNew',
      'sign_up.id as signUpId',
    ])
    .select(sql<boolean | null>`sessions.booked >= sessions.capacity`.as('isFull'));
});

const keepSignUp = async (trx: Trx, details: SignUp) => {
  const query = insertSignUp(trx, {
    championId: randomUUIDv7(),
    signUpId: signUpIdOf(details),
    emailKey: details.email.key,
    state: details.ageBand === '18+' ? 'signed up' : 'awaiting guardian',
    eventId: details.event?.id ?? null,
    sessionId: details.session?.id ?? null,
    source: details.source,
    updatesWording: details.updatesWording,
    noticeVersion: details.noticeVersion,
    now: details.now,
    fullName: details.fullName,
    email: details.email.address,
    phone: details.phone,
    ageBand: details.ageBand,
    neighbourhoodId: details.neighbourhoodId,
  });
  const { rows } = await trx.executeQuery(query);
  const kept = rows[0];
  if (!kept) throw new Replayed();
  // Refused to all alike: whoever holds a place already is not to be told apart.
  if (kept.isFull) throw new Full();
  return kept;
};
