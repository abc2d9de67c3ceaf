-- What the product sends to PostgreSQL for one sign-up of a new person who chooses a session, recorded by
-- `npm run bench`, in one transaction. Made anew by every run.
\set n random(1, 1000000000000000)
\set session random(1, 200)
begin;
select "version" from "public_version";
select "id" from "sessions" where "id" = (bench_id(9, :session))::uuid and "booked" >= "capacity";
insert into "champions" ("id", "email_key", "state", "created_at", "area_id", "full_name", "email", "phone", "age_band", "neighbourhood_id") values ((bench_new_id(:n, 0))::uuid, (('new-' || :n::text || '@example.org'))::text, E'signed up'::text, E'2026-12-01T04\x3a43\x3a27.74687793Z'::timestamp with time zone, (select "area_id" from "events" where "id" = E'00000000-0000-7000-8006-000000000007'::uuid), E'Person Number-7'::text, (('new-' || :n::text || '@example.org'))::text, null::text, E'18+'::text, null::uuid) on conflict ("email_key") where state not in ('left', 'anonymised') do update set "email_key" = "excluded"."email_key" returning "id", "area_id" as "areaId", "state", xmax = 0 as "isNew";
insert into "sign_ups" ("id", "champion_id", "event_id", "session_id", "source", "updates_wording", "notice_version", "made_at", "full_name", "email", "phone", "age_band", "neighbourhood_id") values ((bench_new_id(:n, 1))::uuid, (bench_new_id(:n, 0))::uuid, E'00000000-0000-7000-8006-000000000007'::uuid, (bench_id(9, :session))::uuid, E'link'::text, null::text, E'2026-11-23'::text, E'2026-12-01T04\x3a43\x3a27.74687793Z'::timestamp with time zone, E'Person Number-7'::text, (('new-' || :n::text || '@example.org'))::text, null::text, E'18+'::text, null::uuid) on conflict ("id") do nothing returning "id";
insert into "bookings" ("id", "session_id", "champion_id", "booked_at") values ((bench_new_id(:n, 2))::uuid, (bench_id(9, :session))::uuid, (bench_new_id(:n, 0))::uuid, E'2026-12-01T04\x3a43\x3a27.74687793Z'::timestamp with time zone);
insert into "invites" ("id", "champion_id", "booking_id", "told", "created_at") values ((bench_new_id(:n, 3))::uuid, (bench_new_id(:n, 0))::uuid, (bench_new_id(:n, 2))::uuid, E'{"method"\x3a"REQUEST","title"\x3a"First session","startsAt"\x3a"2026-12-09T18\x3a00\x3a00Z","endsAt"\x3a"2026-12-09T19\x3a30\x3a00Z","location"\x3a"Library 9, meeting room, 9 High Street, Milton Keynes MK9 3HL"}'::jsonb, E'2026-12-01T04\x3a43\x3a27.74687793Z'::timestamp with time zone);
insert into "sign_in_codes" ("id", "email", "email_key", "champion_id", "sign_up_id", "browser_hash", "created_at", "expires_at") values ((bench_new_id(:n, 4))::uuid, (('new-' || :n::text || '@example.org'))::text, (('new-' || :n::text || '@example.org'))::text, (bench_new_id(:n, 0))::uuid, (bench_new_id(:n, 1))::uuid, sha256(:n::text::bytea), E'2026-12-01T04\x3a43\x3a27.74687793Z'::timestamp with time zone, E'2026-12-01T04\x3a53\x3a27.74687793Z'::timestamp with time zone) on conflict ("email_key") do update set "id" = "excluded"."id", "email" = "excluded"."email", "champion_id" = "excluded"."champion_id", "coordinator_id" = "excluded"."coordinator_id", "sign_up_id" = coalesce(excluded.sign_up_id, case
  when sign_in_codes.browser_hash = excluded.browser_hash then sign_in_codes.sign_up_id end), "browser_hash" = "excluded"."browser_hash", "tries" = E'0'::integer, "created_at" = "excluded"."created_at", "expires_at" = "excluded"."expires_at";
insert into "messages" ("id", "champion_id", "kind", "recipient", "data", "invite", "area_id", "created_at") values ((bench_new_id(:n, 5))::uuid, (bench_new_id(:n, 0))::uuid, E'sign-up'::text, (('new-' || :n::text || '@example.org'))::text, (E'{"fullName"\x3a"Person Number-7","codeId"\x3a"' || bench_new_id(:n, 4) || E'","event"\x3a{"title"\x3a"Stall at library 7","when"\x3a"Wednesday 2 December, 11am to 3pm","place"\x3a"Library 8, meeting room, 8 High Street, Milton Keynes MK9 3HL"},"awaitingGuardian"\x3afalse,"booking"\x3a{"title"\x3a"First session","when"\x3a"Wednesday 9 December, 6pm to 7\x3a30pm","place"\x3a"Library 9, meeting room, 9 High Street, Milton Keynes MK9 3HL"}}')::jsonb, (E'{"uid"\x3a"' || bench_new_id(:n, 3) || E'@champions.example.org","sequence"\x3a0,"method"\x3a"REQUEST","title"\x3a"First session","startsAt"\x3a"2026-12-09T18\x3a00\x3a00Z","endsAt"\x3a"2026-12-09T19\x3a30\x3a00Z","location"\x3a"Library 9, meeting room, 9 High Street, Milton Keynes MK9 3HL","description"\x3a"See http\x3a//champions.example.org/me"}')::jsonb, E'00000000-0000-7000-8001-000000000001'::uuid, E'2026-12-01T04\x3a43\x3a27.74687793Z'::timestamp with time zone);
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
