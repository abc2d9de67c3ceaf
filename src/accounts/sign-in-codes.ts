import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { isLive } from '../champions/live.ts';
import type { Db, Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import type { Queue } from '../jobs.ts';
import { queueMessage, signInMessage } from '../mail/messages.ts';
import { isSameCode } from './code.ts';

export const CODE_MINUTES = 10;
const MAX_TRIES = 5;

interface NewCode {
  id: string;
  email: EmailAddress;
  championId: string | null;
  signUpId: string | null;
  browserHash: Buffer;
  now: Temporal.Instant;
}

const keepSignUpOfSameBrowser = sql<string | null>`coalesce(excluded.sign_up_id, case
  when sign_in_codes.browser_hash = excluded.browser_hash then sign_in_codes.sign_up_id end)`;

/**
 * Writes a new code for an address and ends the one before: an address has one live code. A fresh code for the same
 * browser still belongs to the sign-up made there.
 */
export const insertCode = (trx: Trx, { id, email, championId, signUpId, browserHash, now }: NewCode) => {
  const row = {
    id,
    email: email.address,
    champion_id: championId,
    sign_up_id: signUpId,
    browser_hash: browserHash,
    tries: 0,
    created_at: now,
    expires_at: now.add({ minutes: CODE_MINUTES }),
  };
  return trx
    .insertInto('sign_in_codes')
    .values({ ...row, email_key: email.key })
    .onConflict((conflict) =>
      conflict.column('email_key').doUpdateSet({ ...row, sign_up_id: keepSignUpOfSameBrowser }),
    );
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
      .where(isLive)
      .executeTakeFirst();
    const codeId = randomUUIDv7();
    const championId = champion?.id ?? null;
    await insertCode(trx, { id: codeId, email, championId, signUpId: null, browserHash, now }).execute();
    if (!champion) return;
    await queueMessage(
      trx,
      queue,
      signInMessage({ championId: champion.id, recipient: champion.email, codeId }),
      now,
    );
  });

export interface RightCode {
  id: string;
  championId: string;
}

/**
 * Counts a try against each live code that this browser asked for; five wrong ones end a code. What is counted stays
 * so, whatever becomes of the request.
 * @returns the code that was typed, if it is one of them
 */
export const tryCode = async (
  db: Db,
  {
    typed,
    browserHash,
    secret,
    now,
  }: { typed: string; browserHash: Buffer | undefined; secret: string; now: Temporal.Instant },
): Promise<RightCode | undefined> => {
  if (!browserHash) return undefined;
  const live = await db
    .updateTable('sign_in_codes')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('sign_in_codes')
        .select('id')
        .where('browser_hash', '=', browserHash)
        .where('expires_at', '>', now)
        .where('tries', '<', MAX_TRIES)
        .orderBy('id')
        .forUpdate(),
    )
    .returning(['id', 'champion_id'])
    .execute();
  const right = live.find(({ id }) => isSameCode(typed, id, secret));
  return right?.champion_id ? { id: right.id, championId: right.champion_id } : undefined;
};

export interface SpentCode {
  championId: string;
  signUpId: string | null;
}

/**
 * Spends a code: by one delete, so once. Holds the champion first, as a sign-up and leaving do, so that no two of them
 * wait for each other; not against new rows that refer to the champion, such as the message with the next code.
 */
export const spendCode = async (trx: Trx, { id, championId }: RightCode): Promise<SpentCode | undefined> => {
  await trx.selectFrom('champions').select('id').where('id', '=', championId).forNoKeyUpdate().execute();
  const spent = await trx
    .deleteFrom('sign_in_codes')
    .where('id', '=', id)
    .returning('sign_up_id as signUpId')
    .executeTakeFirst();
  return spent && { championId, signUpId: spent.signUpId };
};
