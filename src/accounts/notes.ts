import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';

/*
 * What the audit says of coordinators' signing in and out.
 */

const note = (action: string) => (db: Db | Trx, actor: Actor, now: Temporal.Instant) =>
  audit(db, actor, { action, subjectKind: 'coordinator', subjectId: actor.coordinatorId }, now);

export const noteSignIn = note('sign in');
export const noteSignOut = note('sign out');

/** By a coordinator who is signed in. */
export const noteOwnWrongCode = note('wrong code');

/** After the code from the email. */
export const noteSecondFactor = note('show second factor');
export const noteWrongSecondFactor = note('wrong second factor');

/**
 * A code was typed wrong, for all that this browser had asked for. Nobody knows who typed it, so nobody is said to have.
 * The statement runs for addresses that are nobody's too: its time tells nothing.
 */
export const noteWrongCode = async (
  trx: Trx,
  requestId: string | null,
  coordinatorIds: (string | null)[],
  now: Temporal.Instant,
) => {
  const ids = coordinatorIds.map(() => randomUUIDv7());
  await sql`
    insert into audit_entries (id, at, action, subject_kind, subject_id, request_id)
    select id, ${now}::timestamptz, 'wrong code', 'coordinator', coordinator_id, ${requestId}::uuid
    from unnest(${ids}::uuid[], ${coordinatorIds}::uuid[]) as typed (id, coordinator_id)
    where coordinator_id is not null`.execute(trx);
};
