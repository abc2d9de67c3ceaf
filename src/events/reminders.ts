import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { queueMessages } from '../mail/messages.ts';
import { reminderMessage } from '../mail/place-messages.ts';
import type { Before } from '../schema.ts';
import { findHeldEvent, type HeldEvent, occasionOf } from './entry.ts';
import { selectHolders } from './tell-holders.ts';

/** A reminder that could not go out at its time is not sent later than this. */
const WINDOW = { hours: 2 };
const MORNING = { hour: 8 };
/** Who has to leave the house so soon has no use for a reminder in the morning. */
const MORNING_AHEAD = { minutes: 30 };
const BATCH = 200;

const isBefore = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) < 0;

/** When each reminder of an event is due, by the clocks on its walls: a week, a day, and 8 in the morning of its day. */
export const reminderTimes = (startsAt: Temporal.Instant, timeZone: string) => {
  const start = startsAt.toZonedDateTimeISO(timeZone);
  const morning = start.startOfDay().with(MORNING).toInstant();
  const times: [before: Before, at: Temporal.Instant][] = [
    ['week', start.subtract({ days: 7 }).toInstant()],
    ['day', start.subtract({ days: 1 }).toInstant()],
  ];
  if (isBefore(morning.add(MORNING_AHEAD), startsAt)) times.push(['morning', morning]);
  return { startsOn: start.toPlainDate().toString(), times };
};

/** The reminder that is due now, if one is. */
const dueNow = ({ entry, timeZone }: HeldEvent, now: Temporal.Instant) => {
  const { startsOn, times } = reminderTimes(entry.startsAt, timeZone);
  const due = times.find(
    ([, at]) => !isBefore(now, at) && isBefore(now, at.add(WINDOW)) && isBefore(now, entry.startsAt),
  );
  return due && { startsOn, before: due[0], at: due[1] };
};

/**
 * Reminds one batch of those who held their place when the reminder was due, and have not had it. What is cancelled, put
 * off, or was changed and is still to be told of, reminds nobody.
 * @returns the last invite of a full batch: where the next one goes on
 */
const remindBatch = async (
  trx: Trx,
  queue: Queue,
  eventId: string,
  after: string | undefined,
  now: Temporal.Instant,
) => {
  const event = await findHeldEvent(trx, eventId, { lock: true });
  const due = event?.state === 'published' && dueNow(event, now);
  if (!due) return undefined;
  const { startsOn, before, at } = due;
  let query = selectHolders(trx, eventId)
    .where('invites.created_at', '<=', at)
    .where(sql<boolean>`invites.told ->> 'method' = 'REQUEST'`)
    .limit(BATCH);
  if (after) query = query.where('invites.id', '>', after);
  const holders = await query.execute();
  if (holders.length === 0) return undefined;
  const ids = holders.map(({ inviteId }) => inviteId);
  // Another worker's rows are waited for, and passed over.
  const { rows } = await sql<{ id: string }>`
    insert into reminders_sent (invite_id, before, starts_on, sent_at)
    select id, ${before}::text, ${startsOn}::date, ${now}::timestamptz from unnest(${ids}::uuid[]) as invites (id)
    on conflict do nothing returning invite_id as id`.execute(trx);
  const mine = new Set(rows.map(({ id }) => id));
  const news = { occasion: occasionOf(event, now), onTheDay: before === 'morning' };
  const messages = holders
    .filter(({ inviteId }) => mine.has(inviteId))
    .map((holder) => reminderMessage(holder, news));
  await queueMessages(trx, queue, messages, now);
  return holders.length === BATCH ? ids.at(-1) : undefined;
};

/** Sends the reminders that are due at this moment; to be called every few minutes. Nobody gets one twice. */
export const sendReminders = async (db: Db, queue: Queue, now: Temporal.Instant) => {
  const near = await db
    .selectFrom('events')
    .select('id')
    .where('state', '=', 'published')
    .where('starts_at', '>', now)
    .where('starts_at', '<=', now.add({ hours: 8 * 24 }))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('tellings').select('event_id').whereRef('tellings.event_id', '=', 'events.id'))),
    )
    .orderBy('starts_at')
    .execute();
  for (const { id } of near) {
    let after: string | undefined;
    do {
      after = await db.transaction().execute((trx) => remindBatch(trx, queue, id, after, now));
    } while (after);
  }
};
