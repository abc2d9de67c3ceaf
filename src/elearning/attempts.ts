import { randomUUIDv7 } from 'node:crypto';
import type { Db, Trx } from '../db.ts';
import { hasPassed, isOutdated, type Learner, mayLearn } from './learner.ts';
import { type Asked, askAll, asksTheSame } from './marking.ts';
import { firstUnread, pagesRead } from './progress.ts';

/** One try at a quiz. */
export interface Attempt {
  id: string;
  version: number;
  asked: Asked[];
  /** Undefined while it is open. */
  result: { passed: boolean; wrong: string[]; finishedAt: Temporal.Instant } | undefined;
}

const selectAttempts = (db: Db | Trx, championId: string, moduleId: string) =>
  db
    .selectFrom('quiz_attempts')
    .select(['id', 'module_version', 'asked', 'finished_at', 'passed', 'wrong'])
    .where('champion_id', '=', championId)
    .where('module_id', '=', moduleId);

type Row = Awaited<ReturnType<ReturnType<typeof selectAttempts>['executeTakeFirstOrThrow']>>;

const attemptOf = ({ id, module_version, asked, finished_at, passed, wrong }: Row): Attempt => ({
  id,
  version: module_version,
  asked,
  result: finished_at ? { passed: passed!, wrong: wrong!, finishedAt: finished_at } : undefined,
});

/** A champion's own last try at a module, open or marked. */
export const lastAttempt = async (db: Db | Trx, { championId, module }: Learner) => {
  const row = await selectAttempts(db, championId, module.id)
    .orderBy('began_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && attemptOf(row);
};

/** A champion's own try at this module; undefined where they have none of this id. */
export const findAttempt = async (db: Db | Trx, { championId, module }: Learner, id: string) => {
  const row = await selectAttempts(db, championId, module.id).where('id', '=', id).executeTakeFirst();
  return row && attemptOf(row);
};

/** Whether an attempt still asks what it would ask today. */
export const isUpToDate = ({ version, asked }: Attempt, { course, module }: Learner) =>
  version === module.version && asksTheSame(asked, course.quiz);

/** Until when the next try has to wait; undefined where it need not. */
export const pauseUntil = (last: Attempt | undefined, { course }: Learner, now: Temporal.Instant) => {
  if (!last?.result || last.result.passed) return undefined;
  const until = last.result.finishedAt.add({ minutes: course.quiz.pauseMinutes });
  return Temporal.Instant.compare(now, until) < 0 ? until : undefined;
};

export type StartRefusal =
  | { refused: 'not now' | 'outdated' | 'passed already' | 'read first' }
  | { refused: 'pause'; until: Temporal.Instant };

/** Why somebody may not start a try now; undefined where they may. */
export const whyNotStart = (
  learner: Learner,
  { read, last, now }: { read: ReadonlySet<string>; last: Attempt | undefined; now: Temporal.Instant },
): StartRefusal | undefined => {
  if (!mayLearn(learner.state)) return { refused: 'not now' };
  if (isOutdated(learner)) return { refused: 'outdated' };
  if (hasPassed(learner)) return { refused: 'passed already' };
  if (firstUnread(learner, read)) return { refused: 'read first' };
  const until = pauseUntil(last, learner, now);
  return until && { refused: 'pause', until };
};

/** Makes a new open attempt; what was kept of older ones goes. */
const replaceAttempts = async (trx: Trx, { championId, module, course }: Learner, now: Temporal.Instant) => {
  await trx
    .deleteFrom('quiz_attempts')
    .where('champion_id', '=', championId)
    .where('module_id', '=', module.id)
    .execute();
  await trx
    .insertInto('quiz_attempts')
    .values({
      id: randomUUIDv7(),
      champion_id: championId,
      module_id: module.id,
      module_version: module.version,
      asked: JSON.stringify(askAll(course.quiz)),
      began_at: now,
    })
    .execute();
};

/** Starts a try at the quiz, or goes on with the one that is open. One at a time: the champion's row is the lock. */
export const startAttempt = (
  db: Db,
  learner: Learner,
  now: Temporal.Instant,
): Promise<'started' | StartRefusal> =>
  db.transaction().execute(async (trx) => {
    const { state } = await trx
      .selectFrom('champions')
      .select('state')
      .where('id', '=', learner.championId)
      .forNoKeyUpdate()
      .executeTakeFirstOrThrow();
    const last = await lastAttempt(trx, learner);
    const read = await pagesRead(trx, learner);
    const refusal = whyNotStart({ ...learner, state }, { read, last, now });
    if (refusal) return refusal;
    if (!last || last.result || !isUpToDate(last, learner)) await replaceAttempts(trx, learner, now);
    return 'started';
  });
