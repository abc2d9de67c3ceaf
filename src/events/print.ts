import { sql } from 'kysely';
import { areasOf, type Coordinator } from '../accounts/coordinators.ts';
import type { Db } from '../db.ts';
import type { Programme } from '../public-content.ts';
import type { EventKind, EventState } from '../schema.ts';
import { formatWhen } from '../time.ts';
import { isPublic } from './events.ts';
import { KINDS } from './words.ts';

export type Wording = 'neutral' | 'campaign';

/** What stands on an event's poster and table card. */
export interface Printable {
  programme: string;
  title: string;
  calledOff: '' | 'CANCELLED' | 'POSTPONED';
  when: string;
  place: string;
  directions: string;
  sentence: string;
  /** The campaign's messages and hashtags. */
  rally: string;
  /** Behind the QR code; `address` is the same as people type it. */
  url: string;
  address: string;
  invitation: string;
  safety: string;
}

export interface PrintRow {
  slug: string;
  code: string;
  kind: EventKind;
  state: EventState;
  title: string;
  summary: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  /** Null where it is online. */
  venue: string | null;
  pitch: string | null;
  address: string | null;
  directions: string | null;
  hashtags: string[] | null;
  messages: string[] | null;
  isPublic: boolean;
}

/** An event for paper, drafts included; undefined where none in the coordinator's areas has this slug. */
export const findPrintRow = async (
  db: Db,
  coordinator: Pick<Coordinator, 'areaIds'>,
  slug: string,
): Promise<PrintRow | undefined> =>
  db
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .leftJoin('campaigns', 'campaigns.id', 'events.campaign_id')
    .select([
      'events.slug',
      'events.code',
      'events.kind',
      'events.state',
      'events.title',
      'events.summary',
      'events.starts_at as startsAt',
      'events.ends_at as endsAt',
      'venues.name as venue',
      'pitches.name as pitch',
      'venues.address',
      'venues.directions',
      'campaigns.hashtags',
      'campaigns.messages',
      sql<boolean>`${isPublic}`.as('isPublic'),
    ])
    .where('events.slug', '=', slug)
    .where('events.area_id', '=', areasOf(coordinator))
    .executeTakeFirst();

/** Words that would say what a poster is about to everyone who sees it. */
const TELLING = /hate|crime|victim|abuse|champion|volunteer/i;
const TELLING_NAME = /hate|crime|victim|abuse/i;

const NEUTRAL_SENTENCE: Record<EventKind, string> = {
  stall: 'Stop by and say hello. Stay as long as you like.',
  talk: 'Come and listen, and ask what you like.',
  'drop-in': 'Drop in at any time. There will be someone to talk to.',
  online: 'Join us from home.',
};

const bare = (url: string) => url.replace(/^https?:\/\//, '').replace(/\/$/, '');

const CALLED_OFF: Partial<Record<EventState, Printable['calledOff']>> = {
  cancelled: 'CANCELLED',
  postponed: 'POSTPONED',
};

const CALLED_OFF_SENTENCE = {
  CANCELLED: 'Please don’t travel to it.',
  POSTPONED: 'Please don’t travel to it. There will be a new day.',
};

/** The way to something online is its own page: who may have the link gets it there. */
const wayTo = ({ slug, venue, address, directions }: PrintRow, neutral: boolean, publicUrl: string) => {
  if (venue) return [address, directions].filter(Boolean).join('. ');
  return neutral && TELLING.test(slug) ? '' : `To join, go to ${bare(publicUrl)}/events/${slug}`;
};

const sentenceOf = (
  { kind, venue, summary }: PrintRow,
  calledOff: Printable['calledOff'],
  neutral: boolean,
) => {
  if (calledOff) return venue ? CALLED_OFF_SENTENCE[calledOff] : '';
  return neutral ? NEUTRAL_SENTENCE[kind] : summary;
};

const titleOf = ({ title, kind, venue }: PrintRow, neutral: boolean) => {
  if (!neutral || !TELLING.test(title)) return title;
  return venue ? `${KINDS[kind]} at ${venue}` : KINDS[kind];
};

const rallyOf = ({ messages, hashtags }: PrintRow) =>
  [...(messages ?? []), ...(hashtags ?? []).map((tag) => `#${tag.replace(/^#/, '')}`)].join(' · ');

/**
 * An event in the words of its poster. Neutral ones say what anyone may see over a shoulder: nothing of what the
 * programme is about, nor what people do in it.
 */
export const printable = (
  row: PrintRow,
  wording: Wording,
  { name, place, timeZone }: Pick<Programme, 'name' | 'place' | 'timeZone'>,
  publicUrl: string,
  now: Temporal.Instant,
): Printable => {
  const neutral = wording === 'neutral';
  const calledOff = CALLED_OFF[row.state] ?? '';
  const url = `${publicUrl}/j/${row.code}`;
  return {
    programme: neutral && TELLING_NAME.test(name) ? place || 'Westand' : name,
    title: titleOf(row, neutral),
    calledOff,
    when: formatWhen(row.startsAt, row.endsAt, timeZone, now),
    place: row.venue ? `${row.venue}, ${row.pitch}` : 'Online',
    directions: wayTo(row, neutral, publicUrl),
    sentence: sentenceOf(row, calledOff, neutral),
    rally: neutral ? '' : rallyOf(row),
    url,
    address: bare(url),
    invitation:
      neutral || calledOff
        ? 'Point your phone’s camera at the code to find out more, or go to'
        : 'Point your phone’s camera at the code to become a champion, or go to',
    safety: neutral
      ? 'In danger? Call 999. Not an emergency? Call 101.'
      : `In danger? Call 999. To report: 101, or ${bare(publicUrl)}/report`,
  };
};
