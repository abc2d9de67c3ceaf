import { randomInt } from 'node:crypto';
import type { Db, Trx } from '../db.ts';
import { ALPHABET, withoutSpaces } from './code.ts';
import { keyedHash } from './sealing.ts';

const HOW_MANY = 10;

/** 12 of 30 signs: 58 bits each. */
const LENGTH = 12;

const newCode = () => Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** 'ABCD-EFGH-JKMN', as people keep them. */
const forKeeping = (code: string) => code.replace(/(.{4})(?=.)/g, '$1-');

/**
 * Makes new codes, and ends those from before.
 * @returns the codes, to be shown: only their hashes are kept
 */
export const makeRecoveryCodes = async (
  trx: Trx,
  owner: { coordinator: { id: string }; secret: string; now: Temporal.Instant },
): Promise<string[]> => {
  const { secret, now } = owner;
  const coordinatorId = owner.coordinator.id;
  const codes = Array.from({ length: HOW_MANY }, newCode);
  await dropRecoveryCodes(trx, coordinatorId);
  await trx
    .insertInto('recovery_codes')
    .values(
      codes.map((code) => ({
        coordinator_id: coordinatorId,
        code_hash: keyedHash(code, secret, coordinatorId),
        created_at: now,
        used_at: null,
      })),
    )
    .execute();
  return codes.map(forKeeping);
};

export const dropRecoveryCodes = (trx: Trx, coordinatorId: string) =>
  trx.deleteFrom('recovery_codes').where('coordinator_id', '=', coordinatorId).execute();

/** Uses a code up, by one update: once. */
export const spendRecoveryCode = async (
  trx: Trx,
  given: { coordinatorId: string; typed: string; secret: string; now: Temporal.Instant },
): Promise<boolean> => {
  const { coordinatorId, typed, secret, now } = given;
  const spent = await trx
    .updateTable('recovery_codes')
    .set({ used_at: now })
    .where('coordinator_id', '=', coordinatorId)
    .where('code_hash', '=', keyedHash(withoutSpaces(typed), secret, coordinatorId))
    .where('used_at', 'is', null)
    .returning('coordinator_id')
    .executeTakeFirst();
  return spent !== undefined;
};

/** How many are left, and since when there are any. */
export const countRecoveryCodes = (db: Db | Trx, coordinatorId: string) =>
  db
    .selectFrom('recovery_codes')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('used_at', 'is', null).as('left'),
      eb.fn.max('created_at').as('madeAt'),
    ])
    .where('coordinator_id', '=', coordinatorId)
    .executeTakeFirstOrThrow();
