import { type Kysely, sql } from 'kysely';

/** Searching the audit: searchAudit by what was done and to what kind of thing, and the lists of both to choose from. */
export const up = async (db: Kysely<unknown>) => {
  await sql`create index audit_entries_by_action on audit_entries (action, at desc, id desc)`.execute(db);
  await sql`create index audit_entries_by_kind on audit_entries (subject_kind, at desc, id desc)`.execute(db);
};
