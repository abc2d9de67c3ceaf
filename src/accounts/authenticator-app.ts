import { generateSecret, generateURI, verify } from 'otplib';
import type { Db } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { withoutSpaces } from './code.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';
import { seal, unseal } from './sealing.ts';
import {
  countFactors,
  dropCodesAfterLast,
  type FactorOwner,
  holdFactors,
  tellOfChange,
} from './second-factor.ts';

const STEP_SECONDS = 30;

/** A new key, sealed for the session: nothing is kept of it until a code has shown that the app has it. */
export const newAuthenticatorKey = (coordinatorId: string, secret: string) =>
  seal(generateSecret(), secret, coordinatorId).toString('base64url');

/** What the set-up page shows: the key to type, in fours, and the address that its QR code holds. */
export const describeKey = (sealed: string, { id, email }: { id: string; email: string }, secret: string) => {
  const key = unseal(Buffer.from(sealed, 'base64url'), secret, id)!;
  return {
    toType: key.replace(/(.{4})(?=.)/g, '$1 '),
    address: generateURI({ issuer: 'Westand', label: email, secret: key }),
  };
};

/** The half minute whose code this is: now's, the one before or the one after, since clocks differ (RFC 6238, 5.2). */
const stepOf = async (key: string, typed: string, now: Temporal.Instant): Promise<number | undefined> => {
  const token = withoutSpaces(typed);
  if (!/^\d{6}$/.test(token)) return undefined;
  const epoch = Math.floor(now.epochMilliseconds / 1000);
  const found = await verify({
    secret: key,
    token,
    epoch,
    epochTolerance: STEP_SECONDS,
    period: STEP_SECONDS,
  });
  return found.valid && 'timeStep' in found ? found.timeStep : undefined;
};

/**
 * Adds the app once a code shows that it has the key, or puts it in the place of the one before: a new phone.
 * @returns recovery codes to show, where this is the first factor
 */
export const addAuthenticatorApp = (
  db: Db,
  queue: Queue,
  owner: FactorOwner,
  { sealed, typed }: { sealed: string; typed: string },
): Promise<{ recoveryCodes: string[] | undefined } | { refused: 'wrong code' }> =>
  db.transaction().execute(async (trx) => {
    const { coordinator, secret, now } = owner;
    const key = unseal(Buffer.from(sealed, 'base64url'), secret, coordinator.id);
    const step = key && (await stepOf(key, typed, now));
    if (!key || !step) return { refused: 'wrong code' };
    await holdFactors(trx, coordinator.id);
    const row = {
      sealed_key: seal(key, secret, coordinator.id),
      last_used_step: step,
      created_at: now,
      last_used_at: null,
    };
    const first = (await countFactors(trx, coordinator.id)) === 0;
    await trx
      .insertInto('authenticator_apps')
      .values({ coordinator_id: coordinator.id, ...row })
      .onConflict((conflict) => conflict.column('coordinator_id').doUpdateSet(row))
      .execute();
    const entry = { action: 'add', subjectKind: 'authenticator app' };
    await tellOfChange(trx, queue, owner, entry, 'An authenticator app was added.');
    return { recoveryCodes: first ? await makeRecoveryCodes(trx, owner) : undefined };
  });

/** Takes a code: each works once, however many are sent together. */
export const tryAuthenticatorCode = async (
  db: Db,
  given: { coordinatorId: string; typed: string; secret: string; now: Temporal.Instant },
): Promise<boolean> => {
  const { coordinatorId, typed, secret, now } = given;
  const app = await db
    .selectFrom('authenticator_apps')
    .select('sealed_key')
    .where('coordinator_id', '=', coordinatorId)
    .executeTakeFirst();
  const key = app && unseal(app.sealed_key, secret, coordinatorId);
  const step = key && (await stepOf(key, typed, now));
  if (!app || !step) return false;
  const taken = await db
    .updateTable('authenticator_apps')
    .set({ last_used_step: step, last_used_at: now })
    .where('coordinator_id', '=', coordinatorId)
    .where('last_used_step', '<', step)
    .returning('coordinator_id')
    .executeTakeFirst();
  return taken !== undefined;
};

/** Removes the app; the only factor stays where one is needed. */
export const removeAuthenticatorApp = (
  db: Db,
  queue: Queue,
  owner: FactorOwner,
  { oneMustStay }: { oneMustStay: boolean },
): Promise<'removed' | { refused: 'last factor' }> =>
  db.transaction().execute(async (trx) => {
    const { id } = owner.coordinator;
    await holdFactors(trx, id);
    if (oneMustStay && (await countFactors(trx, id)) === 1) return { refused: 'last factor' };
    const { numDeletedRows } = await trx
      .deleteFrom('authenticator_apps')
      .where('coordinator_id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return 'removed';
    await dropCodesAfterLast(trx, id);
    const entry = { action: 'remove', subjectKind: 'authenticator app' };
    await tellOfChange(trx, queue, owner, entry, 'The authenticator app was removed.');
    return 'removed';
  });

export const findAuthenticatorApp = (db: Db, coordinatorId: string) =>
  db
    .selectFrom('authenticator_apps')
    .select(['created_at as addedAt', 'last_used_at as lastUsedAt'])
    .where('coordinator_id', '=', coordinatorId)
    .executeTakeFirst();
