import type { EventKind, EventState } from '../schema.ts';
import { type DateTile, dateTile, formatWhen } from '../time.ts';

export const KINDS: Record<EventKind, string> = {
  stall: 'Stall',
  talk: 'Talk',
  'drop-in': 'Drop-in',
  online: 'Online',
};

/** What a list shows of an event. */
export interface EventCard {
  slug: string;
  title: string;
  date: DateTile;
  when: string;
  place: string;
  neighbourhood: string | null;
  kind: string;
  cancelled: boolean;
  onNow: boolean;
}

export interface CardRow {
  slug: string;
  title: string;
  kind: EventKind;
  state: EventState;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  /** Null where it is online. */
  venue: string | null;
  pitch: string | null;
  neighbourhood: string | null;
}

const goesAhead = ({ state }: CardRow) => state !== 'cancelled' && state !== 'postponed';
const isPast = (instant: Temporal.Instant, now: Temporal.Instant) =>
  Temporal.Instant.compare(instant, now) <= 0;

export const toCard = (row: CardRow, timeZone: string, now: Temporal.Instant): EventCard => ({
  slug: row.slug,
  title: row.title,
  date: dateTile(row.startsAt, timeZone),
  when:
    row.state === 'postponed'
      ? 'Postponed: we will give a new date here'
      : formatWhen(row.startsAt, row.endsAt, timeZone, now),
  place: row.venue ? `${row.venue}, ${row.pitch}` : 'Online',
  neighbourhood: row.neighbourhood,
  kind: KINDS[row.kind],
  cancelled: row.state === 'cancelled',
  onNow: goesAhead(row) && isPast(row.startsAt, now) && !isPast(row.endsAt, now),
});

export interface PageRow extends CardRow {
  summary: string;
  whatToExpect: string;
  runBy: string;
  address: string | null;
  directions: string | null;
  cancelledReason: string | null;
  campaign: string | null;
  campaignSlug: string | null;
  capacity: number | null;
}

/** What an event's own page shows. */
export interface EventPage extends EventCard, Omit<PageRow, keyof CardRow> {
  /** The link is not shown: it goes to those who say that they come. */
  online: boolean;
  /** People can say that they come. */
  bookable: boolean;
  postponed: boolean;
  over: boolean;
}

export const toPage = (row: PageRow, timeZone: string, now: Temporal.Instant): EventPage => ({
  ...toCard(row, timeZone, now),
  when: formatWhen(row.startsAt, row.endsAt, timeZone, now),
  summary: row.summary,
  whatToExpect: row.whatToExpect,
  runBy: row.runBy,
  address: row.address,
  directions: row.directions,
  cancelledReason: row.cancelledReason,
  campaign: row.campaign,
  campaignSlug: row.campaignSlug,
  capacity: row.capacity,
  online: !row.venue,
  bookable:
    row.kind !== 'stall' && row.capacity !== null && row.state === 'published' && !isPast(row.startsAt, now),
  postponed: row.state === 'postponed',
  over: goesAhead(row) && isPast(row.endsAt, now),
});
