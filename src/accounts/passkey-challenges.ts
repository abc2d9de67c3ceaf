import type { Db } from '../db.ts';

/** Longer than browsers wait for a person's finger or key. */
const MINUTES = 5;

interface Asked {
  sessionHash: Buffer;
  purpose: 'add' | 'show';
  now: Temporal.Instant;
}

/** Keeps what a passkey is to sign for this session; the one before is none any more. */
export const keepChallenge = async (db: Db, { sessionHash, purpose, now }: Asked, challenge: string) => {
  const row = { purpose, challenge, expires_at: now.add({ minutes: MINUTES }) };
  await db
    .insertInto('passkey_challenges')
    .values({ session_hash: sessionHash, ...row })
    .onConflict((conflict) => conflict.column('session_hash').doUpdateSet(row))
    .execute();
};

/** Takes the challenge out by one delete: it is answered once, however many answers come together. */
export const takeChallenge = async (
  db: Db,
  { sessionHash, purpose, now }: Asked,
): Promise<string | undefined> => {
  const taken = await db
    .deleteFrom('passkey_challenges')
    .where('session_hash', '=', sessionHash)
    .returning(['purpose', 'challenge', 'expires_at'])
    .executeTakeFirst();
  if (taken?.purpose !== purpose || Temporal.Instant.compare(taken.expires_at, now) <= 0) return undefined;
  return taken.challenge;
};
