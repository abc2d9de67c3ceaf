import type { Db, Trx } from '../db.ts';
import { recordPass } from '../training/records.ts';
import { type Attempt, findAttempt, isUpToDate } from './attempts.ts';
import { dayOf, type Learner, type Moment, mayLearn } from './learner.ts';
import { type Chosen, hasTooMany, mark, questionsAsked, readAnswers, unanswered } from './marking.ts';

export type SubmitRefusal =
  | { refused: 'replaced' | 'not now' | 'marked already' }
  | { refused: 'old' | 'not asked'; attempt: Attempt; chosen: Chosen }
  | { refused: 'unfinished'; attempt: Attempt; chosen: Chosen; missing: string[]; agreed: boolean };

/** What was sent: the attempt's id, 'answer-1', 'answer-2' and so on, and 'agree' where something is to be agreed to. */
export type Sheet = Record<string, unknown> & { attempt: string };

const isMarkedAlready = (error: unknown) =>
  (error as { constraint?: string } | undefined)?.constraint === 'marked_once';

const refusalOf = (
  learner: Learner,
  attempt: Attempt | undefined,
  sheet: Sheet,
): SubmitRefusal | { chosen: Chosen; refused?: never } => {
  if (!mayLearn(learner.state)) return { refused: 'not now' };
  if (!attempt) return { refused: 'replaced' };
  if (attempt.result) return { refused: 'marked already' };
  const { chosen, notAsked } = readAnswers(attempt.asked, sheet);
  if (!isUpToDate(attempt, learner)) return { refused: 'old', attempt, chosen };
  const questions = questionsAsked(attempt.asked, learner.course.quiz);
  if (notAsked || hasTooMany(questions, chosen)) return { refused: 'not asked', attempt, chosen };
  const missing = unanswered(questions, chosen).map(({ id }) => id);
  const agreed = !learner.course.agreement || sheet.agree === 'yes';
  if (missing.length > 0 || !agreed) return { refused: 'unfinished', attempt, chosen, missing, agreed };
  return { chosen };
};

/** Takes the state and the version as they are now, until the transaction's end: neither changes under a pass. */
const changedSince = async (trx: Trx, { championId, module }: Learner) => {
  const { state } = await trx
    .selectFrom('champions')
    .select('state')
    .where('id', '=', championId)
    .forShare()
    .executeTakeFirstOrThrow();
  const { version } = await trx
    .selectFrom('modules')
    .select('version')
    .where('id', '=', module.id)
    .forShare()
    .executeTakeFirstOrThrow();
  if (!mayLearn(state)) return 'not now';
  return version === module.version ? undefined : 'old';
};

/**
 * Marks a try at the quiz, once: the database refuses a second time. What was chosen is not kept. A pass becomes a
 * training record, and what was noted of the pages goes.
 */
export const submitAttempt = async (
  db: Db,
  learner: Learner,
  { sheet, ...moment }: { sheet: Sheet } & Moment,
): Promise<{ passed: boolean } | SubmitRefusal> => {
  const attempt = await findAttempt(db, learner, sheet.attempt);
  const read = refusalOf(learner, attempt, sheet);
  if (read.refused) return read;
  const { championId, module, course } = learner;
  const { passed, wrong, score } = mark(course.quiz, read.chosen);
  try {
    return await db.transaction().execute(async (trx) => {
      const changed = await changedSince(trx, learner);
      if (changed === 'not now') return { refused: changed };
      if (changed) return { refused: changed, attempt: attempt!, chosen: read.chosen };
      const marked = await trx
        .updateTable('quiz_attempts')
        .set({ finished_at: moment.now, passed, wrong: JSON.stringify(wrong) })
        .where('id', '=', sheet.attempt)
        .returning('id')
        .executeTakeFirst();
      if (!marked) return { refused: 'replaced' };
      if (!passed) return { passed };
      const record = { championId, moduleId: module.id, source: 'e-learning', score } as const;
      await recordPass(trx, { ...record, passedOn: dayOf(moment), recordedBy: null, now: moment.now });
      await trx
        .deleteFrom('pages_read')
        .where('champion_id', '=', championId)
        .where('module_id', '=', module.id)
        .execute();
      return { passed };
    });
  } catch (error) {
    if (isMarkedAlready(error)) return { refused: 'marked already' };
    throw error;
  }
};
