import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import { placeOf } from '../events/entry.ts';
import type { PublicContent } from '../public-content.ts';
import { formatWhen, startOfMinute } from '../time.ts';

/** A dated sitting of the induction module, as a person chooses it. */
export interface InductionSession {
  id: string;
  title: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  /** 'Wednesday 2 December, 6pm to 7:30pm' */
  when: string;
  /** Where to go, in one line; 'Online' where it is. */
  place: string;
}

const selectSessions = (db: Db | Trx) =>
  db
    .selectFrom('sessions')
    .innerJoin('modules', 'modules.id', 'sessions.module_id')
    .leftJoin('pitches', 'pitches.id', 'sessions.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select([
      'sessions.id',
      'modules.calendar_title as title',
      'sessions.starts_at as startsAt',
      'sessions.ends_at as endsAt',
      placeOf.as('place'),
    ]);

const selectInductions = (db: Db | Trx, now: Temporal.Instant) =>
  selectSessions(db)
    .where('modules.induction', '=', true)
    .where('sessions.state', '=', 'scheduled')
    .where('sessions.starts_at', '>', now);

type Row = Awaited<ReturnType<ReturnType<typeof selectSessions>['executeTakeFirstOrThrow']>>;

const withWords = (row: Row, timeZone: string, now: Temporal.Instant): InductionSession => ({
  ...row,
  when: formatWhen(row.startsAt, row.endsAt, timeZone, now),
});

/** Induction sessions to come that have places left, the next first; at most 20. */
export const openInductions = async (db: Db, timeZone: string, now: Temporal.Instant) => {
  const rows = await selectInductions(db, now)
    .whereRef('sessions.booked', '<', 'sessions.capacity')
    .orderBy('sessions.starts_at')
    .limit(20)
    .execute();
  return rows.map((row) => withWords(row, timeZone, now));
};

interface Moment {
  /** The version of the public content: what is kept of it is read again when that moved on. */
  version: number;
  timeZone: string;
  now: Temporal.Instant;
}

/** An induction session to come, full or not; undefined where there is none with this id. */
export const findInduction = async (
  { db, content }: { db: Db; content: PublicContent },
  id: string,
  { version, timeZone, now }: Moment,
) => {
  const minute = startOfMinute(now);
  const toCome = await content.keep('inductions', `${version} ${minute.epochMilliseconds}`, async () => {
    const rows = await selectInductions(db, minute).execute();
    return new Map(rows.map((row) => [row.id, withWords(row, timeZone, now)]));
  });
  const found = toCome.get(id);
  return found && Temporal.Instant.compare(found.startsAt, now) > 0 ? found : undefined;
};

/**
 * Sessions as the choices of a radio group. How many places are left stays untold: whoever signs another person up
 * would see by it whether they hold a place already.
 */
export const sessionChoices = (sessions: InductionSession[]) =>
  sessions.map(({ id, when, place }) => ({ value: id, text: when, hint: { text: place } }));

/** The inductions to come that a champion is booked on, is offered or waits for, the next first. */
export const ownInductions = async (
  trx: Trx,
  championId: string,
  timeZone: string,
  now: Temporal.Instant,
) => {
  const rows = await selectInductions(trx, now)
    .innerJoin('bookings', 'bookings.session_id', 'sessions.id')
    .select(['bookings.id as bookingId', 'bookings.state'])
    .where('bookings.champion_id', '=', championId)
    .where(sql<boolean>`bookings.state <> 'withdrawn'`)
    .orderBy('sessions.starts_at')
    .execute();
  return rows.map((row) => ({ ...row, ...withWords(row, timeZone, now) }));
};
