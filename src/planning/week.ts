import { areasOf } from '../accounts/coordinators.ts';
import type { Db } from '../db.ts';
import type { EventKind, EventState } from '../schema.ts';

/** An event as the week shows it; the places are null where it is online. */
export interface WeekEvent {
  id: string;
  slug: string;
  title: string;
  kind: EventKind;
  state: EventState;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  leadId: string | null;
  pitchId: string | null;
  pitch: string | null;
  venue: string | null;
  campaign: string | null;
}

/** What starts in these areas from one instant until before another, in order of time: events_of_an_area serves it. */
export const selectWeek = (
  db: Db,
  areaIds: string[],
  { from, until }: { from: Temporal.Instant; until: Temporal.Instant },
) =>
  db
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .leftJoin('campaigns', 'campaigns.id', 'events.campaign_id')
    .select([
      'events.id',
      'events.slug',
      'events.title',
      'events.kind',
      'events.state',
      'events.starts_at as startsAt',
      'events.ends_at as endsAt',
      'events.lead_id as leadId',
      'events.pitch_id as pitchId',
      'pitches.name as pitch',
      'venues.name as venue',
      'campaigns.slug as campaign',
    ])
    .where('events.area_id', '=', areasOf({ areaIds }))
    .where('events.starts_at', '>=', from)
    .where('events.starts_at', '<', until)
    .orderBy('events.starts_at')
    .orderBy('events.id');

/** Every campaign, the newest first: few, and the same for every area. */
export const listCampaigns = (db: Db) =>
  db.selectFrom('campaigns').select(['slug', 'name']).orderBy('starts_on', 'desc').orderBy('id').execute();

export const readWeek = (...[db, areaIds, range]: Parameters<typeof selectWeek>): Promise<WeekEvent[]> =>
  selectWeek(db, areaIds, range).execute();

const instantOf = (day: Temporal.PlainDate, timeZone: string) =>
  day.toZonedDateTime({ timeZone }).toInstant();

/** The seven days of a date's week, from Monday, and the instants between which they lie. */
export const weekOf = (date: Temporal.PlainDate, timeZone: string) => {
  const monday = date.subtract({ days: date.dayOfWeek - 1 });
  return {
    days: Array.from({ length: 7 }, (_, days) => monday.add({ days })),
    from: instantOf(monday, timeZone),
    until: instantOf(monday.add({ days: 7 }), timeZone),
  };
};
