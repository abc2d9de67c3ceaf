import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { areasOf } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { isFirstSubmission } from '../planning/submissions.ts';
import { isFull } from './bookings.ts';
import { findHeldSession } from './held-session.ts';
import { offerFreePlaces } from './offers.ts';
import { findSession, type OfAreas, type PlannedSession } from './planned-sessions.ts';
import { queueSessionTelling } from './telling.ts';

/** All that a coordinator decides of a session. */
export interface SessionPlan {
  moduleId: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  /** Null where it is online. */
  pitchId: string | null;
  onlineUrl: string | null;
  /** Counts where it is online; else the pitch's area does. */
  areaId: string;
  trainer: string;
  capacity: number;
}

export type SessionRefusal =
  | { refused: 'unknown' }
  /** The place or the area is not the coordinator's, or not to be chosen any more. */
  | { refused: 'elsewhere' }
  /** The module is retired, or unknown. */
  | { refused: 'module' }
  | { refused: 'sent before' }
  | { refused: 'stale' }
  | { refused: 'cancelled' }
  | { refused: 'over' }
  /** More people hold a place than there would be. */
  | { refused: 'booked' };

/** The area of a session that is planned so; undefined where it is none of the coordinator's. */
const areaOf = async (
  trx: Trx,
  { areaIds }: OfAreas,
  plan: SessionPlan,
  keptPitchId: string | null = null,
) => {
  const ours = areasOf({ areaIds });
  if (!plan.pitchId)
    return (
      await trx
        .selectFrom('areas')
        .select('id')
        .where('id', '=', plan.areaId)
        .where('id', '=', ours)
        .executeTakeFirst()
    )?.id;
  const pitch = await trx
    .selectFrom('pitches')
    .innerJoin('venues', 'venues.id', 'pitches.venue_id')
    .innerJoin('neighbourhoods', 'neighbourhoods.id', 'venues.neighbourhood_id')
    .select('neighbourhoods.area_id as areaId')
    .where('pitches.id', '=', plan.pitchId)
    .where('neighbourhoods.area_id', '=', ours)
    .where(
      sql<boolean>`((pitches.closed_at is null and venues.closed_at is null) or pitches.id = ${keptPitchId}::uuid)`,
    )
    .executeTakeFirst();
  return pitch?.areaId;
};

const rowOf = ({ startsAt, endsAt, pitchId, onlineUrl, trainer, capacity }: SessionPlan, areaId: string) => ({
  starts_at: startsAt,
  ends_at: endsAt,
  pitch_id: pitchId,
  online_url: onlineUrl,
  area_id: areaId,
  trainer,
  capacity,
});

/**
 * Adds sessions, all or none of them. A form that is sent twice adds them once.
 * @returns their ids, in the order given
 */
export const addSessions = (
  db: Db,
  actor: Actor,
  coordinator: OfAreas,
  { plans, submissionId, copyOf }: { plans: SessionPlan[]; submissionId: string; copyOf?: string },
  now: Temporal.Instant,
): Promise<{ ids: string[] } | SessionRefusal> =>
  db.transaction().execute(async (trx) => {
    const rows: (ReturnType<typeof rowOf> & { id: string; module_id: string })[] = [];
    for (const plan of plans) {
      const areaId = await areaOf(trx, coordinator, plan);
      if (!areaId) return { refused: 'elsewhere' };
      rows.push({ id: randomUUIDv7(), module_id: plan.moduleId, ...rowOf(plan, areaId) });
    }
    const modules = await trx
      .selectFrom('modules')
      .select('id')
      .where('id', '=', sql<string>`any(${rows.map((row) => row.module_id)}::uuid[])`)
      .where('closed_at', 'is', null)
      .execute();
    if (modules.length < new Set(rows.map((row) => row.module_id)).size) return { refused: 'module' };
    if (!(await isFirstSubmission(trx, actor, submissionId, now))) return { refused: 'sent before' };
    const made = { created_by: actor.coordinatorId, created_at: now };
    await trx
      .insertInto('sessions')
      .values(rows.map((row) => ({ ...row, ...made })))
      .execute();
    for (const { id, area_id: areaId } of rows) {
      const entry = { action: copyOf ? 'copy' : 'add', subjectKind: 'session', subjectId: id, areaId };
      await audit(trx, actor, { ...entry, details: copyOf ? { copyOf } : {} }, now);
    }
    return { ids: rows.map(({ id }) => id) };
  });

