import { countOf } from '../planning/copies-page.ts';
import { formatDate } from '../time.ts';
import { fingerprintOf, type Preview } from './preview.ts';

const SHOWN = 500;

const dayWords = (day: Temporal.PlainDate) => formatDate(day, { weekday: undefined, year: 'numeric' });

/** What a file would do, in words: what is left out first, then what is new. */
export const completionsPage = (preview: Preview) => {
  const { added, refused, same } = preview;
  return {
    fingerprint: fingerprintOf(preview),
    refused: refused
      .flatMap(({ row, champion, problems }) => problems.map((problem) => ({ row, champion, ...problem })))
      .slice(0, SHOWN),
    refusedRows: refused.length > 0 && countOf(refused.length, '1 row is', 'rows are'),
    moreRefused: refused.length > SHOWN && refused.length - SHOWN,
    added: added.slice(0, SHOWN).map((one) => ({
      ...one,
      passed: dayWords(one.passedOn),
      expires: one.expiresOn && dayWords(one.expiresOn),
    })),
    moreAdded: added.length > SHOWN && added.length - SHOWN,
    button: added.length > 0 && `Add ${countOf(added.length, '1 training record', 'training records')}`,
    same: same > 0 && countOf(same, '1 row is', 'rows are'),
    nothing: added.length + refused.length === 0,
  };
};
