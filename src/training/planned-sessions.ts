import { sql } from 'kysely';
import { areasOf, type Coordinator } from '../accounts/coordinators.ts';
import type { Db, Trx } from '../db.ts';

export type OfAreas = Pick<Coordinator, 'areaIds'>;

const PAGE_SIZE = 50;
/** Registers that nobody has filled in after so long are let be. */
const TO_FILL_DAYS = 365;

/** In the words of the indexes `bookings_waiting` and `bookings_to_mark`. */
const waiting = sql<number>`(select count(*)::int from bookings b
  where b.session_id = sessions.id and b.state = 'waiting')`;
const toMark = sql<number>`(select count(*)::int from bookings b
  where b.session_id = sessions.id and b.state = 'booked')`;

const selectSessions = (db: Db | Trx, coordinator: OfAreas) =>
  db
    .selectFrom('sessions')
    .innerJoin('modules', 'modules.id', 'sessions.module_id')
    .leftJoin('pitches', 'pitches.id', 'sessions.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select([
      'sessions.id',
      'sessions.module_id as moduleId',
      'modules.name as module',
      'modules.slug as moduleSlug',
      'modules.closed_at as moduleClosedAt',
      'sessions.starts_at as startsAt',
      'sessions.ends_at as endsAt',
      'sessions.state',
      'sessions.capacity',
      'sessions.booked',
      'sessions.trainer',
      'sessions.pitch_id as pitchId',
      'pitches.name as pitch',
      'venues.id as venueId',
      'venues.name as venue',
      'sessions.online_url as onlineUrl',
      'sessions.area_id as areaId',
      'sessions.cancelled_at as cancelledAt',
      'sessions.cancelled_reason as cancelledReason',
      'sessions.edits',
      waiting.as('waiting'),
      toMark.as('toMark'),
    ])
    .where('sessions.area_id', '=', areasOf(coordinator));

/** A session as its coordinators see it. */
export type PlannedSession = Awaited<
  ReturnType<ReturnType<typeof selectSessions>['executeTakeFirstOrThrow']>
>;

/** A session of one of the coordinator's areas. */
export const findSession = (db: Db | Trx, coordinator: OfAreas, id: string) =>
  selectSessions(db, coordinator).where('sessions.id', '=', id).executeTakeFirst();

export interface SessionFilters {
  when: 'to come' | 'over';
  /** A module's slug. */
  module?: string | undefined;
  /** The last session of the page before. */
  after?: string | undefined;
}

/** The sessions of a coordinator's areas, the next or the last first; `size` at a time. */
export const listSessions = async (
  db: Db,
  coordinator: OfAreas,
  { when, module, after }: SessionFilters,
  now: Temporal.Instant,
  size = PAGE_SIZE,
) => {
  const [order, beyond] = when === 'to come' ? (['asc', sql`>`] as const) : (['desc', sql`<`] as const);
  let query = selectSessions(db, coordinator).where('sessions.ends_at', when === 'to come' ? '>' : '<=', now);
  if (module) query = query.where('modules.slug', '=', module);
  if (after)
    query = query.where(
      sql<boolean>`(sessions.starts_at, sessions.id) ${beyond}
        (select s.starts_at, s.id from sessions s where s.id = ${after}::uuid)`,
    );
  const found = await query
    .orderBy('sessions.starts_at', order)
    .orderBy('sessions.id', order)
    .limit(size + 1)
    .execute();
  const sessions = found.slice(0, size);
  return { sessions, next: found.length > size ? sessions.at(-1)?.id : undefined };
};

/** Sessions that are over, with people of whom nobody has said whether they were there; the last first. */
export const registersToFill = (db: Db, coordinator: OfAreas, now: Temporal.Instant) =>
  selectSessions(db, coordinator)
    .where('sessions.state', '=', 'scheduled')
    .where('sessions.starts_at', '>', now.subtract({ hours: TO_FILL_DAYS * 24 }))
    .where('sessions.ends_at', '<=', now)
    .where(
      sql<boolean>`exists (select from bookings b where b.session_id = sessions.id and b.state = 'booked')`,
    )
    .orderBy('sessions.starts_at', 'desc')
    .orderBy('sessions.id', 'desc')
    .limit(PAGE_SIZE)
    .execute();
