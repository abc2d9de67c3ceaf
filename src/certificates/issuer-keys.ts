import { randomUUIDv7 } from 'node:crypto';
import { generate } from '@digitalbazaar/ed25519-multikey';
import { seal, unseal } from '../accounts/sealing.ts';
import type { Db } from '../db.ts';

/** All keys, those retired among them, the newest first. */
export const listKeys = (db: Db) =>
  db
    .selectFrom('issuer_keys')
    .select(['id', 'public_key as publicKey', 'sealed_key as sealedKey'])
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .execute();

const ownerOf = (id: string) => `issuer key ${id}`;

type Key = Awaited<ReturnType<typeof listKeys>>[number];

const opened = (keys: Key[], secret: string) => {
  for (const { id, publicKey, sealedKey } of keys) {
    const secretKey = unseal(sealedKey, secret, ownerOf(id));
    if (secretKey) return { publicKey, secretKey };
  }
  return undefined;
};

/** The newest key that this secret opens; undefined where there is none. */
export const findSigningKey = async (db: Db, secret: string) => opened(await listKeys(db), secret);

/**
 * Makes the key that signs credentials, where none opens: at the first start, and after a change of the secret. The one
 * before is retired, and stays published. Processes that start together make one: each retires only what it found
 * closed, never what another has just made.
 */
export const ensureSigningKey = async (db: Db, secret: string, now: Temporal.Instant) => {
  const closed = await listKeys(db);
  if (opened(closed, secret)) return;
  const pair = await (await generate()).export({ publicKey: true, secretKey: true });
  const id = randomUUIDv7();
  await db.transaction().execute(async (trx) => {
    for (const key of closed)
      await trx
        .updateTable('issuer_keys')
        .set({ retired_at: now })
        .where('id', '=', key.id)
        .where('retired_at', 'is', null)
        .execute();
    await trx
      .insertInto('issuer_keys')
      .values({
        id,
        public_key: pair.publicKeyMultibase,
        sealed_key: seal(pair.secretKeyMultibase, secret, ownerOf(id)),
        made_at: now,
        retired_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
};
