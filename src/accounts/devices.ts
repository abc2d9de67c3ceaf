import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { Schema } from '../schema.ts';
import { formatMoment } from '../time.ts';

/** Who is signed in: a champion, a coordinator, or someone who is both. */
export interface Hats {
  championId?: string | undefined;
  coordinatorId?: string | undefined;
}

const areOf =
  ({ championId, coordinatorId }: Hats) =>
  (eb: ExpressionBuilder<Schema, 'browser_sessions'>) => {
    const theirs: Expression<SqlBool>[] = [];
    if (championId) theirs.push(eb('champion_id', '=', championId));
    if (coordinatorId) theirs.push(eb('coordinator_id', '=', coordinatorId));
    return theirs.length > 0 ? eb.or(theirs) : sql<boolean>`false`;
  };

/** The browsers in which someone is signed in, this one first, then those last used. */
export const listDevices = async (
  db: Db,
  hats: Hats,
  { sessionHash, timeZone, now }: { sessionHash: Buffer; timeZone: string; now: Temporal.Instant },
) => {
  const rows = await db
    .selectFrom('browser_sessions')
    .select((eb) => [
      'public_id as id',
      'device',
      'created_at as signedInAt',
      'last_used_at as lastUsedAt',
      eb('id_hash', '=', sessionHash).as('current'),
    ])
    .where(areOf(hats))
    .where('expires_at', '>', now)
    .orderBy('current', 'desc')
    .orderBy('last_used_at', 'desc')
    .execute();
  return rows.map(({ id, device, current, signedInAt, lastUsedAt }) => ({
    id,
    device,
    current: Boolean(current),
    signedIn: formatMoment(signedInAt, timeZone, now),
    lastUsed: formatMoment(lastUsedAt, timeZone, now),
  }));
};

const OF_A_COORDINATOR = { subjectKind: 'coordinator' } as const;

/**
 * Ends one of a person's own sessions by its public id.
 * @returns false where they have none with this id: another's looks the same
 */
export const endDevice = (
  db: Db,
  actor: Actor,
  hats: Hats,
  { id, now }: { id: string; now: Temporal.Instant },
) =>
  db.transaction().execute(async (trx) => {
    const ended = await trx
      .deleteFrom('browser_sessions')
      .where('public_id', '=', id)
      .where(areOf(hats))
      .executeTakeFirst();
    if (ended.numDeletedRows === 0n) return false;
    const { coordinatorId } = hats;
    if (coordinatorId)
      await audit(trx, actor, { ...OF_A_COORDINATOR, action: 'end device', subjectId: coordinatorId }, now);
    return true;
  });

/** Ends every session of a person, but the one to keep where there is one. */
export const endSessions = async (trx: Trx, hats: Hats, keep?: Buffer) => {
  let query = trx.deleteFrom('browser_sessions').where(areOf(hats));
  if (keep) query = query.where('id_hash', '!=', keep);
  await query.execute();
};

/** Signs a person out in every browser, this one included. */
export const signOutEverywhere = (db: Db, actor: Actor, hats: Hats, now: Temporal.Instant) =>
  db.transaction().execute(async (trx) => {
    await endSessions(trx, hats);
    const { coordinatorId } = hats;
    const entry = { ...OF_A_COORDINATOR, action: 'sign out everywhere', subjectId: coordinatorId ?? null };
    if (coordinatorId) await audit(trx, actor, entry, now);
  });
