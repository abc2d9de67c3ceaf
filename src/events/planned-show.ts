import type { Db } from '../db.ts';
import { clashFacts } from './clash-facts.ts';
import { findClashes } from './clashes.ts';
import { listPasses } from './gates.ts';
import { findPlanned, lastSaved } from './planned.ts';
import { gatesOf } from './planned-page.ts';

/** All that is known of an event and of what does not fit; undefined where these areas have none with this slug. */
export const readPlanned = async (
  db: Db,
  areaIds: string[],
  slug: string,
  timeZone: string,
  now: Temporal.Instant,
) => {
  const event = await findPlanned(db, areaIds, slug);
  if (!event) return undefined;
  const plan = { ...event, kitItemIds: event.kit.map(({ id }) => id) };
  const passes = await listPasses(db, event.id);
  const permitted = gatesOf(event, passes).passed.has('permission');
  const [facts, saved] = await Promise.all([
    clashFacts(db, plan, { id: event.id, permitted }),
    lastSaved(db, event.id),
  ]);
  return { event, passes, clashes: findClashes(facts, timeZone, now), saved, timeZone, now };
};
