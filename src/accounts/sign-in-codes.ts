import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { isLive } from '../champions/live.ts';
import type { Db, Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import type { Queue } from '../jobs.ts';
import { queueMessage, signInMessage } from '../mail/messages.ts';
import { isSameCode } from './code.ts';
import { noteWrongCode } from './notes.ts';

export const CODE_MINUTES = 10;
export const MAX_TRIES = 5;

interface NewCode {
  id: string;
  email: EmailAddress;
  championId: string | null;
  coordinatorId?: string | null;
  signUpId?: string;
  browserHash: Buffer;
  now: Temporal.Instant;
}

/** A fresh code for the same browser still belongs to the sign-up made there. */
const signUpOfBefore = sql<string | null>`coalesce(excluded.sign_up_id, case
  when sign_in_codes.browser_hash = excluded.browser_hash then sign_in_codes.sign_up_id end)`;

/** Writes a new code, and ends the one before: an address has one live code. */
export const insertCode = async (
  trx: Trx,
  { id, email, championId, coordinatorId, signUpId, browserHash, now }: NewCode,
) => {
  await trx
    .insertInto('sign_in_codes')
    .values({
      id,
      email: email.address,
      email_key: email.key,
      champion_id: championId,
      coordinator_id: coordinatorId,
      sign_up_id: signUpId,
      browser_hash: browserHash,
      created_at: now,
      expires_at: now.add({ minutes: CODE_MINUTES }),
    })
    .onConflict((conflict) =>
      conflict.column('email_key').doUpdateSet(({ ref }) => ({
        id: ref('excluded.id'),
        email: ref('excluded.email'),
        champion_id: ref('excluded.champion_id'),
        coordinator_id: ref('excluded.coordinator_id'),
        sign_up_id: signUpOfBefore,
        browser_hash: ref('excluded.browser_hash'),
        tries: 0,
        created_at: ref('excluded.created_at'),
        expires_at: ref('excluded.expires_at'),
      })),
    )
    .execute();
};

/** Who signs in with an address: a champion, a coordinator, both in one, or nobody. */
const findByEmail = async (trx: Trx, emailKey: string) => {
  const found = await trx
    .selectFrom('champions')
    .select([sql<'champion' | 'coordinator'>`'champion'`.as('hat'), 'id', 'email'])
    .where('email_key', '=', emailKey)
    .where(isLive)
    .unionAll((eb) =>
      eb
        .selectFrom('coordinators')
        .select([sql<'champion' | 'coordinator'>`'coordinator'`.as('hat'), 'id', 'email'])
        .where('email_key', '=', emailKey)
        .where('ended_at', 'is', null),
    )
    .execute();
  const idOf = (hat: string) => found.find((one) => one.hat === hat)?.id ?? null;
  return { championId: idOf('champion'), coordinatorId: idOf('coordinator'), address: found[0]?.email };
};

/**
 * Sends a code to the address where it belongs to a champion or a coordinator. An address that does not gets a code
 * that is never sent: the same rows are written, and nobody sees a difference.
 */
export const askForCode = (
  db: Db,
  queue: Queue,
  { email, browserHash, now }: { email: EmailAddress; browserHash: Buffer; now: Temporal.Instant },
) =>
  db.transaction().execute(async (trx) => {
    const { championId, coordinatorId, address } = await findByEmail(trx, email.key);
    const codeId = randomUUIDv7();
    await insertCode(trx, { id: codeId, email, championId, coordinatorId, browserHash, now });
    if (!address) return;
    await queueMessage(trx, queue, signInMessage({ championId, recipient: address, codeId }), now);
  });

/** Whose code it is: at least one of the two. */
export interface RightCode {
  id: string;
  championId: string | null;
  coordinatorId: string | null;
}

interface Attempt {
  typed: string;
  browserHash: Buffer | undefined;
  secret: string;
  requestId: string | null;
  now: Temporal.Instant;
}

/**
 * Counts a try against each live code that this browser asked for; five wrong ones end a code. What is counted stays
 * so, whatever becomes of the request.
 * @returns the code that was typed, if it is one of them
 */
export const tryCode = async (
  db: Db,
  { typed, browserHash, secret, requestId, now }: Attempt,
): Promise<RightCode | undefined> => {
  if (!browserHash) return undefined;
  return db.transaction().execute(async (trx) => {
    const live = await countTryOfCodes(trx, browserHash, now);
    const right = live.find(({ id }) => isSameCode(typed, id, secret));
    if (!right && live.length > 0)
      await noteWrongCode(
        trx,
        requestId,
        live.map(({ coordinatorId }) => coordinatorId),
        now,
      );
    return right?.championId || right?.coordinatorId ? right : undefined;
  });
};

const countTryOfCodes = (trx: Trx, browserHash: Buffer, now: Temporal.Instant) =>
  trx
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
    .returning(['id', 'champion_id as championId', 'coordinator_id as coordinatorId'])
    .execute();

export interface SpentCode extends Omit<RightCode, 'id'> {
  signUpId: string | null;
}

/** Who changed their address a moment ago is not signed in by a code that was on its way to the old one. */
const isForCurrentAddress = sql<boolean>`not exists (
  select from champions c where c.id = sign_in_codes.champion_id and c.email_key <> sign_in_codes.email_key
) and not exists (
  select from coordinators c where c.id = sign_in_codes.coordinator_id and c.email_key <> sign_in_codes.email_key)`;

/**
 * Spends a code: by one delete, so once. Holds the person first, as a sign-up and leaving do, so that no two of them
 * wait for each other; not against new rows that refer to the person, such as the message with the next code.
 */
export const spendCode = async (
  trx: Trx,
  { id, championId, coordinatorId }: RightCode,
): Promise<SpentCode | undefined> => {
  if (championId)
    await trx.selectFrom('champions').select('id').where('id', '=', championId).forNoKeyUpdate().execute();
  if (coordinatorId)
    await trx
      .selectFrom('coordinators')
      .select('id')
      .where('id', '=', coordinatorId)
      .forNoKeyUpdate()
      .execute();
  const spent = await trx
    .deleteFrom('sign_in_codes')
    .where('id', '=', id)
    .where(isForCurrentAddress)
    .returning('sign_up_id as signUpId')
    .executeTakeFirst();
  return spent && { championId, coordinatorId, signUpId: spent.signUpId };
};
