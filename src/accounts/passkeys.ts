import { randomUUIDv7 } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { audit } from '../audit.ts';
import type { Db } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { keepChallenge, takeChallenge } from './passkey-challenges.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';
import {
  countFactors,
  dropCodesAfterLast,
  type FactorOwner,
  holdFactors,
  tellOfChange,
} from './second-factor.ts';

/**
 * A passkey is the second thing that a coordinator shows, after their mailbox: to hold it is enough. A PIN or a
 * finger is asked for where the device has one, and security keys without one do as well.
 */
const USER_VERIFICATION = { userVerification: 'preferred' } as const;
const requireUserVerification = false;

/** EdDSA, ES256 and RS256, which every authenticator has one of: of the newer ones Node says that they may change. */
const supportedAlgorithmIDs = [-8, -7, -257];

/** Loaded for the first passkey: it would make every start a tenth of a second longer. */
const webauthn = () => import('@simplewebauthn/server');

/** The browser's session in which a passkey is asked for, and the site's public address. */
export interface Ceremony {
  sessionHash: Buffer;
  publicUrl: string;
  now: Temporal.Instant;
}

const siteOf = ({ publicUrl }: Ceremony) => ({
  expectedOrigin: publicUrl,
  expectedRPID: new URL(publicUrl).hostname,
});

const credentialsOf = async (db: Db, coordinatorId: string) => {
  const rows = await db
    .selectFrom('passkeys')
    .select(['credential_id', 'transports'])
    .where('coordinator_id', '=', coordinatorId)
    .execute();
  return rows.map(({ credential_id, transports }) => ({ id: credential_id, transports }));
};

/** What the browser needs to make a new passkey. */
export const optionsToAdd = async (
  db: Db,
  { id, email, fullName }: { id: string; email: string; fullName: string },
  ceremony: Ceremony,
) => {
  const { generateRegistrationOptions } = await webauthn();
  const options = await generateRegistrationOptions({
    rpName: 'Westand',
    rpID: siteOf(ceremony).expectedRPID,
    userID: Uint8Array.from(Buffer.from(id.replaceAll('-', ''), 'hex')),
    userName: email,
    userDisplayName: fullName,
    excludeCredentials: await credentialsOf(db, id),
    authenticatorSelection: { residentKey: 'preferred', ...USER_VERIFICATION },
    supportedAlgorithmIDs,
  });
  await keepChallenge(db, { ...ceremony, purpose: 'add' }, options.challenge);
  return options;
};

/** What the browser needs to show a passkey that is known. */
export const optionsToShow = async (db: Db, coordinatorId: string, ceremony: Ceremony) => {
  const { generateAuthenticationOptions } = await webauthn();
  const options = await generateAuthenticationOptions({
    rpID: siteOf(ceremony).expectedRPID,
    allowCredentials: await credentialsOf(db, coordinatorId),
    ...USER_VERIFICATION,
  });
  await keepChallenge(db, { ...ceremony, purpose: 'show' }, options.challenge);
  return options;
};

/** What the browser answered, as text; undefined where it is nothing of the kind. */
const readAnswer = <T>(text: string): T | undefined => {
  try {
    const answer = JSON.parse(text);
    return typeof answer?.id === 'string' ? answer : undefined;
  } catch {
    return undefined;
  }
};

/** The library throws over everything that a browser of a coordinator would not send. */
const orUndefined = <T>(verifying: Promise<T>) => verifying.catch(() => undefined);

/**
 * Adds the passkey that the browser has made.
 * @returns recovery codes to show, where this is the first factor
 */
