import { createHash, randomBytes, randomUUIDv7, timingSafeEqual } from 'node:crypto';
import { type Actor, audit } from '../audit.ts';
import type { Db } from '../db.ts';
import type { ApiScope } from '../schema.ts';

const hashOf = (secret: string) => createHash('sha256').update(secret).digest();

/** Another system's key, by its id and its secret, as HTTP Basic has them. */
export interface Credentials {
  id: string;
  secret: string;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const BASIC = /^Basic ([A-Za-z0-9+/=]{1,400})$/i;

/** The key and the secret of an `Authorization: Basic` header (RFC 7617, section 2); undefined where there are none. */
export const readBasic = (header: string | undefined): Credentials | undefined => {
  const [, encoded] = BASIC.exec(header ?? '') ?? [];
  if (!encoded) return undefined;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString().split(':');
  return UUID.test(id) ? { id, secret: secret.join(':') } : undefined;
};

/** The keys that work, the newest first. */
export const listApiKeys = (db: Db) =>
  db
    .selectFrom('api_keys')
    .select(['id', 'name', 'made_at as madeAt', 'last_used_at as lastUsedAt'])
    .where('ended_at', 'is', null)
    .orderBy('id', 'desc')
    .execute();

/**
 * Makes a key that may do one thing.
 * @returns the secret: 256 random bits, kept as their hash, to be shown once
 */
export const makeApiKey = (
  db: Db,
  actor: Actor & { coordinatorId: string },
  { name, scope }: { name: string; scope: ApiScope },
  now: Temporal.Instant,
): Promise<Credentials> =>
  db.transaction().execute(async (trx) => {
    const id = randomUUIDv7();
    const secret = randomBytes(32).toString('base64url');
    const key = { id, name, scope, secret_hash: hashOf(secret), made_by: actor.coordinatorId, made_at: now };
    await trx.insertInto('api_keys').values(key).execute();
    const entry = { action: 'add', subjectKind: 'API key', subjectId: id, details: { scope } };
    await audit(trx, actor, entry, now);
    return { id, secret };
  });

/** Ends a key: what is sent with it from now on is refused. False where there is no such key. */
export const endApiKey = (db: Db, actor: Actor, id: string, now: Temporal.Instant) =>
  db.transaction().execute(async (trx) => {
    const ended = await trx
      .updateTable('api_keys')
      .set({ ended_at: now })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (ended.numUpdatedRows === 0n) return false;
    await audit(trx, actor, { action: 'end', subjectKind: 'API key', subjectId: id }, now);
    return true;
  });

/** The key's id where it is right, works, and may do this; undefined else. */
export const checkApiKey = async (
  db: Db,
  { id, secret }: Credentials,
  scope: ApiScope,
  now: Temporal.Instant,
) => {
  const key = await db
    .selectFrom('api_keys')
    .select(['id', 'secret_hash'])
    .where('id', '=', id)
    .where('scope', '=', scope)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (!key || !timingSafeEqual(key.secret_hash, hashOf(secret))) return undefined;
  await db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', id).execute();
  return key.id;
};
