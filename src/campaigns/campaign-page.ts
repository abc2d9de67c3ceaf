import type { CardRow } from '../events/words.ts';
import { KINDS, toCard } from '../events/words.ts';
import { formatDate, formatDay, formatTimes, formatWhen } from '../time.ts';
import type { Campaign } from './campaigns.ts';

const dated = (iso: string) => formatDate(Temporal.PlainDate.from(iso), { year: 'numeric' });

/** 'Saturday 9 October 2027 to Saturday 16 October 2027'; one day once. */
export const datesInWords = ({ startsOn, endsOn }: Pick<Campaign, 'startsOn' | 'endsOn'>) =>
  startsOn === endsOn ? dated(startsOn) : `${dated(startsOn)} to ${dated(endsOn)}`;

export const withHash = (tag: string) => `#${tag.replace(/^#/, '')}`;

const ONLINE = 'Online';

const listed = (row: CardRow, timeZone: string, now: Temporal.Instant) => {
  const { slug, title, place, cancelled, onNow } = toCard(row, timeZone, now);
  const dateOf = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(timeZone).toPlainDate();
  const oneDay = dateOf(row.startsAt).equals(dateOf(row.endsAt));
  return {
    slug,
    title,
    place,
    cancelled,
    onNow,
    postponed: row.state === 'postponed',
    kind: KINDS[row.kind],
    times: oneDay
      ? formatTimes(row.startsAt, row.endsAt, timeZone)
      : formatWhen(row.startsAt, row.endsAt, timeZone, now),
  };
};

/** By day, and within a day by neighbourhood: those of one name in order of time, what is online last. */
const byDay = (rows: readonly CardRow[], timeZone: string, now: Temporal.Instant) => {
  const days = Map.groupBy(rows, ({ startsAt }) =>
    startsAt.toZonedDateTimeISO(timeZone).toPlainDate().toString(),
  );
  const { compare } = new Intl.Collator('en-GB');
  return [...days].map(([date, events]) => ({
    date,
    day: formatDay(events[0]!.startsAt, timeZone, now),
    neighbourhoods: [...Map.groupBy(events, ({ neighbourhood }) => neighbourhood ?? ONLINE)]
      .toSorted(([a], [b]) => Number(a === ONLINE) - Number(b === ONLINE) || compare(a, b))
      .map(([name, there]) => ({ name, events: there.map((row) => listed(row, timeZone, now)) })),
  }));
};

/** What a campaign's own page shows. */
export const campaignPage = (
  campaign: Campaign,
  rows: readonly CardRow[],
  timeZone: string,
  now: Temporal.Instant,
) => ({
  campaign: {
    ...campaign,
    when: datesInWords(campaign),
    hashtags: campaign.hashtags.map(withHash).join(' '),
  },
  days: byDay(rows, timeZone, now),
});
