import type { Coordinator } from '../accounts/coordinators.ts';
import type { Db } from '../db.ts';
import { listPlanned } from '../events/planned.ts';
import { plannedRow } from '../events/planned-page.ts';

const SHOWN = 5;
const UNFINISHED = ['draft', 'venue requested', 'permitted', 'ready'];

/** What a coordinator sees first: of the events that come next, those that need something, and those that go ahead. */
export const overview = async (db: Db, coordinator: Coordinator, timeZone: string, now: Temporal.Instant) => {
  const { rows, next } = await listPlanned(db, coordinator.areaIds, { from: now }, undefined, now);
  const inWords = (chosen: typeof rows) =>
    chosen.slice(0, SHOWN).map((row) => plannedRow(row, timeZone, now));
  const unfinished = rows.filter(({ state }) => UNFINISHED.includes(state));
  const ahead = rows.filter(({ state }) => state === 'published' || state === 'live');
  return {
    unfinished: inWords(unfinished),
    ahead: inWords(ahead),
    more: unfinished.length > SHOWN || ahead.length > SHOWN || next !== undefined,
    nothing: rows.length === 0,
  };
};
