import type { Db } from '../db.ts';

/** Forgets the signed-in browsers whose time is over, and codes a day later: a fresh one still finds its sign-up. */
export const sweepAccounts = async (db: Db, now: Temporal.Instant) => {
  await db
    .deleteFrom('sign_in_codes')
    .where('expires_at', '<', now.subtract({ hours: 24 }))
    .execute();
  await db.deleteFrom('passkey_challenges').where('expires_at', '<', now).execute();
  await db.deleteFrom('browser_sessions').where('expires_at', '<', now).execute();
};
