import { type Kysely, sql } from 'kysely';

/**
 * Until when what each champion passed counts, by module: a fact about their records, kept beside them, so that
 * coordinators find the few who have to renew among a hundred thousand.
 */
export const up = async (db: Kysely<unknown>) => {
  // By champion: statuses of the champions of a page, each found without leaving the index.
  await sql`
    create table module_last_days (
      champion_id uuid not null references champions,
      module_id uuid not null references modules,
      last_day date,
      primary key (champion_id, module_id) include (last_day)
    )`.execute(db);
  // Who has to renew a module, and when: the matrix by status or days, and the forward view.
  await sql`
    create index module_last_days_by_day on module_last_days (module_id, last_day, champion_id)`.execute(db);

  await sql`
    create function last_day_of(passed_on date, expires_on date, validity_months integer) returns date
    language sql immutable
    return coalesce(expires_on, case when validity_months is null then 'infinity'::date
      else (passed_on + make_interval(months => validity_months))::date end)`.execute(db);
  await sql`
    create function refresh_last_days(of_module uuid) returns void language plpgsql as $$
    begin
      update module_last_days set last_day = null where module_id = of_module;
      insert into module_last_days (champion_id, module_id, last_day)
        select r.champion_id, r.module_id, max(last_day_of(r.passed_on, r.expires_on, m.validity_months))
        from training_records r join modules m on m.id = r.module_id
        where r.module_id = of_module and r.outcome = 'passed' and r.module_version >= m.counts_from_version
          and not exists (select from training_records successor where successor.supersedes = r.id)
        group by r.champion_id, r.module_id
        on conflict (champion_id, module_id) do update set last_day = excluded.last_day;
    end $$`.execute(db);

  // Who writes a record waits for a change of its module, and the other way round: neither misses the other.
  await sql`
    create function keep_last_day() returns trigger language plpgsql as $$
    declare
      terms record;
    begin
      select validity_months, counts_from_version into terms from modules where id = new.module_id for share;
      if new.supersedes is null then
        if new.module_version >= terms.counts_from_version then
          insert into module_last_days (champion_id, module_id, last_day)
          values (new.champion_id, new.module_id,
            last_day_of(new.passed_on, new.expires_on, terms.validity_months))
          on conflict (champion_id, module_id) do update
            set last_day = greatest(module_last_days.last_day, excluded.last_day);
        end if;
        return null;
      end if;
      -- Takes the row first: a pass that is written at the same time is seen, or waits.
      insert into module_last_days (champion_id, module_id) values (new.champion_id, new.module_id)
        on conflict (champion_id, module_id) do update set last_day = module_last_days.last_day;
      update module_last_days set last_day = (
        select max(last_day_of(r.passed_on, r.expires_on, terms.validity_months)) from training_records r
        where r.champion_id = new.champion_id and r.module_id = new.module_id and r.outcome = 'passed'
          and r.module_version >= terms.counts_from_version
          and not exists (select from training_records successor where successor.supersedes = r.id))
      where champion_id = new.champion_id and module_id = new.module_id;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger keep_last_day after insert on training_records
    for each row execute function keep_last_day()`.execute(db);
  await sql`
    create function keep_last_days() returns trigger language plpgsql as $$
    begin
      perform refresh_last_days(new.id);
      return null;
    end $$`.execute(db);
  await sql`
    create trigger keep_last_days after update of validity_months, counts_from_version on modules
    for each row when (
      old.validity_months is distinct from new.validity_months
      or old.counts_from_version <> new.counts_from_version)
    execute function keep_last_days()`.execute(db);
  await sql`select refresh_last_days(id) from modules`.execute(db);

  // The matrix of an area by name, page by page.
  await sql`
    create index champions_by_name on champions (area_id, lower(full_name), id)
    where state not in ('left', 'anonymised')`.execute(db);
  // The same of a neighbourhood.
  await sql`
    create index champions_of_a_neighbourhood_by_name on champions (neighbourhood_id, lower(full_name), id)
    where state not in ('left', 'anonymised')`.execute(db);
  // The same of those who do not go on for now: few among many.
  await sql`
    create index champions_at_rest_by_name on champions (area_id, lower(full_name), id)
    where state in ('signed up', 'awaiting guardian', 'paused', 'suspended', 'declined')`.execute(db);
};
