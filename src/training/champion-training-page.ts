import { formatDay } from '../time.ts';
import { maySteps } from './champion-state.ts';
import type { FoundChampion, HistoryRecord } from './champion-training.ts';
import { shortDate, standingWords, statusWords } from './matrix-page.ts';
import type { Module } from './modules.ts';
import { asks, championStanding, lastDayOf, type Standing } from './standing.ts';

interface Reader {
  timeZone: string;
  now: Temporal.Instant;
}

const SOURCES: Record<HistoryRecord['source'], string> = {
  session: 'at a session',
  'e-learning': 'by e-learning',
  coordinator: 'written down by hand',
  import: 'from a file',
  xapi: 'from another learning system',
};

const until = (record: HistoryRecord, module: Module) => {
  if (record.moduleVersion < module.countsFromVersion) return 'of a version that does not count any more';
  const last = lastDayOf(record, module);
  return last === 'for good' ? 'counts for good' : `counts until ${shortDate(last)}`;
};

/** What came before a record that corrects: the newest of them first. */
const correctedBy = (record: HistoryRecord, byId: Map<string, HistoryRecord>, { timeZone, now }: Reader) => {
  const before: { when: string; by: string | null; was: string; reason: string | null }[] = [];
  for (let at: HistoryRecord | undefined = record; at?.supersedes; at = byId.get(at.supersedes)) {
    const wrong = byId.get(at.supersedes);
    before.push({
      when: formatDay(at.recordedAt, timeZone, now),
      by: at.recordedBy,
      was: wrong ? shortDate(wrong.passedOn) : '',
      reason: at.reason,
    });
  }
  return before;
};

const recordWords = (
  record: HistoryRecord,
  module: Module,
  byId: Map<string, HistoryRecord>,
  reader: Reader,
) => ({
  id: record.id,
  passed: record.outcome === 'passed',
  day: shortDate(record.passedOn),
  how: SOURCES[record.source],
  by: record.supersedes ? null : record.recordedBy,
  score: record.score,
  until: record.outcome === 'passed' ? until(record, module) : undefined,
  corrections: correctedBy(record, byId, reader),
});

const SENTENCES: Partial<Record<FoundChampion['state'], string>> = {
  'signed up': 'They have not confirmed their address yet.',
  'awaiting guardian': 'They wait for a parent or guardian to agree.',
  paused: 'They are taking a break.',
  suspended: 'They are suspended. Their certificate is not valid.',
  declined: 'They were declined.',
};

const missingWords = (missing: number) =>
  missing === 1 ? 'One module is missing.' : `${missing} modules are missing.`;

/** What the page of one champion's training shows. */
export const championTrainingPage = (
  champion: FoundChampion,
  modules: Module[],
  training: Standing,
  history: HistoryRecord[],
  reader: Reader,
) => {
  const standing = championStanding(champion.state, training);
  const byId = new Map(history.map((record) => [record.id, record]));
  const superseded = new Set(history.map(({ supersedes }) => supersedes));
  const steps = maySteps(champion.state);
  const last = training.until;
  return {
    champion,
    standing: standingWords({ state: champion.state, standing }),
    sentence:
      SENTENCES[champion.state] ??
      (training.current
        ? last === 'for good' || last === undefined
          ? 'They have every module that champions need.'
          : `They have every module that champions need, until ${shortDate(last)}.`
        : missingWords(training.missing.length)),
    can: {
      pause: steps.includes('pause'),
      suspend: steps.includes('suspend'),
      resume: steps.includes('resume'),
    },
    modules: modules.map((module, at) => ({
      id: module.id,
      slug: module.slug,
      name: module.name,
      required: asks(module, 'champion'),
      status: statusWords(training.modules[at]!),
      records: history
        .filter(({ id, moduleId }) => moduleId === module.id && !superseded.has(id))
        .map((record) => recordWords(record, module, byId, reader)),
    })),
  };
};
