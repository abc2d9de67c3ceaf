import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import { endImport, findImport } from '../imports.ts';
import type { TrainingSource } from '../schema.ts';
import { type Added, fingerprintOf, previewCompletions } from './preview.ts';
import type { CompletionRow } from './rows.ts';

export interface RecordToWrite
  extends Pick<
    Added,
    'championId' | 'moduleId' | 'moduleVersion' | 'passedOn' | 'expiresOn' | 'reference' | 'score'
  > {}

/**
 * Writes down what another system says was passed; what it said before, by its reference, is passed over.
 * @returns the references that are new
 */
export const recordCompletions = async (
  trx: Trx,
  records: RecordToWrite[],
  { source, recordedBy, now }: { source: TrainingSource; recordedBy: string | null; now: Temporal.Instant },
) => {
  const rows = records.map((record) => ({
    id: randomUUIDv7(),
    champion_id: record.championId,
    module_id: record.moduleId,
    module_version: record.moduleVersion,
    passed_on: record.passedOn.toString(),
    expires_on: record.expiresOn?.toString() ?? null,
    reference: record.reference,
    score: record.score,
  }));
  // As one parameter, so that the statement is the same for any number of them; in an order, so that two batches
  // with the same people wait for each other, and never both ways.
  const written = await sql<{ reference: string }>`
    insert into training_records (id, champion_id, module_id, module_version, passed_on, expires_on, source,
      reference, score, recorded_at, recorded_by)
    select id, champion_id, module_id, module_version, passed_on, expires_on, ${source}::text,
      reference, score, ${now}::timestamptz, ${recordedBy}::uuid
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, champion_id uuid, module_id uuid,
      module_version integer, passed_on date, expires_on date, reference text, score integer)
    order by champion_id, module_id, reference
    on conflict do nothing returning reference`.execute(trx);
  return written.rows.map(({ reference }) => reference);
};

export type Imported =
  | { added: number }
  | { refused: 'unknown' }
  | { refused: 'done before' }
  /** Someone else recorded, joined or left since the preview. */
  | { refused: 'looks different now' };

interface Doing {
  actor: Actor;
  coordinatorId: string;
  areaIds: string[];
  timeZone: string;
  now: Temporal.Instant;
}

/** Adds what a preview showed, all of it or nothing. Done twice, it does nothing the second time. */
export const confirmCompletions = (
  db: Db,
  { actor, coordinatorId, areaIds, timeZone, now }: Doing,
  { id, fingerprint }: { id: string; fingerprint: string },
) =>
  db.transaction().execute(async (trx): Promise<Imported> => {
    const whose = { kind: 'completions' as const, coordinatorId };
    const found = await findImport(trx, whose, id, now, { lock: true });
    if (!found) return { refused: 'unknown' };
    if (found.doneAt) return { refused: 'done before' };
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
    const preview = await previewCompletions(trx, areaIds, found.rows as CompletionRow[], today);
    if (fingerprintOf(preview) !== fingerprint) return { refused: 'looks different now' };
    const writing = { source: 'import' as const, recordedBy: coordinatorId, now };
    const { length } = await recordCompletions(trx, preview.added, writing);
    await endImport(trx, id, now);
    const entry = { action: 'import', subjectKind: 'completions', subjectId: id, details: { added: length } };
    await audit(trx, actor, entry, now);
    return { added: length };
  });
