import { randomUUIDv7 } from 'node:crypto';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import { keepFile, type NewFile } from './files.ts';
import { type Doing, lockEvent, settle } from './locked.ts';
import { type Gate, refusalOf, type StepRefusal } from './states.ts';

export interface Pass {
  gate: Gate;
  note: string;
  /** In pounds; for the insurance. */
  insuredFor: number | null;
  file: NewFile | undefined;
}

export type GateRefusal =
  | { refused: StepRefusal }
  /** The event's kind and venue don't need this gate. */
  | { refused: 'not needed' }
  | { refused: 'already passed' }
  | { refused: 'not passed' }
  | { refused: 'no lead' }
  | { refused: 'insured for too little'; minimum: number };

/** Says that something is in place for an event. */
export const passGate = (
  db: Db,
  { actor, areaIds, slug }: Doing,
  { gate, note, insuredFor, file }: Pass,
  now: Temporal.Instant,
): Promise<{ id: string } | GateRefusal | undefined> =>
  db.transaction().execute(async (trx) => {
    const event = await lockEvent(trx, { areaIds, slug });
    if (!event) return undefined;
    const refused = refusalOf('gate', event, now, event.ready);
    if (refused) return { refused };
    if (!event.needed.includes(gate)) return { refused: 'not needed' };
    const minimum = event.insuranceMinimum ?? 0;
    if (gate === 'insurance' && (insuredFor ?? 0) < minimum)
      return { refused: 'insured for too little', minimum };
    if (event.passed.has(gate)) return { refused: 'already passed' };
    if (gate === 'lead' && !event.leadId) return { refused: 'no lead' };
    // Insurance that was enough for the venue once, and is not any more, makes way.
    await reopenPassed(trx, actor, event.id, [gate], 'Passed anew', now);
    const fileId = file ? await keepFile(trx, event.id, file, actor.coordinatorId, now) : null;
    const id = randomUUIDv7();
    await trx
      .insertInto('event_gates')
      .values({
        id,
        event_id: event.id,
        gate,
        passed_at: now,
        passed_by: actor.coordinatorId,
        note,
        insured_for: gate === 'insurance' ? (insuredFor ?? 0) : null,
        file_id: fileId,
        reopened_at: null,
        reopened_by: null,
        reopened_reason: null,
      })
      .execute();
    await audit(
      trx,
      actor,
      {
        action: 'pass gate',
        subjectKind: 'event',
        subjectId: event.id,
        areaId: event.areaId,
        details: { gate, fileId },
      },
      now,
    );
    await settle(trx, { areaIds, slug });
    return { id };
  });

/** Takes back what was said to be in place; without any said so, nothing happens. */
export const reopenPassed = async (
  trx: Trx,
  actor: Actor,
  eventId: string,
  gates: readonly Gate[],
  reason: string,
  now: Temporal.Instant,
) => {
  if (gates.length === 0) return [];
  const rows = await trx
    .updateTable('event_gates')
    .set({ reopened_at: now, reopened_by: actor.coordinatorId, reopened_reason: reason })
    .where('event_id', '=', eventId)
    .where('gate', 'in', gates)
    .where('reopened_at', 'is', null)
    .returning('gate')
    .execute();
  return rows.map(({ gate }) => gate);
};

/** Takes back, with a reason, that something is in place: an event that was ready is not any more. */
export const reopenGate = (
  db: Db,
  { actor, areaIds, slug }: Doing,
  { gate, reason }: { gate: Gate; reason: string },
  now: Temporal.Instant,
): Promise<{ id: string } | GateRefusal | undefined> =>
  db.transaction().execute(async (trx) => {
    const event = await lockEvent(trx, { areaIds, slug });
    if (!event) return undefined;
    const refused = refusalOf('reopening', event, now, event.ready);
    if (refused) return { refused };
    const [reopened] = await reopenPassed(trx, actor, event.id, [gate], reason, now);
    if (!reopened) return { refused: 'not passed' };
    const entry = {
      action: 'reopen gate',
      subjectKind: 'event',
      subjectId: event.id,
      areaId: event.areaId,
      details: { gate },
    };
    await audit(trx, actor, entry, now);
    await settle(trx, { areaIds, slug });
    return { id: event.id };
  });

/** All that was ever said about an event's gates, the newest first. */
export const listPasses = (db: Db, eventId: string) =>
  db
    .selectFrom('event_gates')
    .leftJoin('coordinators as passer', 'passer.id', 'event_gates.passed_by')
    .leftJoin('coordinators as reopener', 'reopener.id', 'event_gates.reopened_by')
    .leftJoin('event_files', 'event_files.id', 'event_gates.file_id')
    .select([
      'event_gates.gate',
      'event_gates.passed_at as passedAt',
      'passer.full_name as passedBy',
      'event_gates.note',
      'event_gates.insured_for as insuredFor',
      'event_files.id as fileId',
      'event_files.name as fileName',
      'event_gates.reopened_at as reopenedAt',
      'reopener.full_name as reopenedBy',
      'event_gates.reopened_reason as reopenedReason',
    ])
    .where('event_gates.event_id', '=', eventId)
    .orderBy('event_gates.passed_at', 'desc')
    .orderBy('event_gates.id', 'desc')
    .execute();

export type PassRow = Awaited<ReturnType<typeof listPasses>>[number];