export const addPasskey = async (
  db: Db,
  queue: Queue,
  owner: FactorOwner,
  { answer, name, ceremony }: { answer: string; name: string; ceremony: Ceremony },
): Promise<{ recoveryCodes: string[] | undefined } | { refused: 'not taken' | 'known' }> => {
  const { coordinator, now } = owner;
  const expectedChallenge = await takeChallenge(db, { ...ceremony, purpose: 'add' });
  const response = readAnswer<RegistrationResponseJSON>(answer);
  if (!expectedChallenge || !response) return { refused: 'not taken' };
  const { verifyRegistrationResponse } = await webauthn();
  const found = await orUndefined(
    verifyRegistrationResponse({
      response,
      expectedChallenge,
      ...siteOf(ceremony),
      requireUserVerification,
      supportedAlgorithmIDs,
    }),
  );
  if (!found?.verified) return { refused: 'not taken' };
  const { credential } = found.registrationInfo;
  return db.transaction().execute(async (trx) => {
    await holdFactors(trx, coordinator.id);
    const first = (await countFactors(trx, coordinator.id)) === 0;
    const added = await trx
      .insertInto('passkeys')
      .values({
        id: randomUUIDv7(),
        coordinator_id: coordinator.id,
        credential_id: credential.id,
        public_key: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
        name,
        created_at: now,
        last_used_at: null,
      })
      .onConflict((conflict) => conflict.column('credential_id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) return { refused: 'known' };
    const entry = { action: 'add', subjectKind: 'passkey' };
    await tellOfChange(trx, queue, owner, entry, 'A passkey was added.');
    return { recoveryCodes: first ? await makeRecoveryCodes(trx, owner) : undefined };
  });
};

/** Whether the browser showed one of the coordinator's passkeys. */
export const tryPasskey = async (
  db: Db,
  coordinatorId: string,
  answer: string,
  ceremony: Ceremony,
): Promise<boolean> => {
  const expectedChallenge = await takeChallenge(db, { ...ceremony, purpose: 'show' });
  const response = readAnswer<AuthenticationResponseJSON>(answer);
  if (!expectedChallenge || !response) return false;
  const passkey = await db
    .selectFrom('passkeys')
    .select(['id', 'credential_id', 'public_key', 'counter'])
    .where('credential_id', '=', response.id)
    .where('coordinator_id', '=', coordinatorId)
    .executeTakeFirst();
  if (!passkey) return false;
  const { credential_id, public_key, counter } = passkey;
  const credential = { id: credential_id, publicKey: Uint8Array.from(public_key), counter };
  const { verifyAuthenticationResponse } = await webauthn();
  const found = await orUndefined(
    verifyAuthenticationResponse({
      response,
      expectedChallenge,
      credential,
      ...siteOf(ceremony),
      requireUserVerification,
    }),
  );
  if (!found?.verified) return false;
  await db
    .updateTable('passkeys')
    .set({ counter: found.authenticationInfo.newCounter, last_used_at: ceremony.now })
    .where('id', '=', passkey.id)
    .execute();
  return true;
};

export const listPasskeys = (db: Db, coordinatorId: string) =>
  db
    .selectFrom('passkeys')
    .select(['id', 'name', 'created_at as addedAt', 'last_used_at as lastUsedAt'])
    .where('coordinator_id', '=', coordinatorId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

/** @returns false where it is not the coordinator's */
export const renamePasskey = (
  db: Db,
  { coordinator, actor, now }: FactorOwner,
  { id, name }: { id: string; name: string },
): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const renamed = await trx
      .updateTable('passkeys')
      .set({ name })
      .where('id', '=', id)
      .where('coordinator_id', '=', coordinator.id)
      .returning('id')
      .executeTakeFirst();
    if (!renamed) return false;
    await audit(trx, actor, { action: 'rename', subjectKind: 'passkey', subjectId: id }, now);
    return true;
  });

/** Removes a passkey; the only factor stays where one is needed. */
export const removePasskey = (
  db: Db,
  queue: Queue,
  owner: FactorOwner,
  { id, oneMustStay }: { id: string; oneMustStay: boolean },
): Promise<'removed' | { refused: 'unknown' | 'last factor' }> =>
  db.transaction().execute(async (trx) => {
    const { coordinator } = owner;
    await holdFactors(trx, coordinator.id);
    const theirs = await trx
      .selectFrom('passkeys')
      .select('id')
      .where('id', '=', id)
      .where('coordinator_id', '=', coordinator.id)
      .executeTakeFirst();
    if (!theirs) return { refused: 'unknown' };
    if (oneMustStay && (await countFactors(trx, coordinator.id)) === 1) return { refused: 'last factor' };
    await trx.deleteFrom('passkeys').where('id', '=', id).execute();
    await dropCodesAfterLast(trx, coordinator.id);
    const entry = { action: 'remove', subjectKind: 'passkey', details: { passkeyId: id } };
    await tellOfChange(trx, queue, owner, entry, 'A passkey was removed.');
    return 'removed';
  });