/** A session of the coordinator's areas, held so that what two do to it happens one after the other. */
const lockSession = async (trx: Trx, coordinator: OfAreas, id: string) => {
  const held = await trx
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', id)
    .where('area_id', '=', areasOf(coordinator))
    .forNoKeyUpdate()
    .executeTakeFirst();
  return held && findSession(trx, coordinator, id);
};

const isMoved = (session: PlannedSession, plan: SessionPlan) =>
  session.pitchId !== plan.pitchId ||
  session.onlineUrl !== plan.onlineUrl ||
  !session.startsAt.equals(plan.startsAt) ||
  !session.endsAt.equals(plan.endsAt);

const isOver = ({ endsAt }: PlannedSession, now: Temporal.Instant) =>
  Temporal.Instant.compare(endsAt, now) <= 0;

export interface SessionChange {
  id: string;
  /** The edit that the coordinator saw. */
  edits: number;
  plan: SessionPlan;
}

/**
 * Changes a session over the edit that the coordinator saw; its module stays. Whoever holds a place hears of another
 * time or place; whoever waits is offered the places there are more. Once it is over, only its trainer and its number of places change.
 */
export const changeSession = async (
  db: Db,
  queue: Queue,
  actor: Actor,
  coordinator: OfAreas,
  { id, edits, plan }: SessionChange,
  now: Temporal.Instant,
): Promise<'changed' | SessionRefusal> => {
  try {
    return await db.transaction().execute(async (trx): Promise<'changed' | SessionRefusal> => {
      const session = await lockSession(trx, coordinator, id);
      if (!session) return { refused: 'unknown' };
      if (session.state === 'cancelled') return { refused: 'cancelled' };
      if (session.edits !== edits) return { refused: 'stale' };
      const moved = isMoved(session, plan);
      if (moved && isOver(session, now)) return { refused: 'over' };
      const areaId = await areaOf(trx, coordinator, plan, session.pitchId);
      if (!areaId) return { refused: 'elsewhere' };
      if (plan.capacity < session.booked) return { refused: 'booked' };
      await trx
        .updateTable('sessions')
        .set({ ...rowOf(plan, areaId), edits: edits + 1 })
        .where('id', '=', id)
        .execute();
      const entry = { action: 'change', subjectKind: 'session', subjectId: id, areaId };
      await audit(trx, actor, { ...entry, details: { edits: edits + 1, moved } }, now);
      if (moved) await queueSessionTelling(trx, queue, id, now);
      const held = plan.capacity > session.booked && (await findHeldSession(trx, id));
      if (held) await offerFreePlaces(trx, queue, held, now);
      return 'changed';
    });
  } catch (error) {
    if (isFull(error)) return { refused: 'booked' };
    throw error;
  }
};

/** Cancels a session that is not over, and has everyone who holds a place told. A second time changes nothing. */
export const cancelSession = (
  db: Db,
  queue: Queue,
  actor: Actor,
  coordinator: OfAreas,
  { id, reason }: { id: string; reason: string },
  now: Temporal.Instant,
): Promise<'cancelled' | SessionRefusal> =>
  db.transaction().execute(async (trx) => {
    const session = await lockSession(trx, coordinator, id);
    if (!session) return { refused: 'unknown' };
    if (session.state === 'cancelled') return 'cancelled';
    if (isOver(session, now)) return { refused: 'over' };
    await trx
      .updateTable('sessions')
      .set({
        state: 'cancelled',
        cancelled_at: now,
        cancelled_reason: reason,
        edits: session.edits + 1,
      })
      .where('id', '=', id)
      .execute();
    const entry = { action: 'cancel', subjectKind: 'session', subjectId: id, areaId: session.areaId };
    await audit(trx, actor, { ...entry, details: { booked: session.booked } }, now);
    await queueSessionTelling(trx, queue, id, now);
    return 'cancelled';
  });
