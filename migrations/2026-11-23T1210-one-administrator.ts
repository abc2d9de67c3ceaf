import { type Kysely, sql } from 'kysely';

/** Once there is an administrator, there is always one. */
export const up = async (db: Kysely<unknown>) => {
  // Two at once wait for each other at the lock, and the second sees what the first has done.
  await sql`
    create function keep_an_administrator() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(7101);
      if not exists (select from coordinators where administrator and ended_at is null) then
        raise exception 'there must be an administrator'
          using errcode = 'check_violation', constraint = 'at_least_one_administrator';
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger at_least_one_administrator after update of administrator, ended_at on coordinators
    for each row when (old.administrator and old.ended_at is null and (not new.administrator or new.ended_at is not null))
    execute function keep_an_administrator()`.execute(db);
};
