-- A city with 50 venues, events on each of them (the first half to come, the others over), 200 induction sessions.
-- Settings: bench.events.

create function bench_id(kind integer, n bigint) returns uuid language sql immutable
  return ('00000000-0000-7000-8' || lpad(kind::text, 3, '0') || '-' || lpad(n::text, 12, '0'))::uuid;

insert into programme (name, place, time_zone, contact_email, app_name, app_url) values
  ('Milton Keynes champions', 'Milton Keynes', 'Europe/London', 'hello@westand.example', 'The app', 'https://app.example/');

insert into areas values (bench_id(1, 1), 'milton-keynes', 'Milton Keynes');

insert into neighbourhoods
  select bench_id(2, n), bench_id(1, 1), 'neighbourhood-' || n, 'Neighbourhood ' || n from generate_series(1, 14) n;

insert into venues
  select bench_id(3, n), bench_id(2, 1 + n % 14), 'Library ' || n, n || ' High Street, Milton Keynes MK9 3HL',
    'Go through the front doors to the desk and ask for the meeting room. There is a lift, and seats close by.'
  from generate_series(1, 50) n;

insert into pitches select bench_id(4, n), bench_id(3, n), 'meeting room' from generate_series(1, 50) n;

insert into campaigns values (
  bench_id(5, 1), 'awareness-week', 'Awareness Week', 'A week to stand together.', '{WeStandTogether}',
  current_date, current_date + 7);

insert into events
  (id, slug, code, campaign_id, pitch_id, kind, title, summary, what_to_expect, run_by, starts_at, ends_at, state,
   cancelled_at, cancelled_reason)
  select bench_id(6, n), 'event-' || n, 'e' || lpad(n::text, 5, '0'), bench_id(5, 1), bench_id(4, 1 + n % 50),
    case n % 3 when 0 then 'stall' when 1 then 'talk' else 'drop-in' end,
    'Stall at library ' || n % 50,
    'Meet the people who stand up to hate crime in your city, and find out what you can do yourself.',
    'Friendly people, a few questions and a leaflet. Stay for a minute or for an hour, alone or with others.',
    'Thames Valley Police and friends',
    starts_at, starts_at + interval '4 hours',
    case when not to_come then 'closed' when n % 50 = 0 then 'cancelled' else 'published' end,
    case when to_come and n % 50 = 0 then now() end,
    case when to_come and n % 50 = 0 then 'The library is closed on that day.' end
  from generate_series(1, current_setting('bench.events')::int) n,
    lateral (select n <= current_setting('bench.events')::int / 2 as to_come) half,
    lateral (select date_trunc('day', now()) + interval '11 hours'
      + case when to_come then 1 + n / 50 else -60 - n / 50 end * interval '1 day' as starts_at) time;

insert into reporting_routes
  (id, position, emergency, name, what_for, phone, url, coverage, hours, source, source_url, check_by)
  select bench_id(7, n), n, n = 1, 'Route ' || n, 'To report something that has happened.', '101', null,
    'England and Wales', 'Day and night', 'Police.uk', 'https://www.police.uk/', current_date + 180
  from generate_series(1, 6) n;

insert into modules (id, slug, name, calendar_title, position, induction, validity_months) values
  (bench_id(8, 1), 'induction', 'Induction', 'First session', 1, true, null);

insert into sessions (id, module_id, pitch_id, online_url, starts_at, ends_at, capacity)
  select bench_id(9, n), bench_id(8, 1), case when n % 2 = 0 then bench_id(4, 1 + n % 50) end,
    case when n % 2 = 1 then 'https://meet.example/induction' end,
    starts_at, starts_at + interval '90 minutes', 1000000
  from generate_series(1, 200) n,
    lateral (select date_trunc('day', now()) + n * interval '1 day' + interval '18 hours' as starts_at) time;
