import type { Coordinator } from '../accounts/coordinators.ts';
import type { Db } from '../db.ts';
import { listPlanned, type PlannedRow } from '../events/planned.ts';
import { plannedRow } from '../events/planned-page.ts';

const SHOWN = 5;
const UNFINISHED = ['draft', 'venue requested', 'permitted', 'ready'];

const isAhead = ({ state }: PlannedRow) => state === 'published' || state === 'live';

/** What a coordinator sees first: of the events that come next, those that need something, and those that go ahead. */
export const overview = async (db: Db, coordinator: Coordinator, timeZone: string, now: Temporal.Instant) => {
  const { rows, next } = await listPlanned(db, coordinator.areaIds, { from: now }, undefined, now);
  const inWords = (chosen: PlannedRow[]) =>
    chosen
      .slice(0, SHOWN)
      .map((row) => ({ ...plannedRow(row, timeZone, now), noLead: isAhead(row) && !row.leadId }));
  const unfinished = rows.filter((row) => UNFINISHED.includes(row.state) || (isAhead(row) && !row.leadId));
  const ahead = rows.filter((row) => isAhead(row) && row.leadId);
  return {
    unfinished: inWords(unfinished),
    ahead: inWords(ahead),
    more: unfinished.length > SHOWN || ahead.length > SHOWN || next !== undefined,
    nothing: rows.length === 0,
  };
};
