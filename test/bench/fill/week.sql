-- Another area: a week of 200 stalls over 40 pitches from Monday 14 October 2030, with as many in each
-- of ten around it, and a coordinator.

insert into areas values (bench_id(1, 2), 'week', 'Week');
insert into neighbourhoods values (bench_id(2, 100), bench_id(1, 2), 'week', 'Week');
insert into venues (id, neighbourhood_id, name, address, directions)
  select bench_id(3, 1000 + n), bench_id(2, 100), 'Shopping centre ' || n, n || ' High Street', 'By the main doors.'
  from generate_series(1, 10) n;
insert into pitches (id, venue_id, name)
  select bench_id(4, 1000 + n), bench_id(3, 1001 + n % 10), 'pitch ' || n from generate_series(0, 39) n;

insert into events
  (id, slug, code, campaign_id, pitch_id, kind, title, summary, what_to_expect, run_by, starts_at, ends_at, state)
  select bench_id(6, 1000000 + n), 'week-' || n, 'w' || lpad(n::text, 6, '0'), bench_id(5, 1), bench_id(4, 1000 + n % 40), 'stall',
    'Stall at shopping centre ' || n % 40, 'Come and say hello.', 'Friendly people.', 'Friends',
    starts_at, starts_at + interval '4 hours', case n % 2 when 0 then 'ready' else 'draft' end
  from generate_series(0, 2199) n,
    lateral (select timestamptz '2030-09-09 11:00 Europe/London' + n / 200 * interval '7 days' + n % 200 / 40 * interval '1 day'
      as starts_at) time;

insert into coordinators (id, full_name, email, email_key, created_at) values
  (bench_id(30, 1), 'Carol Example', 'carol@example.org', 'carol@example.org', now());
insert into coordinator_areas values (bench_id(30, 1), bench_id(1, 2));
