-- Champions, each with the sign-up they began with, every fourth with a booking and its invite, and messages sent to them.
-- Settings: bench.champions, bench.messages.

insert into champions
  (id, email, email_key, full_name, age_band, neighbourhood_id, state, confirmed_at, created_at)
  select bench_id(20, n), 'person-' || n || '@example.org', 'person-' || n || '@example.org', 'Person Number-' || n, '18+',
    bench_id(2, 1 + n % 14), 'confirmed', now() - interval '20 days', now() - interval '21 days'
  from generate_series(1, current_setting('bench.champions')::int) n;

insert into sign_ups
  (id, champion_id, event_id, source, session_id, full_name, email, age_band, neighbourhood_id, notice_version, made_at)
  select bench_id(21, n), bench_id(20, n), bench_id(6, 1 + n % 100), 'qr', bench_id(9, 1 + n % 200),
    'Person Number-' || n, 'person-' || n || '@example.org', '18+', bench_id(2, 1 + n % 14), '2026-11',
    now() - interval '21 days'
  from generate_series(1, current_setting('bench.champions')::int) n;

alter table bookings disable trigger count_bookings;
insert into bookings (id, session_id, champion_id, booked_at)
  select bench_id(22, n), bench_id(9, 1 + n / 4 % 200), bench_id(20, n), now() - interval '21 days'
  from generate_series(4, current_setting('bench.champions')::int, 4) n;
alter table bookings enable trigger count_bookings;
update sessions set booked = (select count(*) from bookings where session_id = sessions.id);

insert into invites (id, champion_id, booking_id, told)
  select bench_id(23, n), bench_id(20, n), bench_id(22, n), jsonb_build_object('method', 'REQUEST',
    'title', 'First session', 'startsAt', s.starts_at, 'endsAt', s.ends_at, 'location', 'Online')
  from generate_series(4, current_setting('bench.champions')::int, 4) n
    join sessions s on s.id = bench_id(9, 1 + n / 4 % 200);

insert into messages (id, champion_id, kind, recipient, data, state, attempts, created_at, sent_at)
  select bench_id(24, n), champion.id, 'sign-in', champion.email,
    jsonb_build_object('codeId', bench_id(25, n)), 'sent', 1, now() - interval '20 days', now() - interval '20 days'
  from generate_series(1, current_setting('bench.messages')::int) n
    join champions champion on champion.id = bench_id(20, 1 + n % current_setting('bench.champions')::int);
