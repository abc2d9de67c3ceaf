import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import type { Queue } from '../jobs.ts';
import { queueMessage, signInMessage } from '../mail/messages.ts';
import { isSameCode } from './code.ts';

export const CODE_MINUTES = 10;
export const MAX_TRIES = 5;

interface CodeFor {
  email: EmailAddress;
  championId: string | null;
  signUpId: string | null;
  browserHash: Buffer;
  now: Temporal.Instant;
}

const keepSignUpOfSameBrowser = sql<string | null>`coalesce(excluded.sign_up_id, case
  when sign_in_codes.browser_hash = excluded.browser_hash then sign_in_codes.sign_up_id end)`;

/**
 * Makes a new code for an address and ends the one before: an address has one live code. A fresh code for the same
 * browser still belongs to the sign-up made there. Returns its id.
 */
export const issueCode = async (trx: Trx, { email, championId, signUpId, browserHash, now }: CodeFor) => {
  const row = {
    id: randomUUIDv7(),
    email: email.address,
    champion_id: championId,
    sign_up_id: signUpId,
    browser_hash: browserHash,
    tries: 0,
    created_at: now,
    expires_at: now.add({ minutes: CODE_MINUTES }),
  };
  await trx
    .insertInto('sign_in_codes')
    .values({ ...row, email_key: email.key })
    .onConflict((conflict) =>
      conflict.column('email_key').doUpdateSet({ ...row, sign_up_id: keepSignUpOfSameBrowser }),
    )
    .execute();
  return row.id;
};

/**
 * Sends a code to the address where it belongs to a champion. An address that does not gets a code that is never
 * sent: the same rows are written, and nobody sees a difference.
 */
export const askForCode = (
  db: Db,
  queue: Queue,
  { email, browserHash, now }: { email: EmailAddress; browserHash: Buffer; now: Temporal.Instant },
) =>
  db.transaction().execute(async (trx) => {
    const champion = await trx
      .selectFrom('champions')
      .select(['id', 'email'])
      .where('email_key', '=', email.key)
      .where('state', 'not in', ['left', 'anonymised'])
      .executeTakeFirst();
    const codeId = await issueCode(trx, {
      email,
      championId: champion?.id ?? null,
      signUpId: null,
      browserHash,
      now,
    });
    if (!champion) return;
    await queueMessage(
      trx,
      queue,
      signInMessage({ championId: champion.id, recipient: champion.email, codeId }),
      now,
    );
  });

export type CodeRefusal = { refused: 'wrong code' };
export interface SpentCode {
  championId: string;
  signUpId: string | null;
}

/**
 * Spends the code that this browser asked for, if what was typed is it: by one delete, so once.
 * Counts a try against each live code of the browser; five wrong ones end a code.
 */
export const spendCode = async (
  trx: Trx,
  {
    typed,
    browserHash,
    secret,
    now,
  }: { typed: string; browserHash: Buffer | undefined; secret: string; now: Temporal.Instant },
): Promise<SpentCode | CodeRefusal> => {
  if (!browserHash) return { refused: 'wrong code' };
  const live = await trx
    .updateTable('sign_in_codes')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('browser_hash', '=', browserHash)
    .where('expires_at', '>', now)
    .where('tries', '<', MAX_TRIES)
    .returning('id')
    .execute();
  if (live.length === 0) return { refused: 'wrong code' };
  const right = live.find(({ id }) => isSameCode(typed, id, secret));
  if (!right) return { refused: 'wrong code' };
  const spent = await trx
    .deleteFrom('sign_in_codes')
    .where('id', '=', right.id)
    .returning(['champion_id', 'sign_up_id'])
    .executeTakeFirst();
  if (!spent?.champion_id) return { refused: 'wrong code' };
  return { championId: spent.champion_id, signUpId: spent.sign_up_id };
};
