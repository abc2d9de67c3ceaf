import { foldLines, ICalCalendar, ICalEvent, ICalEventClass, ICalEventStatus } from 'ical-generator';
import { sql } from 'kysely';
import type { Db } from '../db.ts';
import { placeOf } from '../events/entry.ts';
import { calendar, neutralTitle } from '../events/vevent.ts';
import { inviteDetails } from '../mail/calendar-entries.ts';
import { invitesInFull } from './held.ts';

const PAST_DAYS = 31;
const unfinished = new ICalCalendar();

interface Owner {
  id: string;
  emailKey: string;
}

/** Each half by an index of its own; as one condition over both, all invites of the programme would be read. */
const invitesOf = (db: Db, { id, emailKey }: Owner) =>
  db
    .selectFrom('invites')
    .select('invites.id')
    .where('invites.champion_id', '=', id)
    .union(
      db
        .selectFrom('attendances')
        .innerJoin('invites', 'invites.attendance_id', 'attendances.id')
        .select('invites.id')
        .where('attendances.email_key', '=', emailKey),
    );

/**
 * What a champion holds: booked sessions, events they come to, and those of them that were cancelled for all. A session's
 * link stays on their page: see `HeldSession`.
 */
const listHeld = async (db: Db, champion: Owner, now: Temporal.Instant) => {
  const since = now.subtract({ hours: 24 * PAST_DAYS });
  const rows = await invitesInFull(db)
    .select((eb) => [
      'invites.id',
      'invites.sequence',
      'modules.calendar_title as module',
      'events.kind',
      'venues.name as venue',
      placeOf.as('place'),
      'events.online_url as onlineUrl',
      eb.fn.coalesce('sessions.starts_at', 'events.starts_at').as('startsAt'),
      eb.fn.coalesce('sessions.ends_at', 'events.ends_at').as('endsAt'),
      eb.or([eb('sessions.state', '=', 'cancelled'), eb('events.state', '=', 'cancelled')]).as('cancelled'),
      'events.updated_at as updatedAt',
      'invites.created_at as createdAt',
    ])
    .where('invites.id', '=', sql<string>`any(array(${invitesOf(db, champion)}))`)
    // What they gave up themselves is gone; what was cancelled for all stays, and says so.
    .where((eb) =>
      eb.or([
        eb('invites.cancelled_at', 'is', null),
        eb('invites.cancelled_at', '>=', eb.ref('sessions.cancelled_at')),
        eb('invites.cancelled_at', '>=', eb.ref('events.cancelled_at')),
      ]),
    )
    .where((eb) => eb(eb.fn.coalesce('sessions.ends_at', 'events.ends_at'), '>', since))
    .orderBy((eb) => eb.fn.coalesce('sessions.starts_at', 'events.starts_at'))
    .orderBy('invites.id')
    .execute();
  return rows;
};

type Held = Awaited<ReturnType<typeof listHeld>>[number];

/** With the UID and the neutral words of the invite to the same thing; private, since people share calendars. */
const veventOf = (row: Held, publicUrl: string) => {
  const title = row.module ?? neutralTitle(row.kind!, row.venue);
  const entry = { ...row, title, startsAt: row.startsAt!, endsAt: row.endsAt! };
  const details = inviteDetails(row, 'REQUEST', entry, publicUrl);
  const stamp = row.updatedAt ?? row.createdAt;
  const event = new ICalEvent(
    {
      id: details.uid,
      sequence: row.sequence,
      class: ICalEventClass.PRIVATE,
      status: row.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      stamp,
      start: entry.startsAt,
      end: entry.endsAt,
      summary: `${row.cancelled ? 'Cancelled: ' : ''}${title.replaceAll(/[\p{Cc}"]+/gu, ' ')}`,
      location: details.location.replaceAll(/[\p{Cc}"]+/gu, ' '),
      description: details.description,
    },
    unfinished,
  );
  return foldLines(event.toString());
};

/** A champion's own calendar, for a program of theirs to follow. */
export const ownCalendar = async (db: Db, champion: Owner, publicUrl: string, now: Temporal.Instant) => {
  const held = await listHeld(db, champion, now);
  return calendar(
    'My dates',
    held.map((row) => veventOf(row, publicUrl)),
  );
};
