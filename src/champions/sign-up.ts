import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { insertCodes } from '../accounts/sign-in-codes.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { insertInvites } from '../mail/calendar-entries.ts';
import { alreadySignedUpMessage, enqueueMessages, insertMessages, signUpMessage } from '../mail/messages.ts';
import { withCommit } from '../pipelined-postgres.ts';
import { together } from '../together.ts';
import { insertBookings, isFull, type NewBooking } from '../training/bookings.ts';
import { givePlaceUp } from '../training/give-up.ts';
import { writeTogether } from '../write-together.ts';
import { type Holding, holdPlaces, occasionOf } from './hold-places.ts';
import { type Kept, KeptByOthers, keepSignUps, type SignUp } from './keep-sign-ups.ts';

type Outcome = 'signed up' | 'replayed' | { refused: 'full' };

/** A sign-up with what was kept of it. */
type KeptSignUp = SignUp & Kept;

const messageOf = (signUp: KeptSignUp, codeId: string, { booking, invite }: Holding) => {
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

const signUpAll = async (trx: Trx, queue: Queue, all: SignUp[]): Promise<Outcome[]> => {
  const kept = await keepSignUps(trx, all);
  const signedUp = kept.flatMap((one, at) => (typeof one === 'object' ? { ...all[at]!, ...one } : []));
  if (signedUp.length > 0) await follow(trx, queue, signedUp);
  return kept.map((one) => {
    if (one === 'full') return { refused: one };
    return one === 'replayed' ? one : 'signed up';
  });
};

/** Where one of them waits for a row that somebody holds, the others do not wait for long. */
const PATIENCE_MS = 250;

const signUpTogether = (db: Db, queue: Queue, all: SignUp[]) =>
  db.transaction().execute(async (trx) => {
    await trx.executeQuery(withCommit(sql`set local lock_timeout = ${sql.lit(PATIENCE_MS)}`.compile(trx)));
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

/** Whether all were refused for what one of them holds or waits for, or for what others did at that moment. */
const isForOne = (error: unknown) =>
  error instanceof KeptByOthers ||
  /^(22|23|40|55P03|P0)/.test((error as { code?: string } | undefined)?.code ?? '');

const MOST_TOGETHER = 32;

/**
 * Makes the operation that keeps a sign-up as it was made and does what follows from it, all in one transaction: a
 * champion, or the same one as before; a booking; a code; one message. The same submission again changes nothing.
 *
 * Those who sign up at the same moment share a transaction, in which the database needs a fifth of the time for each.
 * Where it refuses one of them, or keeps one waiting, each gets a transaction of their own.
 */
export const signUps = (db: Db, queue: Queue) => {
  const alone = (details: SignUp) => signUpAlone(db, queue, details);
  const all = async (batch: SignUp[]) => {
    if (batch.length === 1) return batch.map(alone);
    try {
      return await signUpTogether(db, queue, batch);
    } catch (error) {
      if (isForOne(error)) return batch.map(alone);
      throw error;
    }
  };
  return together(all, { keyOf: ({ email }) => email.key, most: MOST_TOGETHER, patience: PATIENCE_MS });
};
