import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { insertCodes } from '../accounts/sign-in-codes.ts';
import { isDatabaseDown } from '../database-down.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { insertInvites } from '../mail/calendar-entries.ts';
import { alreadySignedUpMessage, enqueueMessages, insertMessages, signUpMessage } from '../mail/messages.ts';
import { withCommit } from '../pipelined-postgres.ts';
import { together } from '../together.ts';
import { insertBookings, isFull, type NewBooking } from '../training/bookings.ts';
import { givePlaceUp } from '../training/give-up.ts';
import { writeTogether } from '../write-together.ts';
import { type Held, holdPlaces, occasionOf } from './hold-places.ts';
import { type Kept, KeptByOthers, keepSignUps, type SignUp } from './keep-sign-ups.ts';

type Outcome = 'signed up' | 'replayed' | { refused: 'full' };

/** A sign-up with what was kept of it. */
type KeptSignUp = SignUp & Kept;

const messageOf = (signUp: KeptSignUp, codeId: string, { booking, invite }: Held) => {
  const write = signUp.isNew ? signUpMessage : alreadySignedUpMessage;
  const message = write({
    championId: signUp.championId,
    recipient: signUp.email.address,
    fullName: signUp.fullName,
    codeId,
    event: signUp.event && occasionOf(signUp.event),
    awaitingGuardian: signUp.state === 'awaiting guardian',
    booking,
    invite,
  });
  const area = signUp.isNew ? { areaId: signUp.areaId } : {};
  return { ...message, ...area, id: randomUUIDv7(), createdAt: signUp.now };
};

/** In the order of their sessions, so that two batches never wait for each other. */
const inOrder = (bookings: NewBooking[]) => bookings.sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));

/** What follows from sign-ups that were kept: for each a booking or an invite, a code, and one message. */
const follow = async (trx: Trx, queue: Queue, signUps: KeptSignUp[]) => {
  const holdings = await holdPlaces(trx, signUps);
  const codes = signUps.map((signUp) => ({ ...signUp, id: randomUUIDv7() }));
  const messages = signUps.map((signUp, at) => messageOf(signUp, codes[at]!.id, holdings[at]!));
  await writeTogether(trx, [
    insertBookings(trx, inOrder(holdings.flatMap(({ newBooking }) => newBooking ?? []))),
    insertInvites(
      trx,
      holdings.flatMap(({ newInvite }) => newInvite ?? []),
    ),
    insertCodes(trx, codes),
    insertMessages(trx, messages),
  ]);
  for (const [at, { championId, publicUrl, now }] of signUps.entries())
    for (const bookingId of holdings[at]!.ended)
      await givePlaceUp(trx, queue, { championId, bookingId, why: 'has another' }, { publicUrl, now });
  await enqueueMessages(
    trx,
    queue,
    messages.map(({ id }) => id),
  );
};

/** Signs up people of different addresses, all or none of them. */
export const signUpAll = async (trx: Trx, queue: Queue, all: SignUp[]): Promise<Outcome[]> => {
  const kept = await keepSignUps(trx, all);
  const signedUp = kept.flatMap((one, at) => (typeof one === 'object' ? { ...all[at]!, ...one } : []));
  if (signedUp.length > 0) await follow(trx, queue, signedUp);
  return kept.map((one) => {
    if (one === 'full') return { refused: one };
    return one === 'replayed' ? one : 'signed up';
  });
};

/** A batch waits no longer for a row that somebody holds: then only the one who needs it waits on. */
const LONGEST_WAIT_MS = 250;

const signUpTogether = (db: Db, queue: Queue, all: SignUp[]) =>
  db.transaction().execute(async (trx) => {
    const limit = sql`set local lock_timeout = ${sql.lit(LONGEST_WAIT_MS)}`;
    await trx.executeQuery(withCommit(limit.compile(trx)));
    return signUpAll(trx, queue, all);
  });

const signUpAlone = async (db: Db, queue: Queue, details: SignUp): Promise<Outcome> => {
  try {
    const [outcome] = await db.transaction().execute((trx) => signUpAll(trx, queue, [details]));
    return outcome!;
  } catch (error) {
    if (error instanceof KeptByOthers) return 'replayed';
    if (isFull(error)) return { refused: 'full' };
    throw error;
  }
};

const LIMITS = { keyOf: ({ email }: SignUp) => email.key, most: 32, patience: LONGEST_WAIT_MS };

/**
 * Makes the operation that keeps a sign-up as it was made and does what follows from it, all in one transaction: a
 * champion, or the same one as before; a booking; a code; one message. The same submission again changes nothing.
 *
 * Those who sign up at the same moment share a transaction, since a database takes a crowd much faster so. Where it
 * fails for one of them, each gets a transaction of their own.
 * @param onApart hears why it failed for all of a batch
 */
export const signUps = (db: Db, queue: Queue, onApart: (error: unknown) => void) => {
  const alone = (details: SignUp) => signUpAlone(db, queue, details);
  const all = async (batch: SignUp[]) => {
    if (batch.length === 1) return batch.map(alone);
    try {
      return await signUpTogether(db, queue, batch);
    } catch (error) {
      if (isDatabaseDown(error as Error)) throw error;
      onApart(error);
      return batch.map(alone);
    }
  };
  return together(all, LIMITS);
};
