import { createHash, randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { insertCode } from '../accounts/sign-in-codes.ts';
import type { Db, Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import type { Queue } from '../jobs.ts';
import { alreadySignedUpMessage, queueMessage, signUpMessage } from '../mail/messages.ts';
import type { AgeBand, SignUpSource } from '../schema.ts';
import { isFull } from '../training/bookings.ts';
import { isLive } from './live.ts';
import { type Choice, givePlace, occasionOf } from './sign-up-place.ts';

export interface SignUp extends Choice {
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

/** Ends the transaction of a copy, and with it all that it wrote. */
class CopyOfSubmission extends Error {}

/**
 * Keeps a sign-up as it was made and does what follows from it, all in one transaction: a champion, or the same one as
 * before; a booking or an invite; a code; one message. The same submission again changes nothing.
 */
export const signUp = async (db: Db, queue: Queue, details: SignUp): Promise<Outcome> => {
  try {
    return await db.transaction().execute((trx) => signUpWithin(trx, queue, details));
  } catch (error) {
    if (error instanceof CopyOfSubmission) return 'replayed';
    // Others took the last place meanwhile.
    if (isFull(error)) return { refused: 'full' };
    throw error;
  }
};

/** Locks the champion, then sessions: whoever takes places does it in this order, so that no two wait for each other. */
export const signUpWithin = async (trx: Trx, queue: Queue, details: SignUp): Promise<Outcome> => {
  const id = signUpIdOf(details);
  // Whoever holds a place already is refused alike, and so not told apart. Their own submission may have filled it.
  if (details.session && (await isSessionFull(trx, details.session.id)))
    return (await isThere(trx, id)) ? 'replayed' : { refused: 'full' };
  const champion = await insertChampion(trx, details);
  if (!(await insertSignUp(trx, id, champion.id, details))) throw new CopyOfSubmission();
  const { booking, invite } = await givePlace(trx, queue, champion, details);
  const { email, fullName, event, browserHash, now } = details;
  const code = { id: randomUUIDv7(), email, championId: champion.id, signUpId: id, browserHash, now };
  await insertCode(trx, code);
  const write = champion.isNew ? signUpMessage : alreadySignedUpMessage;
  const message = write({
    championId: champion.id,
    recipient: email.address,
    fullName,
    codeId: code.id,
    event: event && occasionOf(event),
    awaitingGuardian: champion.state === 'awaiting guardian',
    booking,
    invite,
  });
  const area = champion.isNew ? { areaId: champion.areaId } : {};
  await queueMessage(trx, queue, { ...message, ...area }, now);
  return 'signed up';
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

const isThere = async (trx: Trx, signUpId: string) =>
  (await trx.selectFrom('sign_ups').select('id').where('id', '=', signUpId).executeTakeFirst()) !== undefined;

const isSessionFull = async (trx: Trx, sessionId: string) => {
  const full = await trx
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', sessionId)
    .whereRef('booked', '>=', 'capacity')
    .executeTakeFirst();
  return full !== undefined;
};

/** A new champion, or the one with this address, whose row is locked by the update that changes nothing. */
const insertChampion = (trx: Trx, details: SignUp) =>
  trx
    .insertInto('champions')
    .values(({ selectFrom }) => ({
      id: randomUUIDv7(),
      email_key: details.email.key,
      state: details.ageBand === '18+' ? 'signed up' : 'awaiting guardian',
      created_at: details.now,
      // Where they give no neighbourhood; for someone who is known already, area_of_sign_up sees to it.
      area_id: details.event
        ? selectFrom('events').select('area_id').where('id', '=', details.event.id)
        : undefined,
      ...personOf(details),
    }))
    .onConflict((conflict) =>
      conflict
        .column('email_key')
        .where(isLive)
        .doUpdateSet(({ ref }) => ({ email_key: ref('excluded.email_key') })),
    )
    .returning(['id', 'area_id as areaId', 'state', sql<boolean>`xmax = 0`.as('isNew')])
    .executeTakeFirstOrThrow();

/** @returns nothing where a copy of the same submission came first */
const insertSignUp = (trx: Trx, id: string, championId: string, details: SignUp) =>
  trx
    .insertInto('sign_ups')
    .values({
      id,
      champion_id: championId,
      event_id: details.event?.id,
      session_id: details.session?.id,
      source: details.source,
      updates_wording: details.updatesWording,
      notice_version: details.noticeVersion,
      made_at: details.now,
      ...personOf(details),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();

const personOf = ({ fullName, email, phone, ageBand, neighbourhoodId }: SignUp) => ({
  full_name: fullName,
  email: email.address,
  phone,
  age_band: ageBand,
  neighbourhood_id: neighbourhoodId,
});
