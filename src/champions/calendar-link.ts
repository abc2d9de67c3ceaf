import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import type { Db } from '../db.ts';

const hashOf = (secret: string) => createHash('sha256').update(secret).digest();

/** The champion's link, without its secret, which nobody can read again. */
export const findCalendarLink = (db: Db, championId: string) =>
  db
    .selectFrom('calendar_links')
    .select(['id', 'made_at as madeAt'])
    .where('champion_id', '=', championId)
    .executeTakeFirst();

/**
 * Makes a secret address for a champion's own calendar and revokes the one before. It is the one secret that Westand
 * lets into an address, since calendar programs can send nothing else: 256 random bits, kept as their hash, shown once.
 * @param replaces the link that the champion saw, so that a form sent twice revokes nothing that is in use
 * @returns the secret; undefined where the champion has another link by now
 */
export const makeCalendarLink = async (
  db: Db,
  { championId, replaces, now }: { championId: string; replaces: string | undefined; now: Temporal.Instant },
): Promise<string | undefined> => {
  const secret = randomBytes(32).toString('base64url');
  const link = { id: randomUUIDv7(), secret_hash: hashOf(secret), made_at: now };
  const write = replaces
    ? db
        .updateTable('calendar_links')
        .set(link)
        .where('champion_id', '=', championId)
        .where('id', '=', replaces)
        .returning('id')
        .executeTakeFirst()
    : db
        .insertInto('calendar_links')
        .values({ champion_id: championId, ...link })
        .onConflict((conflict) => conflict.column('champion_id').doNothing())
        .returning('id')
        .executeTakeFirst();
  return (await write) && secret;
};

/** Ends a champion's link: its address is unknown from now on. */
export const revokeCalendarLink = async (db: Db, championId: string) => {
  await db.deleteFrom('calendar_links').where('champion_id', '=', championId).execute();
};

/** Whose calendar this secret opens; undefined where it is unknown or revoked, or they have left. */
export const findByCalendarSecret = async (db: Db, secret: string) => {
  const row = await db
    .selectFrom('calendar_links')
    .innerJoin('champions', 'champions.id', 'calendar_links.champion_id')
    .select(['champions.id', 'champions.email_key as emailKey', 'champions.state'])
    .where('calendar_links.secret_hash', '=', hashOf(secret))
    .executeTakeFirst();
  return row && row.state !== 'left' && row.state !== 'anonymised' ? row : undefined;
};
