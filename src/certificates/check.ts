import type { Db } from '../db.ts';
import { formatDate } from '../time.ts';
import { holderStanding, type Moment } from './certificates.ts';

/** 'Alice E.': enough to compare with a badge. */
export const shortName = (fullName: string) => {
  const names = fullName.trim().split(/\s+/);
  const [first = '', last] = [names[0], names.length > 1 ? names.at(-1)! : undefined];
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const initial = last && [...segmenter.segment(last)][0]?.segment.toUpperCase();
  return initial ? `${first} ${initial}.` : first;
};

/** What anyone with the code may know; undefined where there is no such certificate, or it was replaced. */
export const checkCertificate = async (db: Db, code: string, moment: Moment) => {
  const holder = await db
    .selectFrom('certificates')
    .innerJoin('champions', 'champions.id', 'certificates.champion_id')
    .select([
      'champions.id',
      'champions.full_name as fullName',
      'champions.state',
      'champions.confirmed_at as confirmedAt',
    ])
    .where('certificates.code', '=', code)
    .where('certificates.ended_at', 'is', null)
    .where('champions.state', '<>', 'anonymised')
    .executeTakeFirst();
  if (!holder) return undefined;
  const { standing, training } = await holderStanding(db, holder, moment);
  const valid = standing === 'ready';
  return { name: shortName(holder.fullName), valid, until: valid ? untilWords(training.until) : undefined };
};

/** 'Tuesday 23 November 2027'; undefined where it has no end. */
export const untilWords = (until: Temporal.PlainDate | 'for good' | undefined) =>
  until === undefined || until === 'for good' ? undefined : formatDate(until, { year: 'numeric' });
