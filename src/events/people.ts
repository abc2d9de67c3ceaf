import { areasOf } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db } from '../db.ts';
import type { EmailAddress } from '../email-address.ts';
import type { Queue } from '../jobs.ts';
import type { AttendanceState } from '../schema.ts';
import { formatDay } from '../time.ts';
import { type Attended, attendWithin, isOpenToAttend, isOverfilled } from './attend.ts';
import { findHeldEvent } from './entry.ts';
import { giveUp } from './give-up.ts';

/** Who does what, to an event of which areas. */
export interface Handling {
  actor: Actor;
  areaIds: string[];
  slug: string;
  publicUrl: string;
  now: Temporal.Instant;
}

const STATES: Record<AttendanceState, string> = {
  booked: 'Has a place',
  offered: 'A place is offered',
  waiting: 'On the waiting list',
  withdrawn: 'Not coming',
};

const findOwn = async (db: Db, areaIds: string[], slug: string) => {
  const row = await db
    .selectFrom('events')
    .select('id')
    .where('slug', '=', slug)
    .where('area_id', '=', areasOf({ areaIds }))
    .executeTakeFirst();
  return row && findHeldEvent(db, row.id);
};

/** Who comes to an event and who waits, by name, and how many; that it was read is written down. */
export const readPeople = async (db: Db, { actor, areaIds, slug, now }: Handling) => {
  const event = await findOwn(db, areaIds, slug);
  if (!event) return undefined;
  const rows = await db
    .selectFrom('attendances')
    .select(['id', 'full_name as name', 'state', 'said_at as saidAt'])
    .where('event_id', '=', event.id)
    .where('state', '<>', 'withdrawn')
    .orderBy('said_at')
    .orderBy('id')
    .execute();
  const details = { people: rows.length };
  const entry = { action: 'read people', subjectKind: 'event', subjectId: event.id, areaId: event.areaId };
  await audit(db, actor, { ...entry, details }, now);
  const count = (state: AttendanceState) => rows.filter((row) => row.state === state).length;
  return {
    event: { slug, title: event.title, capacity: event.capacity },
    open: isOpenToAttend(event, now),
    over: Temporal.Instant.compare(event.entry.endsAt, now) <= 0,
    counts: { booked: count('booked'), offered: count('offered'), waiting: count('waiting') },
    people: rows.map(({ id, name, state, saidAt }) => ({
      id,
      name,
      state: STATES[state],
      said: formatDay(saidAt, event.timeZone, now),
    })),
  };
};

/** Adds a person who told a coordinator that they come. They get the same message as anyone. */
export const addPerson = async (
  db: Db,
  queue: Queue,
  { actor, areaIds, slug, publicUrl, now }: Handling,
  person: { fullName: string; email: EmailAddress; submissionId: string },
): Promise<Attended | { refused: 'unknown' }> => {
  const event = await findOwn(db, areaIds, slug);
  if (!event) return { refused: 'unknown' };
  const within = (full: boolean) =>
    db.transaction().execute(async (trx) => {
      const added = await attendWithin(trx, queue, { eventId: event.id, ...person, publicUrl, now }, full);
      if ('refused' in added || added.again) return added;
      const details = { eventId: event.id, state: added.state };
      const entry = { action: 'add', subjectKind: 'attendance', subjectId: added.id, areaId: event.areaId };
      await audit(trx, actor, { ...entry, details }, now);
      return added;
    });
  try {
    return await within(false);
  } catch (error) {
    if (isOverfilled(error)) return within(true);
    throw error;
  }
};

/** Takes a person off the list and out of their calendar, and offers the place to the next. A second call changes nothing. */
export const removePerson = async (
  db: Db,
  queue: Queue,
  { actor, areaIds, slug, publicUrl, now }: Handling,
  id: string,
): Promise<'removed' | { refused: 'unknown' | 'over' }> => {
  const event = await findOwn(db, areaIds, slug);
  if (!event) return { refused: 'unknown' };
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('attendances')
      .select('state')
      .where('id', '=', id)
      .where('event_id', '=', event.id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return { refused: 'unknown' };
    if (row.state === 'withdrawn') return 'removed';
    const outcome = await giveUp(trx, queue, id, 'coordinator', { publicUrl, now });
    if ('refused' in outcome) return { refused: outcome.refused };
    const entry = { action: 'remove', subjectKind: 'attendance', subjectId: id, areaId: event.areaId };
    await audit(trx, actor, { ...entry, details: { eventId: event.id, state: row.state } }, now);
    return 'removed';
  });
};
