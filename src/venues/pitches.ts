import { randomUUIDv7 } from 'node:crypto';
import type { Coordinator } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { tellMoved } from './moved.ts';
import { findVenue } from './venues.ts';

type OfAreas = Pick<Coordinator, 'areaIds'>;

interface PitchAt {
  venueId: string;
  pitchId: string;
}

export type PitchRefusal = { refused: 'unknown' } | { refused: 'name taken' };

/** The venue, held so that its pitches change one after the other: two of one name could differ in capitals only. */
const holdVenue = async (trx: Trx, coordinator: OfAreas, venueId: string) => {
  await trx.selectFrom('venues').select('id').where('id', '=', venueId).forUpdate().executeTakeFirst();
  return findVenue(trx, coordinator, venueId);
};

const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Adds a pitch to a venue. */
export const addPitch = (
  db: Db,
  actor: Actor,
  coordinator: OfAreas,
  { venueId, name }: { venueId: string; name: string },
  now: Temporal.Instant,
): Promise<{ id: string } | PitchRefusal> =>
  db.transaction().execute(async (trx) => {
    const venue = await holdVenue(trx, coordinator, venueId);
    if (!venue) return { refused: 'unknown' };
    if (venue.pitches.some((pitch) => sameName(pitch.name, name))) return { refused: 'name taken' };
    const id = randomUUIDv7();
    await trx.insertInto('pitches').values({ id, venue_id: venueId, name }).execute();
    const entry = { action: 'add', subjectKind: 'pitch', subjectId: id, areaId: venue.areaId };
    await audit(trx, actor, { ...entry, details: { venueId } }, now);
    return { id };
  });

/** Gives a pitch another name; whoever holds a place there is told. */
export const renamePitch = (
  db: Db,
  queue: Queue,
  actor: Actor,
  coordinator: OfAreas,
  { venueId, pitchId, name }: PitchAt & { name: string },
  now: Temporal.Instant,
): Promise<'renamed' | PitchRefusal> =>
  db.transaction().execute(async (trx) => {
    const venue = await holdVenue(trx, coordinator, venueId);
    const pitch = venue?.pitches.find(({ id }) => id === pitchId);
    if (!venue || !pitch) return { refused: 'unknown' };
    if (pitch.name === name) return 'renamed';
    if (venue.pitches.some((other) => other.id !== pitchId && sameName(other.name, name)))
      return { refused: 'name taken' };
    await trx.updateTable('pitches').set({ name }).where('id', '=', pitchId).execute();
    await tellMoved(trx, queue, { venueId, pitchId }, now);
    const entry = { action: 'rename', subjectKind: 'pitch', subjectId: pitchId, areaId: venue.areaId };
    await audit(trx, actor, { ...entry, details: { venueId } }, now);
    return 'renamed';
  });

/**
 * Closes a pitch, so that it is not offered any more, or opens it again. What is planned there stays.
 * @returns false where the venue has no such pitch; a second time changes nothing
 */
export const closePitch = (
  db: Db,
  actor: Actor,
  coordinator: OfAreas,
  { venueId, pitchId, closed }: PitchAt & { closed: boolean },
  now: Temporal.Instant,
): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const venue = await findVenue(trx, coordinator, venueId);
    if (!venue?.pitches.some(({ id }) => id === pitchId)) return false;
    const written = await trx
      .updateTable('pitches')
      .set({ closed_at: closed ? now : null })
      .where('id', '=', pitchId)
      .where('closed_at', closed ? 'is' : 'is not', null)
      .executeTakeFirst();
    if (!written.numUpdatedRows) return true;
    const action = closed ? 'close' : 'reopen';
    const entry = { action, subjectKind: 'pitch', subjectId: pitchId, areaId: venue.areaId };
    await audit(trx, actor, { ...entry, details: { venueId } }, now);
    return true;
  });
