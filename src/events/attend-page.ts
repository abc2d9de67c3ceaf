import type { Db } from '../db.ts';
import { formatWhen } from '../time.ts';
import { isOpenToAttend } from './attend.ts';
import { findHeldEventBySlug } from './entry.ts';

const PUBLIC = new Set(['published', 'live', 'closed', 'reported', 'postponed', 'cancelled']);

/** What the form to say 'I'm coming' shows of an event; undefined where people see none with this slug. */
export const findAttendPage = async (db: Db, slug: string, now: Temporal.Instant) => {
  const event = await findHeldEventBySlug(db, slug);
  if (!event || !PUBLIC.has(event.state)) return undefined;
  const { id, title, entry, timeZone } = event;
  const places = await db
    .selectFrom('event_places')
    .select(({ eb, exists, selectFrom }) => [
      eb('taken', '>=', eb.ref('capacity')).as('full'),
      exists(
        selectFrom('attendances')
          .select('attendances.id')
          .whereRef('attendances.event_id', '=', 'event_places.event_id')
          .where('attendances.state', '=', 'waiting'),
      ).as('waiting'),
    ])
    .where('event_id', '=', id)
    .executeTakeFirst();
  return {
    // The link to what is online goes only to those who come.
    event: {
      id,
      slug,
      title,
      when: formatWhen(entry.startsAt, entry.endsAt, timeZone, now),
      place: entry.place,
      online: Boolean(entry.onlineUrl),
    },
    open: isOpenToAttend(event, now),
    full: Boolean(places?.full || places?.waiting),
  };
};
