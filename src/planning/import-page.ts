import { formatWhen } from '../time.ts';
import { countOf } from './copies-page.ts';
import { fingerprintOf, type Preview } from './import-preview.ts';
import { placeWords } from './pitches.ts';

const SHOWN = 500;

const buttonOf = ({ added, changed }: Preview) => {
  const adding = added.length > 0 && `add ${countOf(added.length, '1 event', 'events')}`;
  const changing = changed.length > 0 && `change ${countOf(changed.length, '1 event', 'events')}`;
  const words = [adding, changing].filter(Boolean).join(' and ');
  return words && words[0]!.toUpperCase() + words.slice(1);
};

/** What a file would do, in words: what is refused first, then what changes, then what is new. */
export const importPage = (preview: Preview, timeZone: string, now: Temporal.Instant) => {
  const { added, changed, same, refused, choices } = preview;
  return {
    fingerprint: fingerprintOf(preview),
    refused: refused.flatMap(({ row, reference, problems }) =>
      problems.map((problem) => ({ row, reference, ...problem })),
    ),
    refusedRows: countOf(refused.length, '1 row is', 'rows are'),
    changed: changed.map(({ row, current, plan, differences }) => ({
      row,
      slug: current.slug,
      title: plan.title,
      differences,
    })),
    changedEvents: countOf(changed.length, '1 event', 'events'),
    added: added.slice(0, SHOWN).map(({ row, plan }) => ({
      row,
      title: plan.title,
      when: formatWhen(plan.startsAt, plan.endsAt, timeZone, now),
      place: placeWords(choices.pitches.find(({ id }) => id === plan.pitchId)),
    })),
    addedEvents: countOf(added.length, '1 draft', 'drafts'),
    more: added.length > SHOWN && added.length - SHOWN,
    same: same > 0 && countOf(same, '1 row is', 'rows are'),
    button: buttonOf(preview),
    nothing: added.length + changed.length + refused.length === 0,
  };
};
