import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { queueMessages } from '../mail/messages.ts';
import { offerEndedMessage, placeFreeMessage } from '../mail/place-messages.ts';
import { formatWhen } from '../time.ts';
import { findHeldEvent, type HeldEvent, occasionOf } from './entry.ts';

const OFFER_HOURS = 24;
const CLOSES_HOURS = 2;

const earlier = (a: Temporal.Instant, b: Temporal.Instant) => (Temporal.Instant.compare(a, b) < 0 ? a : b);

/**
 * Until when a place that comes free now would be kept for who waits: 24 hours, but no longer than until two hours before
 * the start. undefined where it is too late to offer one.
 */
export const offeredUntil = (startsAt: Temporal.Instant, now: Temporal.Instant) => {
  const until = earlier(now.add({ hours: OFFER_HOURS }), startsAt.subtract({ hours: CLOSES_HOURS }));
  return Temporal.Instant.compare(until, now) > 0 ? until : undefined;
};

/** The same of an event; undefined also where it does not go ahead. */
export const offerUntil = ({ state, entry }: HeldEvent, now: Temporal.Instant) =>
  state === 'published' ? offeredUntil(entry.startsAt, now) : undefined;

/** 'Saturday 28 November, 9am' */
export const untilWords = (until: Temporal.Instant, timeZone: string, now: Temporal.Instant) =>
  formatWhen(until, until, timeZone, now).replace(/ to [^ ]+$/, '');

/**
 * Offers the places that are free to those who wait, the longest first. Holds the event's places meanwhile, and passes
 * over whoever is just giving up: so two of these never offer one place twice, nor wait for each other.
 */
export const offerFreePlaces = async (trx: Trx, queue: Queue, event: HeldEvent, now: Temporal.Instant) => {
  const until = offerUntil(event, now);
  if (!until) return;
  const places = await trx
    .selectFrom('event_places')
    .select(['capacity', 'taken'])
    .where('event_id', '=', event.id)
    .forUpdate()
    .executeTakeFirst();
  if (!places || places.taken >= places.capacity) return;
  const offered = await trx
    .updateTable('attendances')
    .set({ state: 'offered', offered_until: until })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('attendances')
        .select('id')
        .where('event_id', '=', event.id)
        .where('state', '=', sql.lit('waiting' as const))
        .orderBy('said_at')
        .orderBy('id')
        .limit(places.capacity - places.taken)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['id as attendanceId', 'full_name as fullName', 'email as recipient'])
    .execute();
  const news = { occasion: occasionOf(event, now), until: untilWords(until, event.timeZone, now) };
  const messages = offered.map((person) =>
    placeFreeMessage({ ...person, championId: null, eventId: event.id }, news),
  );
  await queueMessages(trx, queue, messages, now);
};

/** Ends the offers that have run out; those who could still say that they come hear of it. */
const endOffers = async (trx: Trx, queue: Queue, event: HeldEvent, now: Temporal.Instant) => {
  const until = trx
    .selectFrom('attendances')
    .select(['id', 'offered_until'])
    .where('event_id', '=', event.id)
    .where('state', '=', sql.lit('offered' as const))
    .where('offered_until', '<=', now)
    .orderBy('id')
    .forUpdate();
  const ended = await trx
    .with('ended', () => until)
    .updateTable('attendances')
    .from('ended')
    .set({ state: 'withdrawn', offered_until: null, withdrawn_at: now })
    .whereRef('attendances.id', '=', 'ended.id')
    .returning([
      'attendances.id as attendanceId',
      'full_name as fullName',
      'email as recipient',
      'ended.offered_until as until',
    ])
    .execute();
  if (event.state !== 'published' || Temporal.Instant.compare(event.entry.startsAt, now) <= 0) return;
  const messages = ended.map(({ until, ...person }) =>
    offerEndedMessage(
      { ...person, championId: null, eventId: event.id },
      {
        occasion: occasionOf(event, now),
        until: untilWords(until!, event.timeZone, now),
        page: `/events/${event.slug}`,
      },
    ),
  );
  await queueMessages(trx, queue, messages, now);
};

/** The events with an offer that has run out, or with a free place that someone waits for. */
const eventsToLookAt = async (db: Db, now: Temporal.Instant) => {
  const { rows } = await sql<{ id: string }>`
    select event_id as id from attendances where state = 'offered' and offered_until <= ${now}
    union
    select p.event_id from event_places p join events e on e.id = p.event_id
    where p.taken < p.capacity and e.state = 'published' and e.starts_at > ${now}
      and exists (select from attendances a where a.event_id = p.event_id and a.state = 'waiting')
    union
    select a.event_id from attendances a join events e on e.id = a.event_id
    where a.state = 'offered' and e.state = 'postponed'`.execute(db);
  return rows.map(({ id }) => id);
};

/**
 * Ends the offers that have run out, and offers what is free. While an event is put off nobody can take a place, so its
 * offers are waiting again, and come first once there is a new date.
 */
export const sweepOffers = async (db: Db, queue: Queue, now: Temporal.Instant) => {
  for (const id of await eventsToLookAt(db, now)) {
    await db.transaction().execute(async (trx) => {
      const event = await findHeldEvent(trx, id);
      // Of what is cancelled all who wait are told alike: endWaiting.
      if (!event || event.state === 'cancelled') return;
      if (event.state === 'postponed')
        await trx
          .updateTable('attendances')
          .set({ state: 'waiting', offered_until: null })
          .where('event_id', '=', id)
          .where('state', '=', sql.lit('offered' as const))
          .execute();
      await endOffers(trx, queue, event, now);
      await offerFreePlaces(trx, queue, event, now);
    });
  }
};
