import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { CalendarEntry } from '../mail/calendar-entries.ts';
import type { Occasion } from '../mail/messages.ts';
import type { Subject } from '../mail/tell.ts';
import type { EventKind, EventState } from '../schema.ts';
import { formatWhen } from '../time.ts';
import { neutralTitle } from './vevent.ts';

/** An event as those who come to it need it: for their messages and their calendars. */
export interface HeldEvent {
  id: string;
  slug: string;
  title: string;
  kind: EventKind;
  state: EventState;
  areaId: string;
  capacity: number | null;
  reason: string | null;
  entry: CalendarEntry;
  timeZone: string;
}

const selectHeld = (db: Db | Trx) =>
  db
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select((eb) => [
      'events.id',
      'events.slug',
      'events.title',
      'events.kind',
      'events.state',
      'events.area_id as areaId',
      'events.capacity',
      'events.cancelled_reason as reason',
      'events.starts_at as startsAt',
      'events.ends_at as endsAt',
      'events.online_url as onlineUrl',
      'venues.name as venue',
      placeOf.as('place'),
      eb.selectFrom('programme').select('time_zone').$asScalar().$notNull().as('timeZone'),
    ]);

/** The place in one line, as every invite to an event has it. */
export const placeOf = sql<string>`coalesce(nullif(concat_ws(', ', venues.name, pitches.name, venues.address), ''), 'Online')`;

type Row = Awaited<ReturnType<ReturnType<typeof selectHeld>['executeTakeFirstOrThrow']>>;

const held = ({ startsAt, endsAt, onlineUrl, venue, place, ...row }: Row): HeldEvent => ({
  ...row,
  entry: { title: neutralTitle(row.kind, venue), startsAt, endsAt, place, onlineUrl },
});

/** An event as it is now, in whatever state; with `lock`, nobody changes it until the transaction ends. */
export const findHeldEvent = async (
  trx: Db | Trx,
  id: string,
  { lock = false } = {},
): Promise<HeldEvent | undefined> => {
  const query = selectHeld(trx).where('events.id', '=', id);
  const row = await (lock ? query.forShare('events') : query).executeTakeFirst();
  return row && held(row);
};

export const findHeldEventBySlug = async (db: Db, slug: string): Promise<HeldEvent | undefined> => {
  const row = await selectHeld(db).where('events.slug', '=', slug).executeTakeFirst();
  return row && held(row);
};

/** What a person with a place reads: where it is online, the link is theirs. */
export const occasionOf = ({ title, entry, timeZone }: HeldEvent, now: Temporal.Instant): Occasion => ({
  title,
  when: formatWhen(entry.startsAt, entry.endsAt, timeZone, now),
  place: entry.onlineUrl ? `Online: ${entry.onlineUrl}` : entry.place,
});

const STANDING: Partial<Record<EventState, Subject['standing']>> = {
  published: 'goes ahead',
  live: 'goes ahead',
  postponed: 'postponed',
  cancelled: 'cancelled',
};

export const subjectOf = ({ title, state, entry, reason, slug }: HeldEvent): Subject => ({
  name: title,
  entry,
  standing: STANDING[state] ?? 'over',
  reason,
  page: `/events/${slug}`,
});
