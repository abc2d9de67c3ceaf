import { sql } from 'kysely';
import type { Trx } from '../db.ts';
import { queueTelling } from '../events/telling.ts';
import type { Queue } from '../jobs.ts';
import { queueSessionTelling } from '../training/telling.ts';

/**
 * The place of what is on at a venue, or at one pitch of it, reads otherwise now: calendars learn of it by SEQUENCE and
 * time of change, and so do those who hold a place there.
 */
export const tellMoved = async (
  trx: Trx,
  queue: Queue,
  at: { venueId: string; pitchId?: string },
  now: Temporal.Instant,
) => {
  let pitches = trx.selectFrom('pitches').select('id').where('venue_id', '=', at.venueId);
  if (at.pitchId) pitches = pitches.where('id', '=', at.pitchId);
  const moved = await trx
    .updateTable('events')
    .set((eb) => ({ sequence: eb('sequence', '+', 1), updated_at: now }))
    .where('pitch_id', 'in', pitches)
    .where('ends_at', '>', now)
    .where(sql<boolean>`state in ('published', 'live')`)
    .returning('id')
    .execute();
  for (const { id } of moved) await queueTelling(trx, queue, id, now);
  const sessions = await trx
    .selectFrom('sessions')
    .select('id')
    .where('pitch_id', 'in', pitches)
    .where('ends_at', '>', now)
    .where('state', '=', 'scheduled')
    .orderBy('id')
    .execute();
  for (const { id } of sessions) await queueSessionTelling(trx, queue, id, now);
};
