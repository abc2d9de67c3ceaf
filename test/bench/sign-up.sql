-- What the product sends to PostgreSQL for one sign-up of a new person who chooses a session, recorded by
-- `npm run bench`, in one transaction. Made anew by every run.
\set n random(1, 1000000000000000)
\set session random(1, 200)
begin;
select "version" from "public_version";
with asked as materialized (
    select asked.*,
      (select true from sign_ups where sign_ups.id = asked.id) is not null as is_replay,
      coalesce((select booked >= capacity from sessions where sessions.id = asked.session_id), false) as is_full
    from jsonb_to_recordset((E'[{"id"\x3a"' || bench_new_id(:n, 0) || E'","new_champion_id"\x3a"' || bench_new_id(:n, 1) || E'","email_key"\x3a"' || ('new-' || :n::text || '@example.org') || E'","state"\x3a"signed up","event_id"\x3a"00000000-0000-7000-8006-000000000007","session_id"\x3a"' || bench_id(9, :session) || E'","source"\x3a"link","updates_wording"\x3anull,"notice_version"\x3a"2026-11-23","made_at"\x3a"2026-11-28T23\x3a37\x3a11.562349121Z","full_name"\x3a"Person Number-7","email"\x3a"' || ('new-' || :n::text || '@example.org') || E'","phone"\x3anull,"age_band"\x3a"18+","neighbourhood_id"\x3anull}]')::jsonb::jsonb) as asked (
      id uuid, new_champion_id uuid, email_key text, state text, event_id uuid, session_id uuid, source text,
      updates_wording text, notice_version text, made_at timestamptz, full_name text, email text, phone text,
      age_band text, neighbourhood_id uuid)
    order by email_key
  ), champion as (
    insert into champions
      (id, email_key, state, created_at, area_id, full_name, email, phone, age_band, neighbourhood_id)
    select new_champion_id, email_key, state, made_at,
      -- Where they give no neighbourhood; for someone who is known already, area_of_sign_up sees to it.
      (select area_id from events where events.id = asked.event_id),
      full_name, email, phone, age_band, neighbourhood_id
    from asked where not is_replay and not is_full
    on conflict (email_key) where state not in ('left', 'anonymised') do update set email_key = excluded.email_key
    returning id, email_key, area_id, state, xmax = 0 as is_new
  ), sign_up as (
    insert into sign_ups
      (id, champion_id, event_id, source, session_id, updates_wording, notice_version, made_at,
        full_name, email, phone, age_band, neighbourhood_id)
    select asked.id, champion.id, event_id, source, session_id, updates_wording, notice_version, made_at,
      full_name, email, phone, age_band, neighbourhood_id
    from asked join champion using (email_key)
    on conflict (id) do nothing
    returning id
  )
  select asked.id, is_replay as "isReplay", is_full as "isFull", sign_up.id as "signUpId", champion.id as "championId",
    champion.area_id as "areaId", champion.state, champion.is_new as "isNew"
  from asked left join champion using (email_key) left join sign_up on sign_up.id = asked.id;
with "write_0" as (
    insert into "bookings" ("id", "session_id", "champion_id", "booked_at")
    select "id", "session_id", "champion_id", "booked_at" from jsonb_populate_recordset(null::"bookings", (E'[{"id"\x3a"' || bench_new_id(:n, 2) || E'","session_id"\x3a"' || bench_id(9, :session) || E'","champion_id"\x3a"' || bench_new_id(:n, 1) || E'","booked_at"\x3a"2026-11-28T23\x3a37\x3a11.562349121Z"}]')::jsonb::jsonb)
    ), "write_1" as (
    insert into "invites" ("id", "champion_id", "booking_id", "event_id", "told", "created_at")
    select "id", "champion_id", "booking_id", "event_id", "told", "created_at" from jsonb_populate_recordset(null::"invites", (E'[{"id"\x3a"' || bench_new_id(:n, 3) || E'","champion_id"\x3a"' || bench_new_id(:n, 1) || E'","booking_id"\x3a"' || bench_new_id(:n, 2) || E'","told"\x3a{"method"\x3a"REQUEST","title"\x3a"First session","startsAt"\x3a"2026-12-06T18\x3a00\x3a00Z","endsAt"\x3a"2026-12-06T19\x3a30\x3a00Z","location"\x3a"Library 9, meeting room, 9 High Street, Milton Keynes MK9 3HL"},"created_at"\x3a"2026-11-28T23\x3a37\x3a11.562349121Z"}]')::jsonb::jsonb)
    ), "write_2" as (
    insert into "sign_in_codes" ("id", "email", "email_key", "champion_id", "coordinator_id", "sign_up_id", "browser_hash", "created_at", "expires_at")
    select "id", "email", "email_key", "champion_id", "coordinator_id", "sign_up_id", "browser_hash", "created_at", "expires_at" from jsonb_populate_recordset(null::"sign_in_codes", (E'[{"id"\x3a"' || bench_new_id(:n, 4) || E'","email"\x3a"' || ('new-' || :n::text || '@example.org') || E'","email_key"\x3a"' || ('new-' || :n::text || '@example.org') || E'","champion_id"\x3a"' || bench_new_id(:n, 1) || E'","sign_up_id"\x3a"' || bench_new_id(:n, 0) || E'","browser_hash"\x3a"\\\\x0fa867a42c60d5a5893bb954e23da8ad6358eb064f163d5a65b730b4d1aca1dd","created_at"\x3a"2026-11-28T23\x3a37\x3a11.562349121Z","expires_at"\x3a"2026-11-28T23\x3a47\x3a11.562349121Z"}]')::jsonb::jsonb)
    
  on conflict (email_key) do update set id = excluded.id, email = excluded.email, champion_id = excluded.champion_id,
    coordinator_id = excluded.coordinator_id, browser_hash = excluded.browser_hash, tries = 0,
    created_at = excluded.created_at, expires_at = excluded.expires_at,
    sign_up_id = coalesce(excluded.sign_up_id, case
      when sign_in_codes.browser_hash = excluded.browser_hash then sign_in_codes.sign_up_id end)), "write_3" as (
    insert into "messages" ("id", "champion_id", "kind", "recipient", "data", "invite", "event_id", "area_id", "created_at")
    select "id", "champion_id", "kind", "recipient", "data", "invite", "event_id", "area_id", "created_at" from jsonb_populate_recordset(null::"messages", (E'[{"id"\x3a"' || bench_new_id(:n, 5) || E'","champion_id"\x3a"' || bench_new_id(:n, 1) || E'","kind"\x3a"sign-up","recipient"\x3a"' || ('new-' || :n::text || '@example.org') || E'","data"\x3a{"fullName"\x3a"Person Number-7","codeId"\x3a"' || bench_new_id(:n, 4) || E'","event"\x3a{"title"\x3a"Stall at library 7","when"\x3a"Sunday 29 November, 11am to 3pm","place"\x3a"Library 8, meeting room, 8 High Street, Milton Keynes MK9 3HL"},"awaitingGuardian"\x3afalse,"booking"\x3a{"title"\x3a"First session","when"\x3a"Sunday 6 December, 6pm to 7\x3a30pm","place"\x3a"Library 9, meeting room, 9 High Street, Milton Keynes MK9 3HL"}},"invite"\x3a{"uid"\x3a"' || bench_new_id(:n, 3) || E'@champions.example.org","sequence"\x3a0,"method"\x3a"REQUEST","title"\x3a"First session","startsAt"\x3a"2026-12-06T18\x3a00\x3a00Z","endsAt"\x3a"2026-12-06T19\x3a30\x3a00Z","location"\x3a"Library 9, meeting room, 9 High Street, Milton Keynes MK9 3HL","description"\x3a"See http\x3a//champions.example.org/me"},"area_id"\x3a"00000000-0000-7000-8001-000000000001","created_at"\x3a"2026-11-28T23\x3a37\x3a11.562349121Z"}]')::jsonb::jsonb)
    ) select 1 as "written";
