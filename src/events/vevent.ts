import {
  foldLines,
  ICalCalendar,
  ICalCalendarMethod,
  ICalEvent,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator';
import type { EventKind, EventState } from '../schema.ts';
import { KINDS } from './words.ts';

/** What a calendar shows of an event. */
export interface CalendarRow {
  id: string;
  slug: string;
  kind: EventKind;
  state: EventState;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  cancelledReason: string | null;
  sequence: number;
  updatedAt: Temporal.Instant;
  /** Null where it is online. */
  venue: string | null;
  pitch: string | null;
  address: string | null;
  directions: string | null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a name would start a property of its own
const UNFIT = /[\s\u0000-\u001f\u007f"]+/g;
const fit = (words: string) => words.replace(UNFIT, ' ').trim();

/** The kind and the place only: people share calendars. */
export const neutralTitle = (kind: EventKind, venue: string | null) =>
  venue === null ? 'Online event' : `${KINDS[kind]} at ${venue}`;

const LINK_GOES_TO = 'We send the link to those who say that they come.';

const STATUS: Partial<Record<EventState, { status: ICalEventStatus; word: string }>> = {
  cancelled: { status: ICalEventStatus.CANCELLED, word: 'Cancelled: ' },
  postponed: { status: ICalEventStatus.TENTATIVE, word: 'Postponed: ' },
};

const unfinished = new ICalCalendar();

/**
 * One VEVENT (RFC 5545, section 3.6.1) in UTC instants, the same bytes for the same row.
 */
export const vevent = (row: CalendarRow, publicUrl: string, { busy }: { busy: boolean }) => {
  const url = `${publicUrl}/events/${row.slug}`;
  const { status, word } = STATUS[row.state] ?? { status: ICalEventStatus.CONFIRMED, word: '' };
  const reason = row.cancelledReason ? `This is cancelled. ${fit(row.cancelledReason)}` : '';
  const event = new ICalEvent(
    {
      id: `event-${row.id}@${new URL(publicUrl).hostname}`,
      sequence: row.sequence,
      stamp: row.updatedAt,
      lastModified: row.updatedAt,
      start: row.startsAt,
      end: row.endsAt,
      status,
      summary: word + fit(neutralTitle(row.kind, row.venue)),
      location: row.venue === null ? 'Online' : fit([row.venue, row.pitch, row.address].join(', ')),
      description: [reason, fit(row.directions ?? LINK_GOES_TO), `More about it: ${url}`]
        .filter(Boolean)
        .join('\n'),
      url,
      transparency: busy ? ICalEventTransparency.OPAQUE : ICalEventTransparency.TRANSPARENT,
    },
    unfinished,
  );
  return foldLines(event.toString());
};

/**
 * A calendar to follow, around VEVENTs already written: METHOD (RFC 5546, section 3.2.1), NAME and REFRESH-INTERVAL
 * (RFC 7986, sections 5.1 and 5.7), and the X- properties that older programs read instead.
 */
export const calendar = (name: string, vevents: readonly string[]) => {
  const shell = new ICalCalendar({
    name: fit(name).replaceAll(/[\\;,]/g, ' '),
    prodId: { company: 'Westand', product: 'Events', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: 3600,
  }).toString();
  return shell.replace('END:VCALENDAR', () => `${vevents.join('')}END:VCALENDAR\r\n`);
};
