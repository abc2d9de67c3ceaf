import { type Kysely, sql } from 'kysely';

/**
 * Looks at the champion by id alone. With its conditions in the update, PostgreSQL went through `champions_at_rest_by_name`
 * (everyone who has just signed up) for each new sign-up once its plan was made while there were few.
 */
export const up = async (db: Kysely<unknown>) => {
  await sql`
    create or replace function area_of_sign_up() returns trigger language plpgsql as $$
    declare
      champion record;
    begin
      select area_id, state into champion from champions where id = new.champion_id;
      if champion.area_id is null and champion.state in ('signed up', 'awaiting guardian') then
        update champions set area_id = (select area_id from events where id = new.event_id)
        where id = new.champion_id;
      end if;
      return null;
    end $$`.execute(db);
};
