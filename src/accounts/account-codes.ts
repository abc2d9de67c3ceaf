import { randomUUIDv7 } from 'node:crypto';
import type { Db, Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import { isSameCode } from './code.ts';
import { CODE_MINUTES, MAX_TRIES } from './sign-in-codes.ts';

export interface AccountCodeFor {
  purpose: 'check' | 'new address';
  /** The session that asks: the code works in no other, and is gone when that ends. */
  sessionHash: Buffer;
}

/**
 * Writes a new code for someone who is signed in, and ends the one before for the same purpose.
 * @returns its id, for the message
 */
export const writeAccountCode = async (
  trx: Trx,
  { purpose, sessionHash, email, now }: AccountCodeFor & { email: EmailAddress; now: Temporal.Instant },
) => {
  const row = {
    id: randomUUIDv7(),
    email: email.address,
    email_key: email.key,
    tries: 0,
    created_at: now,
    expires_at: now.add({ minutes: CODE_MINUTES }),
  };
  await trx
    .insertInto('account_codes')
    .values({ ...row, session_hash: sessionHash, purpose })
    .onConflict((conflict) => conflict.constraint('one_account_code_a_purpose').doUpdateSet(row))
    .execute();
  return row.id;
};

/**
 * Counts a try; five wrong ones end the code.
 * @returns the code, if it was typed right; it is still to be spent
 */
export const tryAccountCode = async (
  db: Db,
  {
    purpose,
    sessionHash,
    typed,
    secret,
    now,
  }: AccountCodeFor & { typed: string; secret: string; now: Temporal.Instant },
): Promise<{ id: string; email: EmailAddress } | undefined> => {
  const code = await db
    .updateTable('account_codes')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('session_hash', '=', sessionHash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .where('tries', '<', MAX_TRIES)
    .returning(['id', 'email', 'email_key as emailKey'])
    .executeTakeFirst();
  if (!code || !isSameCode(typed, code.id, secret)) return undefined;
  return { id: code.id, email: { address: code.email, key: code.emailKey } };
};

/** Spends a code by one delete: true once, however many try at once. */
export const spendAccountCode = async (db: Db | Trx, id: string) => {
  const spent = await db.deleteFrom('account_codes').where('id', '=', id).executeTakeFirst();
  return spent.numDeletedRows > 0n;
};

/** The code that waits to be typed, if one does. */
export const findAccountCode = (
  db: Db,
  { purpose, sessionHash, now }: AccountCodeFor & { now: Temporal.Instant },
) =>
  db
    .selectFrom('account_codes')
    .select('email')
    .where('session_hash', '=', sessionHash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .executeTakeFirst();
