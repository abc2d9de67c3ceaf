import { sql } from 'kysely';
import type { Db } from '../db.ts';
import type { Cursor } from '../events/events.ts';

const PAGE_SIZE = 50;

export interface AuditFilters {
  coordinatorId?: string;
  action?: string;
  kind?: string;
  /** The one thing that it was done to. */
  subjectId?: string;
  /** From this instant on. */
  from?: Temporal.Instant;
  /** Before this instant. */
  until?: Temporal.Instant;
}

const selectEntries = (db: Db, { coordinatorId, action, kind, subjectId, from, until }: AuditFilters) => {
  let query = db
    .selectFrom('audit_entries as a')
    .leftJoin('coordinators as who', 'who.id', 'a.coordinator_id')
    .leftJoin('coordinators as subject', (join) =>
      join.onRef('subject.id', '=', 'a.subject_id').on('a.subject_kind', '=', 'coordinator'),
    )
    .leftJoin('events', (join) =>
      join.onRef('events.id', '=', 'a.subject_id').on('a.subject_kind', '=', 'event'),
    )
    .leftJoin('areas', 'areas.id', 'a.area_id')
    .select([
      'a.id',
      'a.at',
      'a.action',
      'a.subject_kind as kind',
      'a.subject_id as subjectId',
      'a.details',
      'a.coordinator_id as coordinatorId',
      'who.full_name as who',
      'subject.full_name as subjectName',
      'subject.ended_at as subjectEndedAt',
      'events.title as eventTitle',
      'events.slug as eventSlug',
      'areas.name as area',
    ]);
  if (coordinatorId) query = query.where('a.coordinator_id', '=', coordinatorId);
  if (action) query = query.where('a.action', '=', action);
  if (kind) query = query.where('a.subject_kind', '=', kind);
  if (subjectId) query = query.where('a.subject_id', '=', subjectId);
  if (from) query = query.where('a.at', '>=', from);
  if (until) query = query.where('a.at', '<', until);
  return query;
};

export type FoundEntry = Awaited<ReturnType<ReturnType<typeof selectEntries>['executeTakeFirstOrThrow']>>;

const cursorAt = (side: Cursor['side'], row: FoundEntry | undefined): Cursor | undefined =>
  row && { side, startsAt: row.at, id: row.id };

/**
 * What was done, the newest first, 50 at a time; pages hang on the entry before or after them, as those of events do.
 * 'after' goes on to older ones.
 */
export const searchAudit = async (
  db: Db,
  filters: AuditFilters,
  cursor?: Cursor,
): Promise<{ entries: FoundEntry[]; newer?: Cursor; older?: Cursor }> => {
  const backwards = cursor?.side === 'before';
  const direction = backwards ? 'asc' : 'desc';
  let query = selectEntries(db, filters).orderBy('a.at', direction).orderBy('a.id', direction);
  if (cursor) {
    const place = sql`(${cursor.startsAt}::timestamptz, ${cursor.id}::uuid)`;
    const row = sql`(a.at, a.id)`;
    query = query.where(backwards ? sql<boolean>`${row} > ${place}` : sql<boolean>`${row} < ${place}`);
  }
  const found = await query.limit(PAGE_SIZE + 1).execute();
  const more = found.length > PAGE_SIZE;
  if (backwards && !more) return searchAudit(db, filters);
  const entries = found.slice(0, PAGE_SIZE);
  if (backwards) entries.reverse();
  return {
    entries,
    newer: cursor ? cursorAt('before', entries[0]) : undefined,
    older: backwards || more ? cursorAt('after', entries.at(-1)) : undefined,
  };
};

/** Each value once: goes from one to the next along its index, however many entries there are. */
const distinct = async (db: Db, column: 'action' | 'subject_kind') => {
  const name = sql.ref(column);
  const { rows } = await sql<{ value: string }>`
    with recursive found (value) as (
      select min(${name}) from audit_entries
      union all
      select (select min(${name}) from audit_entries where ${name} > found.value) from found where value is not null
    )
    select value from found where value is not null`.execute(db);
  return rows.map(({ value }) => value);
};

/** What the search may be narrowed to. */
export const auditChoices = async (db: Db) => {
  const [actions, kinds, coordinators] = await Promise.all([
    distinct(db, 'action'),
    distinct(db, 'subject_kind'),
    db
      .selectFrom('coordinators')
      .select(['id', 'full_name as fullName', 'ended_at as endedAt'])
      .orderBy('full_name')
      .orderBy('id')
      .execute(),
  ]);
  return { actions, kinds, coordinators };
};
