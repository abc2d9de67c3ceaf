import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import { placeOf } from '../events/entry.ts';
import type { CalendarEntry } from '../mail/calendar-entries.ts';
import type { Occasion } from '../mail/messages.ts';
import type { Subject } from '../mail/tell.ts';
import { formatWhen } from '../time.ts';

/** A session as those who are booked on it need it: for their messages and their calendars. */
export interface HeldSession {
  id: string;
  moduleId: string;
  moduleSlug: string;
  state: 'scheduled' | 'cancelled';
  reason: string | null;
  online: boolean;
  /**
   * Without the link to what is online, which stands on the champion's page only, and only near the time: people forward
   * invites and share calendars, a link that was sent out stays there when it is changed, and whoever gives up their
   * place would keep it.
   */
  entry: CalendarEntry;
  timeZone: string;
}

const selectHeld = (db: Db | Trx) =>
  db
    .selectFrom('sessions')
    .innerJoin('modules', 'modules.id', 'sessions.module_id')
    .leftJoin('pitches', 'pitches.id', 'sessions.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select((eb) => [
      'sessions.id',
      'modules.id as moduleId',
      'modules.slug as moduleSlug',
      'modules.calendar_title as title',
      'sessions.state',
      'sessions.cancelled_reason as reason',
      'sessions.starts_at as startsAt',
      'sessions.ends_at as endsAt',
      sql<boolean>`sessions.pitch_id is null`.as('online'),
      placeOf.as('place'),
      eb.selectFrom('programme').select('time_zone').$asScalar().$notNull().as('timeZone'),
    ]);

/** A session as it is now, in whatever state; with `lock`, nobody changes it until the transaction ends. */
export const findHeldSession = async (
  trx: Db | Trx,
  id: string,
  { lock = false } = {},
): Promise<HeldSession | undefined> => {
  const query = selectHeld(trx).where('sessions.id', '=', id);
  const row = await (lock ? query.forNoKeyUpdate('sessions') : query).executeTakeFirst();
  if (!row) return undefined;
  const { title, startsAt, endsAt, place, ...session } = row;
  return { ...session, entry: { title, startsAt, endsAt, place } };
};

/** Said to who is booked on something online, beside its place. */
const WHERE_THE_LINK_IS = 'Online. The link is on your page from 24 hours before';

/** What a person with a place reads. */
export const occasionOf = ({ entry, online, timeZone }: HeldSession, now: Temporal.Instant): Occasion => ({
  title: entry.title,
  when: formatWhen(entry.startsAt, entry.endsAt, timeZone, now),
  place: online ? WHERE_THE_LINK_IS : entry.place,
});

/** Where the sessions of its module are. */
export const othersOf = ({ moduleSlug }: Pick<HeldSession, 'moduleSlug'>) =>
  `/me/sessions?module=${moduleSlug}`;

export const subjectOf = (session: HeldSession): Subject => ({
  name: session.entry.title,
  entry: session.entry,
  standing: session.state === 'cancelled' ? 'cancelled' : 'goes ahead',
  reason: session.reason,
  page: '/me',
  others: othersOf(session),
});
