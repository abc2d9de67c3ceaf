import { sql } from 'kysely';
import type { Db } from '../../src/db.ts';

/** Pauses of a queue as long as a test can wait, after each start anew: the rest of it is as the product makes it. */
export const hurry = async (db: Db, queue: string) => {
  await sql`
    create function hurry() returns trigger language plpgsql as $$
    begin new.retry_delay = 1; new.retry_delay_max = 2; new.heartbeat_seconds = 10; return new; end $$`.execute(
    db,
  );
  await sql`
    create trigger hurry before update on pgboss.queue for each row when (new.name = ${sql.lit(queue)})
    execute function hurry()`.execute(db);
  await sql`update pgboss.queue set name = name where name = ${queue}`.execute(db);
};
