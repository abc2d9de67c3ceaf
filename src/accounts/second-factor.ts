import { type Actor, type AuditEntry, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { queueMessage, secondFactorMessage } from '../mail/messages.ts';
import { countTry, forgetTries } from '../rate-limits.ts';
import {
  countRecoveryCodes,
  dropRecoveryCodes,
  makeRecoveryCodes,
  spendRecoveryCode,
} from './recovery-codes.ts';

/** Wrong codes before a coordinator has to wait; the table that counts them is shared by all processes. */
const TRIES = { max: 5, windowSeconds: 15 * 60 };

/** A coordinator who changes how they sign in, and what telling them and writing it down takes. */
export interface FactorOwner {
  coordinator: { id: string; email: string };
  actor: Actor;
  secret: string;
  /** Whom to ask where it was somebody else. */
  contactEmail: string;
  now: Temporal.Instant;
}

/** Lets one change to a coordinator's factors at a time go on. */
export const holdFactors = (trx: Trx, coordinatorId: string) =>
  trx.selectFrom('coordinators').select('id').where('id', '=', coordinatorId).forNoKeyUpdate().execute();

/** How many of each a coordinator has. */
const countEachFactor = (db: Db | Trx, coordinatorId: string) =>
  db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('passkeys')
        .select((count) => count.fn.countAll<number>().as('count'))
        .where('coordinator_id', '=', coordinatorId)
        .$asScalar()
        .$notNull()
        .as('passkeys'),
      eb
        .selectFrom('authenticator_apps')
        .select((count) => count.fn.countAll<number>().as('count'))
        .where('coordinator_id', '=', coordinatorId)
        .$asScalar()
        .$notNull()
        .as('apps'),
    ])
    .executeTakeFirstOrThrow();

export const countFactors = async (db: Db | Trx, coordinatorId: string) => {
  const { passkeys, apps } = await countEachFactor(db, coordinatorId);
  return passkeys + apps;
};

/** What a coordinator can show after the code from their email. */
export const waysToShow = async (db: Db, coordinatorId: string) => {
  const [{ passkeys, apps }, { left }] = await Promise.all([
    countEachFactor(db, coordinatorId),
    countRecoveryCodes(db, coordinatorId),
  ]);
  return { passkey: passkeys > 0, app: apps > 0, recovery: left > 0 };
};

/** Writes a change down and tells the coordinator of it, in its own transaction. */
export const tellOfChange = async (
  trx: Trx,
  queue: Queue,
  { coordinator, actor, contactEmail, now }: Omit<FactorOwner, 'secret'>,
  entry: Pick<AuditEntry, 'action' | 'subjectKind' | 'details'>,
  change: string,
) => {
  await audit(trx, actor, { ...entry, subjectId: coordinator.id }, now);
  await queueMessage(
    trx,
    queue,
    secondFactorMessage({ recipient: coordinator.email, change, contactEmail }),
    now,
  );
};

/** After a factor is gone: recovery codes are none by themselves. */
export const dropCodesAfterLast = async (trx: Trx, coordinatorId: string) => {
  if ((await countFactors(trx, coordinatorId)) === 0) await dropRecoveryCodes(trx, coordinatorId);
};

/** New recovery codes on request; those from before work no more. */
export const renewRecoveryCodes = (
  db: Db,
  queue: Queue,
  owner: FactorOwner,
): Promise<string[] | { refused: 'no factor' }> =>
  db.transaction().execute(async (trx) => {
    const { id } = owner.coordinator;
    await holdFactors(trx, id);
    if ((await countFactors(trx, id)) === 0) return { refused: 'no factor' };
    const codes = await makeRecoveryCodes(trx, owner);
    const entry = { action: 'renew', subjectKind: 'recovery codes' };
    await tellOfChange(trx, queue, owner, entry, 'New recovery codes were made. The old ones work no more.');
    return codes;
  });

/** Takes a recovery code in place of a factor, once, and says how many are left. */
export const recoverWithCode = (db: Db, queue: Queue, owner: FactorOwner, typed: string): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const { coordinator, secret, now } = owner;
    if (!(await spendRecoveryCode(trx, { coordinatorId: coordinator.id, typed, secret, now }))) return false;
    const { left } = await countRecoveryCodes(trx, coordinator.id);
    const entry = { action: 'use', subjectKind: 'recovery code', details: { left } };
    await tellOfChange(
      trx,
      queue,
      owner,
      entry,
      `A recovery code was used to sign in. You have ${left} left.`,
    );
    return true;
  });

/**
 * Takes every factor from a coordinator who has lost them all, and signs them out everywhere. Nobody does it for
 * themselves.
 * @param whom by their id, or by the key of their address
 */
export const resetSecondFactor = (
  db: Db,
  queue: Queue,
  whom: { id: string } | { emailKey: string },
  { actor, contactEmail, now }: Omit<FactorOwner, 'coordinator' | 'secret'>,
): Promise<{ email: string } | { refused: 'unknown' | 'yourself' | 'no factor' }> =>
  db.transaction().execute(async (trx) => {
    const coordinator = await trx
      .selectFrom('coordinators')
      .select(['id', 'email'])
      .where((eb) => ('id' in whom ? eb('id', '=', whom.id) : eb('email_key', '=', whom.emailKey)))
      .where('ended_at', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!coordinator) return { refused: 'unknown' };
    if (coordinator.id === actor.coordinatorId) return { refused: 'yourself' };
    if ((await countFactors(trx, coordinator.id)) === 0) return { refused: 'no factor' };
    for (const table of ['passkeys', 'authenticator_apps', 'recovery_codes', 'browser_sessions'] as const)
      await trx.deleteFrom(table).where('coordinator_id', '=', coordinator.id).execute();
    const entry = { action: 'reset', subjectKind: 'second factor' };
    const change = 'Your passkeys, authenticator app and recovery codes were taken away. Add new ones.';
    await tellOfChange(trx, queue, { coordinator, actor, contactEmail, now }, entry, change);
    return { email: coordinator.email };
  });

const triesOf = (coordinatorId: string) => `second factor ${coordinatorId}`;

/**
 * Counts one code that a coordinator types, before it is looked at: a hundred at once are still five tries.
 * @returns the seconds to wait where that was one too many
 */
export const countFactorTry = (db: Db, coordinatorId: string, now: Temporal.Instant) =>
  countTry(db, [{ key: triesOf(coordinatorId), ...TRIES }], now);

/** After a right one. */
export const forgetFactorTries = (db: Db, coordinatorId: string) => forgetTries(db, triesOf(coordinatorId));
