import { sql } from 'kysely';
import type { Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import type { Told } from '../schema.ts';
import { formatWhen } from '../time.ts';
import { type CalendarEntry, entryOf, inviteDetails, toldBy } from './calendar-entries.ts';
import { type Message, queueMessages } from './messages.ts';
import { cancelledMessage, movedMessage, type Person, postponedMessage } from './place-messages.ts';

/** A dated thing as it is now, whatever it is: an event, a session. */
export interface Subject {
  /** What messages call it; a calendar shows the entry's own title. */
  name: string;
  entry: CalendarEntry;
  standing: 'goes ahead' | 'postponed' | 'cancelled' | 'over';
  reason: string | null;
  /** Where its page is, from the root. */
  page: string;
  /** Where those whose place is gone see what else there is. */
  others?: string;
}

/** Someone whose calendar holds it, and what they were told last. */
export interface Holder extends Person {
  inviteId: string;
  sequence: number;
  told: Told;
}

interface Telling {
  publicUrl: string;
  timeZone: string;
  now: Temporal.Instant;
}

type News = 'moved' | 'new date' | 'postponed' | 'cancelled' | 'cancelled at last';

const instantOf = (text: string) => Temporal.Instant.from(text);

/** Whether a calendar shows something else than what is so now: time or place, not the title. */
const isElsewhere = (told: Told, { startsAt, endsAt, onlineUrl, place }: CalendarEntry) =>
  !instantOf(told.startsAt).equals(startsAt) ||
  !instantOf(told.endsAt).equals(endsAt) ||
  told.location !== (onlineUrl ?? place);

/**
 * What the holder has to hear, if anything. Something that is put off is taken out of the calendar: an entry with a time
 * at which nothing happens sends people there. Its invite lives on, so that a new date comes as a REQUEST with the same
 * UID and a higher SEQUENCE (RFC 5546, section 3.2.2.1).
 */
const newsFor = (told: Told, subject: Subject, now: Temporal.Instant): News | undefined => {
  const { entry, standing } = subject;
  const isHeld = told.method === 'REQUEST';
  const isPast = (end: Temporal.Instant) => Temporal.Instant.compare(end, now) <= 0;
  if (standing === 'over' || (isPast(instantOf(told.endsAt)) && isPast(entry.endsAt))) return undefined;
  if (standing === 'cancelled') return isHeld ? 'cancelled' : 'cancelled at last';
  if (standing === 'postponed') return isHeld ? 'postponed' : undefined;
  if (!isHeld) return 'new date';
  return isElsewhere(told, entry) ? 'moved' : undefined;
};

/** The words for a place that is online: the link. */
const placeWords = (location: string) => (/^https?:/.test(location) ? `Online: ${location}` : location);

const compose = (
  holder: Holder,
  news: News,
  subject: Subject,
  { publicUrl, timeZone, now }: Telling,
): { message: Message; told: Told } => {
  const { told } = holder;
  const invite = { id: holder.inviteId, sequence: holder.sequence + 1 };
  const page = holder.championId ? '/me' : subject.page;
  const words = ({ startsAt, endsAt, location }: Told) => ({
    when: formatWhen(instantOf(startsAt), instantOf(endsAt), timeZone, now),
    place: placeWords(location),
  });
  const occasion = { title: subject.name, ...words(told) };
  if (news === 'moved' || news === 'new date') {
    const details = inviteDetails(invite, 'REQUEST', subject.entry, publicUrl, page);
    const after = toldBy(details);
    const data = {
      title: subject.name,
      before: words(told),
      after: words(after),
      again: news === 'new date',
    };
    return { message: movedMessage(holder, data, details), told: after };
  }
  const details = inviteDetails(invite, 'CANCEL', entryOf(told), publicUrl, page);
  if (news === 'postponed')
    return { message: postponedMessage(holder, occasion, details), told: toldBy(details) };
  const cancelled = { occasion, reason: subject.reason, why: 'event' as const, others: subject.others };
  const message = cancelledMessage(holder, cancelled, news === 'cancelled' ? details : undefined);
  return { message, told: toldBy(details) };
};

/**
 * Tells each of these holders, whose invites are locked, what has changed since they were told last, and keeps what they
 * know now. Who knows it all hears nothing.
 */
export const tell = async (trx: Trx, queue: Queue, holders: Holder[], subject: Subject, telling: Telling) => {
  const composed = holders.flatMap((holder) => {
    const news = newsFor(holder.told, subject, telling.now);
    return news ? [{ inviteId: holder.inviteId, ...compose(holder, news, subject, telling) }] : [];
  });
  if (composed.length === 0) return;
  const rows = composed.map(({ inviteId, told }) => ({ id: inviteId, told }));
  const endedAt = subject.standing === 'cancelled' ? telling.now : null;
  await sql`
    update invites set sequence = sequence + 1, told = news.told, cancelled_at = ${endedAt}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as news (id uuid, told jsonb)
    where invites.id = news.id`.execute(trx);
  await queueMessages(
    trx,
    queue,
    composed.map(({ message }) => message),
    telling.now,
  );
};
