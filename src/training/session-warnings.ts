import type { Db } from '../db.ts';
import { clashFacts } from '../events/clash-facts.ts';
import { type Clash, findClashes } from '../events/clashes.ts';
import type { PlannedSession } from './planned-sessions.ts';

/** What does not fit about a session to come, as for events: outside the venue's hours, too many people, the clocks. */
export const sessionWarnings = async (
  db: Db,
  { pitchId, startsAt, endsAt, capacity, state }: PlannedSession,
  timeZone: string,
  now: Temporal.Instant,
): Promise<Clash[]> => {
  if (state === 'cancelled' || Temporal.Instant.compare(startsAt, now) <= 0) return [];
  const plan = { pitchId, startsAt, endsAt, capacity, leadId: null, kitItemIds: [] };
  const facts = await clashFacts(db, plan, { id: null, permitted: true });
  return findClashes(facts, timeZone, now);
};
