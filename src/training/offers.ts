import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import { offeredUntil, untilWords } from '../events/offers.ts';
import type { Queue } from '../jobs.ts';
import { queueMessages } from '../mail/messages.ts';
import { offerEndedMessage, placeFreeMessage } from '../mail/place-messages.ts';
import { findHeldSession, type HeldSession, occasionOf, othersOf } from './held-session.ts';

/** Champions who can take a place now; of a table or alias `champions`. */
export const mayTakePlaces = sql<boolean>`champions.state in ('confirmed', 'in training', 'active', 'lapsed')`;

/** Until when a place that comes free now is kept for who waits; undefined where it is too late, or does not go ahead. */
export const offerUntil = ({ state, entry }: HeldSession, now: Temporal.Instant) =>
  state === 'scheduled' ? offeredUntil(entry.startsAt, now) : undefined;

const personOf = ({ id, fullName, email }: { id: string; fullName: string; email: string }) => ({
  championId: id,
  attendanceId: null,
  eventId: null,
  fullName,
  recipient: email,
});

const PERSON = ['champions.id', 'champions.full_name as fullName', 'champions.email'] as const;

/**
 * Offers the places that are free to those who wait, the longest first. Holds the session's places meanwhile, and passes
 * over whoever is just giving up: so two of these never offer one place twice, nor wait for each other.
 */
export const offerFreePlaces = async (
  trx: Trx,
  queue: Queue,
  session: HeldSession,
  now: Temporal.Instant,
) => {
  const until = offerUntil(session, now);
  if (!until) return;
  const places = await trx
    .selectFrom('sessions')
    .select(['capacity', 'booked'])
    .where('id', '=', session.id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  if (places.booked >= places.capacity) return;
  const offered = await trx
    .updateTable('bookings')
    .from('champions')
    .set({ state: 'offered', offered_until: until })
    .whereRef('champions.id', '=', 'bookings.champion_id')
    .where('bookings.id', 'in', (eb) =>
      eb
        .selectFrom('bookings')
        .innerJoin('champions', 'champions.id', 'bookings.champion_id')
        .select('bookings.id')
        .where('bookings.session_id', '=', session.id)
        .where('bookings.state', '=', sql.lit('waiting' as const))
        .where(mayTakePlaces)
        .orderBy('bookings.booked_at')
        .orderBy('bookings.id')
        .limit(places.capacity - places.booked)
        .forUpdate('bookings')
        .skipLocked(),
    )
    .returning(PERSON)
    .execute();
  const news = { occasion: occasionOf(session, now), until: untilWords(until, session.timeZone, now) };
  const messages = offered.map((person) => placeFreeMessage(personOf(person), news));
  await queueMessages(trx, queue, messages, now);
};

/** Ends the offers that have run out; those who could still ask again hear of it. */
const endOffers = async (trx: Trx, queue: Queue, session: HeldSession, now: Temporal.Instant) => {
  const until = trx
    .selectFrom('bookings')
    .select(['id', 'offered_until'])
    .where('session_id', '=', session.id)
    .where('state', '=', sql.lit('offered' as const))
    .where('offered_until', '<=', now)
    .orderBy('id')
    .forUpdate();
  const ended = await trx
    .with('ended', () => until)
    .updateTable('bookings')
    .from(['ended', 'champions'])
    .set({ state: 'withdrawn', offered_until: null, withdrawn_at: now })
    .whereRef('bookings.id', '=', 'ended.id')
    .whereRef('champions.id', '=', 'bookings.champion_id')
    .returning([...PERSON, 'ended.offered_until as until'])
    .execute();
  if (Temporal.Instant.compare(session.entry.startsAt, now) <= 0) return;
  const messages = ended.map(({ until, ...person }) =>
    offerEndedMessage(personOf(person), {
      occasion: occasionOf(session, now),
      until: untilWords(until!, session.timeZone, now),
      page: othersOf(session),
    }),
  );
  await queueMessages(trx, queue, messages, now);
};

/** The sessions with an offer that has run out, or with a free place that someone waits for. */
const sessionsToLookAt = async (db: Db, now: Temporal.Instant) => {
  const { rows } = await sql<{ id: string }>`
    select b.session_id as id from bookings b join sessions s on s.id = b.session_id
    where b.state = 'offered' and b.offered_until <= ${now} and s.state = 'scheduled'
    union
    select b.session_id from bookings b join sessions s on s.id = b.session_id
    where b.state = 'waiting' and s.booked < s.capacity and s.state = 'scheduled' and s.starts_at > ${now}`.execute(
    db,
  );
  return rows.map(({ id }) => id);
};

/** Ends the offers that have run out, and offers what is free. */
export const sweepSessionOffers = async (db: Db, queue: Queue, now: Temporal.Instant) => {
  for (const id of await sessionsToLookAt(db, now)) {
    await db.transaction().execute(async (trx) => {
      const session = await findHeldSession(trx, id, { lock: true });
      // Of what is cancelled all who wait are told alike: endWaiting.
      if (session?.state !== 'scheduled') return;
      await endOffers(trx, queue, session, now);
      await offerFreePlaces(trx, queue, session, now);
    });
  }
};
