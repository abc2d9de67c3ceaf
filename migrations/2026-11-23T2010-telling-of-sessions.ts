import { type Kysely, sql } from 'kysely';

/** Those who hold a place at a session are told what has changed, as those of an event are. */
export const up = async (db: Kysely<unknown>) => {
  // The joining link is not in calendars any more; that alone is no news, so those who had it are not told.
  await sql`
    update invites set told = (
      select jsonb_build_object(
        'method', case when invites.cancelled_at is null then 'REQUEST' else 'CANCEL' end,
        'title', m.calendar_title,
        'startsAt', to_char(s.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'endsAt', to_char(s.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'location', coalesce(nullif(concat_ws(', ', v.name, p.name, v.address), ''), 'Online'))
      from bookings b join sessions s on s.id = b.session_id join modules m on m.id = s.module_id
        left join pitches p on p.id = s.pitch_id left join venues v on v.id = p.venue_id
      where b.id = invites.booking_id)
    where booking_id is not null`.execute(db);
  await sql`alter table invites drop constraint told_of_an_event, alter column told set not null`.execute(db);

  await sql`
    create table session_tellings (
      session_id uuid primary key references sessions on delete cascade,
      due_at timestamptz not null
    )`.execute(db);
  // What is on at a pitch: tellMoved.
  await sql`create index sessions_at_a_pitch on sessions (pitch_id, ends_at) where pitch_id is not null`.execute(
    db,
  );
  // The sweep of tellings that no job took up.
  await sql`create index session_tellings_in_time on session_tellings (due_at)`.execute(db);
};