INSERT INTO pgboss.job_common (
      id,
      name,
      data,
      priority,
      start_after,
      created_on,
      singleton_key,
      singleton_on,
      group_id,
      group_tier,
      expire_seconds,
      deletion_seconds,
      keep_until,
      retry_limit,
      retry_delay,
      retry_backoff,
      retry_delay_max,
      policy,
      dead_letter,
      heartbeat_seconds,
      blocked,
      blocking,
      pending_dependencies,
      trace_context
    )
    SELECT
      COALESCE(id, gen_random_uuid()) as id,
      'send-message' as name,
      data,
      COALESCE(priority, 0) as priority,
      j.start_after,
      pgboss.job_now() as created_on,
      "singletonKey",
      CASE
        
        WHEN "singletonSeconds" IS NOT NULL THEN 'epoch'::timestamp + '1s'::interval * ("singletonSeconds"::float8 * floor(( date_part('epoch', pgboss.job_now()) + COALESCE("singletonOffset",0)::float8) / "singletonSeconds"::float8 ))
        ELSE NULL
        END as singleton_on,
      "groupId" as group_id,
      "groupTier" as group_tier,
      COALESCE("expireInSeconds", q.expire_seconds, 900) as expire_seconds,
      COALESCE("deleteAfterSeconds", q.deletion_seconds, 604800) as deletion_seconds,
      j.start_after + (COALESCE("retentionSeconds", q.retention_seconds, 1209600) * interval '1s') as keep_until,
      COALESCE("retryLimit", q.retry_limit, 2) as retry_limit,
      COALESCE("retryDelay", q.retry_delay, 0) as retry_delay,
      COALESCE("retryBackoff", q.retry_backoff, false) as retry_backoff,
      COALESCE("retryDelayMax", q.retry_delay_max) as retry_delay_max,
      q.policy,
      COALESCE("deadLetter", q.dead_letter) as dead_letter,
      COALESCE("heartbeatSeconds", q.heartbeat_seconds) as heartbeat_seconds,
      COALESCE(blocked, false) as blocked,
      COALESCE(blocking, false) as blocking,
      COALESCE("pendingDependencies", 0) as pending_dependencies,
      "__traceContext" as trace_context
    FROM (
      SELECT *,
        CASE
          WHEN (right("startAfter", 1) = 'Z' OR "startAfter" ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN CAST("startAfter" as timestamp with time zone)
          ELSE pgboss.job_now() + CAST(COALESCE("startAfter",'0') as interval)
          END as start_after
      FROM json_to_recordset((E'[{"data"\x3a{"messageId"\x3a"' || bench_new_id(:n, 5) || E'"},"priority"\x3a0,"__traceContext"\x3anull}]')::text::text::json) as x (
        id uuid,
        priority integer,
        data jsonb,
        "startAfter" text,
        "retryLimit" integer,
        "retryDelay" integer,
        "retryDelayMax" integer,
        "retryBackoff" boolean,
        "singletonKey" text,
        "singletonSeconds" integer,
        "singletonOffset" integer,
        
        "groupId" text,
        "groupTier" text,
        "expireInSeconds" integer,
        "deleteAfterSeconds" integer,
        "retentionSeconds" integer,
        "deadLetter" text,
        "heartbeatSeconds" integer,
        blocked boolean,
        blocking boolean,
        "pendingDependencies" integer,
        "__traceContext" jsonb
      )
    ) j
    LEFT JOIN pgboss.queue q ON q.name = 'send-message'
    ON CONFLICT DO NOTHING;
commit;
