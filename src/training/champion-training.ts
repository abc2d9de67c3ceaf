import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import { isLive } from '../champions/live.ts';
import type { Db, Trx } from '../db.ts';
import type { TrainingSource } from '../schema.ts';
import { recordPass } from './records.ts';

type Day = Temporal.PlainDate;

/** A record as it was made, with what corrects it. */
export interface HistoryRecord {
  id: string;
  moduleId: string;
  moduleVersion: number;
  outcome: 'passed' | 'void';
  passedOn: Day;
  expiresOn: Day | null;
  source: TrainingSource;
  score: number | null;
  supersedes: string | null;
  reason: string | null;
  recordedAt: Temporal.Instant;
  /** The coordinator who wrote it down; null where nobody did. */
  recordedBy: string | null;
}

/** A champion of these areas who has not left. */
export const findChampionIn = (db: Db | Trx, id: string, areaIds: string[]) =>
  db
    .selectFrom('champions')
    .leftJoin('neighbourhoods', 'neighbourhoods.id', 'champions.neighbourhood_id')
    .select([
      'champions.id',
      'champions.number',
      'champions.full_name as fullName',
      'champions.email',
      'champions.state',
      'champions.confirmed_at as confirmedAt',
      'champions.area_id as areaId',
      'neighbourhoods.name as neighbourhood',
    ])
    .where('champions.id', '=', id)
    .where('champions.area_id', '=', sql<string>`any(${areaIds}::uuid[])`)
    .where(isLive)
    .executeTakeFirst();

export type FoundChampion = NonNullable<Awaited<ReturnType<typeof findChampionIn>>>;

/** That a coordinator read someone's training. */
export const noteReading = (db: Db, actor: Actor, { id, areaId }: FoundChampion, now: Temporal.Instant) =>
  audit(db, actor, { action: 'read', subjectKind: 'champion training', subjectId: id, areaId }, now);

/** All records of a champion, the newest first: those that were corrected too. */
export const historyOf = async (db: Db, championId: string): Promise<HistoryRecord[]> => {
  const rows = await db
    .selectFrom('training_records as r')
    .leftJoin('coordinators', 'coordinators.id', 'r.recorded_by')
    .select([
      'r.id',
      'r.module_id as moduleId',
      'r.module_version as moduleVersion',
      'r.outcome',
      'r.passed_on as passedOn',
      'r.expires_on as expiresOn',
      'r.source',
      'r.score',
      'r.supersedes',
      'r.reason',
      'r.recorded_at as recordedAt',
      'coordinators.full_name as recordedBy',
    ])
    .where('r.champion_id', '=', championId)
    .orderBy('r.passed_on', 'desc')
    .orderBy('r.recorded_at', 'desc')
    .orderBy('r.id', 'desc')
    .execute();
  return rows.map((row) => ({
    ...row,
    passedOn: Temporal.PlainDate.from(row.passedOn),
    expiresOn: row.expiresOn === null ? null : Temporal.PlainDate.from(row.expiresOn),
  }));
};

const lock = (trx: Trx, championId: string) =>
  trx.selectFrom('champions').select('id').where('id', '=', championId).forUpdate().executeTakeFirst();

export interface By {
  actor: Actor;
  /** Today, in the programme's time zone. */
  today: Day;
  now: Temporal.Instant;
}

export interface PassByHand {
  champion: FoundChampion;
  moduleId: string;
  passedOn: Day;
  /** How the coordinator knows: one of a short list. */
  how: string;
}

/** Writes down a pass that a coordinator knows of. The same one again changes nothing. */
export const addPass = (
  db: Db,
  { champion, moduleId, passedOn, how }: PassByHand,
  { actor, today, now }: By,
): Promise<'recorded' | { refused: 'to come' }> =>
  db.transaction().execute(async (trx) => {
    if (Temporal.PlainDate.compare(passedOn, today) > 0) return { refused: 'to come' };
    await lock(trx, champion.id);
    const known = await trx
      .selectFrom('training_records')
      .select('id')
      .where('champion_id', '=', champion.id)
      .where('module_id', '=', moduleId)
      .where('passed_on', '=', passedOn.toString())
      .where('outcome', '=', 'passed')
      .where('module_version', '=', (eb) =>
        eb.selectFrom('modules').select('version').where('id', '=', moduleId),
      )
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('training_records as later')
              .select('later.id')
              .whereRef('later.supersedes', '=', 'training_records.id'),
          ),
        ),
      )
      .executeTakeFirst();
    if (known) return 'recorded';
    const recordId = await recordPass(trx, {
      championId: champion.id,
      moduleId,
      passedOn,
      source: 'coordinator',
      recordedBy: actor.coordinatorId,
      now,
    });
    const entry = {
      action: 'record pass',
      subjectKind: 'champion training',
      subjectId: champion.id,
      areaId: champion.areaId,
      details: { recordId, moduleId, passedOn: passedOn.toString(), how },
    };
    await audit(trx, actor, entry, now);
    return 'recorded';
  });
