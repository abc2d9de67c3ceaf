import { type Actor, audit } from '../audit.ts';
import { isLive } from '../champions/live.ts';
import type { Db, Trx } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import type { Queue } from '../jobs.ts';
import {
  accountCodeMessage,
  addressChangedMessage,
  addressInUseMessage,
  queueMessage,
} from '../mail/messages.ts';
import { spendAccountCode, writeAccountCode } from './account-codes.ts';
import { endSessions, type Hats } from './devices.ts';

const UNIQUE_VIOLATION = '23505';

/** Whether the address belongs to somebody else who wears one of these hats. */
const isTaken = async (trx: Trx, { championId, coordinatorId }: Hats, emailKey: string) => {
  const champion = await trx
    .selectFrom('champions')
    .select('id')
    .where('email_key', '=', emailKey)
    .where(isLive)
    .executeTakeFirst();
  const coordinator = await trx
    .selectFrom('coordinators')
    .select('id')
    .where('email_key', '=', emailKey)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return (
    (championId && champion && champion.id !== championId) ||
    (coordinatorId && coordinator && coordinator.id !== coordinatorId) ||
    false
  );
};

/**
 * Sends a code to the address that somebody wants to use. One that belongs to somebody else gets a message that says
 * so instead, and a code that nobody is told: whoever asks sees no difference.
 */
export const askForNewAddress = (
  db: Db,
  queue: Queue,
  {
    hats,
    email,
    sessionHash,
    now,
  }: { hats: Hats; email: EmailAddress; sessionHash: Buffer; now: Temporal.Instant },
) =>
  db.transaction().execute(async (trx) => {
    const taken = await isTaken(trx, hats, email.key);
    const codeId = await writeAccountCode(trx, { purpose: 'new address', sessionHash, email, now });
    const recipient = email.address;
    // Whose account it is that wants the address is nothing to those who read its mail yet.
    const message = taken
      ? addressInUseMessage({ recipient })
      : accountCodeMessage({ championId: null, recipient, codeId, purpose: 'to use this address' });
    await queueMessage(trx, queue, message, now);
  });

const moveChampion = async (trx: Trx, id: string, { address, key }: EmailAddress) => {
  const before = await trx
    .selectFrom('champions')
    .select('email')
    .where('id', '=', id)
    .where(isLive)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!before) return [];
  await trx.updateTable('champions').set({ email: address, email_key: key }).where('id', '=', id).execute();
  await trx.deleteFrom('sign_in_codes').where('champion_id', '=', id).execute();
  return [{ kind: 'champion', id, email: before.email }];
};

const moveCoordinator = async (trx: Trx, id: string, { address, key }: EmailAddress) => {
  const before = await trx
    .selectFrom('coordinators')
    .select('email')
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!before) return [];
  await trx
    .updateTable('coordinators')
    .set({ email: address, email_key: key })
    .where('id', '=', id)
    .execute();
  await trx.deleteFrom('sign_in_codes').where('coordinator_id', '=', id).execute();
  return [{ kind: 'coordinator', id, email: before.email }];
};

interface Change {
  hats: Hats;
  /** The code that was typed right: it went to `email`. */
  right: { id: string; email: EmailAddress };
  sessionHash: Buffer;
  contactEmail: string;
  now: Temporal.Instant;
}

/**
 * Spends the code and moves a person, in every hat they wear here, to the new address: tells the old one, ends codes
 * that went to it, and signs them out everywhere else. Calendar entries keep their ids; only mail to come goes elsewhere.
 */
export const changeAddress = async (
  db: Db,
  queue: Queue,
  actor: Actor,
  { hats, right, sessionHash, contactEmail, now }: Change,
): Promise<'changed' | { refused: 'spent' | 'taken' }> => {
  const change = async (trx: Trx) => {
    if (!(await spendAccountCode(trx, right.id))) return { refused: 'spent' } as const;
    const moved = [
      ...(hats.championId ? await moveChampion(trx, hats.championId, right.email) : []),
      ...(hats.coordinatorId ? await moveCoordinator(trx, hats.coordinatorId, right.email) : []),
    ];
    await endSessions(trx, hats, sessionHash);
    for (const recipient of new Set(moved.map(({ email }) => email)))
      await queueMessage(trx, queue, addressChangedMessage({ recipient, contactEmail }), now);
    for (const { kind, id } of moved)
      await audit(trx, actor, { action: 'change address', subjectKind: kind, subjectId: id }, now);
    return 'changed' as const;
  };
  try {
    return await db.transaction().execute(change);
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
    return { refused: 'taken' };
  }
};
