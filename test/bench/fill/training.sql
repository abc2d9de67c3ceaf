-- Six modules, ten training records for each champion (three in a thousand have let the last module run out, the others
-- come to their last day evenly), and a coordinator of their area.
-- Settings: bench.champions.

update modules set mandatory_for = '{champion}' where id = bench_id(8, 1);
insert into modules
  (id, slug, name, calendar_title, position, validity_months, mandatory_for, ways)
  select bench_id(8, n), 'module-' || n, 'Module ' || n, 'Training session', n, validity, '{champion}', ways::text[]
  from (values (2, 24, '{e-learning}'), (3, 24, '{e-learning}'), (4, 36, '{in person}'), (5, null, '{in person}'),
    (6, 12, '{in person}')) as module (n, validity, ways);

alter table training_records disable trigger keep_last_day;
insert into training_records
  (id, champion_id, module_id, module_version, passed_on, source, recorded_at)
  select bench_id(31, champion * 12 + module * 2 + older), bench_id(20, champion), bench_id(8, module), 1,
    current_date - (
      case when module = 6 and champion % 333 = 0 then days + 20
        else (champion * 7919::bigint + module * 104729) % (days - 10) end
      + older * (days - 40))::int, 'import', now() - interval '20 days'
  from generate_series(1, current_setting('bench.champions')::int) champion,
    (values (1, 700, 0), (2, 730, 0), (2, 730, 1), (3, 730, 0), (3, 730, 1), (4, 1095, 0), (4, 1095, 1), (5, 700, 0),
      (6, 365, 0), (6, 365, 1)) as record (module, days, older);
alter table training_records enable trigger keep_last_day;
select refresh_last_days(id) from modules;

insert into coordinators (id, full_name, email, email_key, created_at) values
  (bench_id(30, 2), 'Tina Example', 'tina@example.org', 'tina@example.org', now());
insert into coordinator_areas values (bench_id(30, 2), bench_id(1, 1));
