import { sql } from 'kysely';
import { overlaps, whatTheyHold } from '../champions/holdings.ts';
import type { Db } from '../db.ts';
import { placeOf } from '../events/entry.ts';
import { formatWhen } from '../time.ts';
import type { OwnSession } from './own-sessions.ts';

const PAGE = 30;

interface Asking {
  championId: string;
  /** One module's sessions only. */
  module?: string | undefined;
  /** The last session of the page before. */
  after?: string | undefined;
  timeZone: string;
  now: Temporal.Instant;
}

/** The sessions to come that a champion can choose from, the next first, a page of them. */
const listToCome = (db: Db, { module, after, now }: Asking) => {
  let query = db
    .selectFrom('sessions')
    .innerJoin('modules', 'modules.id', 'sessions.module_id')
    .leftJoin('pitches', 'pitches.id', 'sessions.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select([
      'sessions.id',
      'modules.slug as module',
      'modules.name as title',
      'sessions.starts_at as startsAt',
      'sessions.ends_at as endsAt',
      'sessions.capacity',
      'sessions.booked as taken',
      placeOf.as('place'),
    ])
    .where('sessions.state', '=', 'scheduled')
    .where('sessions.starts_at', '>', now)
    .where('modules.closed_at', 'is', null)
    .orderBy('sessions.starts_at')
    .orderBy('sessions.id')
    .limit(PAGE + 1);
  if (module) query = query.where('modules.slug', '=', module);
  if (after)
    query = query.where(
      sql<boolean>`(sessions.starts_at, sessions.id) > (select starts_at, id from sessions where id = ${after})`,
    );
  return query.execute();
};

/** The modules that have sessions to come, in the order in which champions take them. */
export const modulesToBook = (db: Db, now: Temporal.Instant) =>
  db
    .selectFrom('modules')
    .select(['slug', 'name'])
    .where('closed_at', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('sessions')
          .select('sessions.id')
          .whereRef('sessions.module_id', '=', 'modules.id')
          .where('sessions.state', '=', 'scheduled')
          .where('sessions.starts_at', '>', now),
      ),
    )
    .orderBy('position')
    .execute();

const placesLeft = (left: number) => {
  if (left <= 0) return 'Full';
  return left === 1 ? '1 place left' : `${left} places left`;
};

/**
 * A page of sessions, each with what this champion can do about it: book it, wait for it, change to it from the one of
 * the same module that they hold, or why not.
 * @param own what they hold, are offered and wait for
 */
export const listChoices = async (db: Db, own: OwnSession[], asking: Asking) => {
  const { timeZone, now } = asking;
  const rows = await listToCome(db, asking);
  const shown = rows.slice(0, PAGE);
  const last = shown.at(-1);
  const ends = shown.map(({ endsAt }) => endsAt).sort(Temporal.Instant.compare);
  const held = last
    ? await whatTheyHold(db, asking.championId, { from: shown[0]!.startsAt, until: ends.at(-1)! })
    : [];
  return {
    more: rows.length > PAGE ? last?.id : undefined,
    sessions: shown.map(({ capacity, taken, startsAt, endsAt, ...row }) => {
      const mine = own.find(({ sessionId }) => sessionId === row.id);
      const current = own.find(({ module, booked }) => module === row.module && booked);
      const left = capacity - taken;
      const clash = held.find((one) => one.id !== current?.sessionId && overlaps(one, { startsAt, endsAt }));
      return {
        ...row,
        when: formatWhen(startsAt, endsAt, timeZone, now),
        left: placesLeft(left),
        mine,
        clash: mine || !clash ? undefined : clash.title,
        changeFrom: !mine && !clash && left > 0 ? current?.bookingId : undefined,
        bookable: !mine && !clash && !current && left > 0,
        waitable: !mine && !clash && !current && left <= 0,
      };
    }),
  };
};
