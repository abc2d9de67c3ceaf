import { isLive } from '../champions/live.ts';
import type { Db } from '../db.ts';
import { type EmailAddress, readEmailAddress } from '../email-address.ts';
import type { Queue } from '../jobs.ts';
import { accountCodeMessage, queueMessage } from '../mail/messages.ts';
import { type AccountCodeFor, spendAccountCode, tryAccountCode, writeAccountCode } from './account-codes.ts';

/*
 * Someone who is signed in shows again that it is them: by a code sent to their address, typed in the same session.
 *
 * A route asks for it by `config: { access: 'coordinator', fresh: '/coordinate/account/address' }`. Who has not typed
 * such a code within FRESH_MINUTES is led to the pages of fresh-code-routes.ts first, and then to the page that `fresh`
 * names: for a GET its own address, for a POST the form that it belongs to. The session keeps the time as `freshUntil`;
 * an operation that uses it up sets that to undefined.
 */

export const FRESH_MINUTES = 10;

/** Who asks, by the hat they wear. */
export type Person = { championId: string } | { coordinatorId: string };

/** Who a request is from, on a route for this hat. */
export const personOf = (
  hat: 'champion' | 'coordinator',
  { championId, coordinator }: { championId: string; coordinator: { id: string } },
): Person => (hat === 'champion' ? { championId } : { coordinatorId: coordinator.id });

/** The address of someone signed in; undefined once they have left or ended. */
export const currentAddress = async (db: Db, person: Person): Promise<EmailAddress | undefined> => {
  const row =
    'championId' in person
      ? await db
          .selectFrom('champions')
          .select('email')
          .where('id', '=', person.championId)
          .where(isLive)
          .executeTakeFirst()
      : await db
          .selectFrom('coordinators')
          .select('email')
          .where('id', '=', person.coordinatorId)
          .where('ended_at', 'is', null)
          .executeTakeFirst();
  return row && readEmailAddress(row.email);
};

/** Sends a fresh code to the person's current address. */
export const askForFreshCode = (
  db: Db,
  queue: Queue,
  {
    person,
    email,
    sessionHash,
    now,
  }: { person: Person; email: EmailAddress; sessionHash: Buffer; now: Temporal.Instant },
) =>
  db.transaction().execute(async (trx) => {
    const codeId = await writeAccountCode(trx, { purpose: 'check', sessionHash, email, now });
    const championId = 'championId' in person ? person.championId : null;
    const message = accountCodeMessage({ championId, recipient: email.address, codeId, purpose: 'to go on' });
    await queueMessage(trx, queue, message, now);
  });

/**
 * Takes the code that was typed, once.
 * @returns until when the person counts as having shown that it is them, in milliseconds since the epoch: `freshUntil`
 */
export const enterFreshCode = async (
  db: Db,
  attempt: Omit<AccountCodeFor, 'purpose'> & { typed: string; secret: string; now: Temporal.Instant },
): Promise<number | undefined> => {
  const right = await tryAccountCode(db, { ...attempt, purpose: 'check' });
  if (!right || !(await spendAccountCode(db, right.id))) return undefined;
  return attempt.now.add({ minutes: FRESH_MINUTES }).epochMilliseconds;
};
