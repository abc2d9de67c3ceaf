import { type Kysely, sql } from 'kysely';

/** E-learning: which pages somebody has read, and their tries at a quiz. What they chose is kept nowhere. */
export const up = async (db: Kysely<unknown>) => {
  // The key also finds what a champion has read of a module.
  await sql`
    create table pages_read (
      champion_id uuid not null references champions,
      module_id uuid not null references modules,
      page text not null check (length(page) between 1 and 100),
      module_version integer not null check (module_version >= 1),
      read_at timestamptz not null,
      primary key (champion_id, module_id, page)
    )`.execute(db);
  // What was read long ago, to be forgotten.
  await sql`create index pages_read_by_age on pages_read (read_at)`.execute(db);

  await sql`
    create table quiz_attempts (
      id uuid primary key,
      champion_id uuid not null references champions,
      module_id uuid not null references modules,
      module_version integer not null check (module_version >= 1),
      asked jsonb not null,
      began_at timestamptz not null,
      finished_at timestamptz check (finished_at >= began_at),
      passed boolean,
      wrong jsonb,
      check (num_nulls(finished_at, passed, wrong) in (0, 3))
    )`.execute(db);
  await sql`
    create unique index one_open_attempt on quiz_attempts (champion_id, module_id)
    where finished_at is null`.execute(db);
  // A champion's last try at a module.
  await sql`
    create index quiz_attempts_of_a_champion on quiz_attempts (champion_id, module_id, began_at)`.execute(db);
  // Tries of long ago, to be forgotten.
  await sql`create index quiz_attempts_by_age on quiz_attempts (began_at)`.execute(db);

  await sql`
    create function mark_once() returns trigger language plpgsql as $$
    begin
      raise exception 'this attempt was marked before'
        using errcode = 'integrity_constraint_violation', constraint = 'marked_once';
    end $$`.execute(db);
  await sql`
    create trigger marked_once before update on quiz_attempts
    for each row when (old.finished_at is not null) execute function mark_once()`.execute(db);
};
