import { randomUUIDv7 } from 'node:crypto';
import type { Db, Trx } from './db.ts';

/** Who does something, on whose behalf it is written down. */
export interface Actor {
  coordinatorId: string | null;
  requestId: string | null;
}

export interface AuditEntry {
  /** What was done, as a verb: 'publish', 'cancel', 'read'. */
  action: string;
  subjectKind: string;
  subjectId?: string | null;
  areaId?: string | null;
  /** Ids and plain facts: never a name, an address or what a person wrote. */
  details?: Record<string, unknown>;
}

/**
 * Writes down who did what to what, in the transaction in which it is done; coordinators' reads of people's details
 * too. Entries are never changed or deleted: the database refuses.
 */
export const audit = async (db: Db | Trx, actor: Actor, entry: AuditEntry, now: Temporal.Instant) => {
  await db
    .insertInto('audit_entries')
    .values({
      id: randomUUIDv7(),
      at: now,
      coordinator_id: actor.coordinatorId,
      action: entry.action,
      subject_kind: entry.subjectKind,
      subject_id: entry.subjectId ?? null,
      area_id: entry.areaId ?? null,
      request_id: actor.requestId,
      details: JSON.stringify(entry.details ?? {}),
    })
    .execute();
};
