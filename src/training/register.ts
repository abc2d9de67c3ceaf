import { sql } from 'kysely';
import { areasOf } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { ChampionState } from '../schema.ts';
import { findSession, type OfAreas } from './planned-sessions.ts';

/** People who may be written into a register though they did not book. */
const MAY_WALK_IN: ChampionState[] = ['confirmed', 'in training', 'active', 'lapsed', 'paused'];
export const mayWalkIn = sql<boolean>`champions.state = any(${MAY_WALK_IN}::text[])`;

/** More than this is no choice, but a list of people. */
export const MOST_FOUND = 8;

/** Who holds a place at a session, or waits for one, by name. That a coordinator read their names is written down. */
export const readRegister = async (
  db: Db,
  actor: Actor,
  coordinator: OfAreas,
  sessionId: string,
  now: Temporal.Instant,
) => {
  const session = await findSession(db, coordinator, sessionId);
  if (!session) return undefined;
  const people = await db
    .selectFrom('bookings')
    .innerJoin('champions', 'champions.id', 'bookings.champion_id')
    .select([
      'bookings.id',
      'bookings.state',
      'champions.full_name as name',
      'champions.number',
      // A pass may have been taken back where the champion's records are corrected.
      sql<boolean>`exists (select from training_records r where r.booking_id = bookings.id and r.outcome = 'passed'
        and not exists (select from training_records successor where successor.supersedes = r.id))`.as(
        'hasPassed',
      ),
    ])
    .where('bookings.session_id', '=', sessionId)
    .where('bookings.state', '<>', 'withdrawn')
    .orderBy(sql`lower(champions.full_name)`)
    .orderBy('champions.number')
    .execute();
  const entry = { action: 'read', subjectKind: 'session', subjectId: sessionId, areaId: session.areaId };
  await audit(db, actor, { ...entry, details: { what: 'register', people: people.length } }, now);
  return { session, people };
};

export type Register = NonNullable<Awaited<ReturnType<typeof readRegister>>>;

const containing = (word: string) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;

/**
 * Champions of the coordinator's areas by a part of their name, or by their number. That a coordinator looked is
 * written down.
 * @returns undefined where there are more than anyone could choose from
 */
export const findWalkIns = async (
  db: Db | Trx,
  actor: Actor,
  coordinator: OfAreas,
  { sessionId, words }: { sessionId: string; words: string },
  now: Temporal.Instant,
) => {
  let query = db
    .selectFrom('champions')
    .leftJoin('neighbourhoods', 'neighbourhoods.id', 'champions.neighbourhood_id')
    .select([
      'champions.id',
      'champions.full_name as name',
      'champions.number',
      'neighbourhoods.name as neighbourhood',
    ])
    .where('champions.area_id', '=', areasOf(coordinator))
    .where(mayWalkIn);
  const number = /^(?:no\.?|#)?\s*(\d{1,9})$/i.exec(words)?.[1];
  if (number) query = query.where('champions.number', '=', Number(number));
  else
    for (const word of words.split(/\s+/).filter(Boolean))
      query = query.where('champions.full_name', 'ilike', containing(word));
  const found = await query
    .orderBy(sql`lower(champions.full_name)`)
    .orderBy('champions.number')
    .limit(MOST_FOUND + 1)
    .execute();
  const entry = { action: 'search', subjectKind: 'champion', details: { sessionId, found: found.length } };
  await audit(db, actor, entry, now);
  return found.length > MOST_FOUND ? undefined : found;
};

export type FoundChampion = NonNullable<Awaited<ReturnType<typeof findWalkIns>>>[number];
