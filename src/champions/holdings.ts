import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';

/** Something dated that a person has said they will be at. */
export interface Holding {
  kind: 'session' | 'event' | 'lead';
  /** The session's or the event's. */
  id: string;
  title: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
}

/**
 * What a champion holds between two instants, the first to begin first: the sessions they are booked on, the events that
 * they said they come to, and those that they lead. A place that they wait for, or that is only offered, is not held;
 * nor is what was put off or cancelled.
 */
export const whatTheyHold = async (
  db: Db | Trx,
  championId: string,
  { from, until }: { from: Temporal.Instant; until: Temporal.Instant },
): Promise<Holding[]> => {
  const { rows } = await sql<Holding>`
    select 'session' as kind, s.id, m.name as title, s.starts_at as "startsAt", s.ends_at as "endsAt"
    from bookings b join sessions s on s.id = b.session_id join modules m on m.id = s.module_id
    where b.champion_id = ${championId} and b.state <> 'withdrawn' and b.state in ('booked', 'attended', 'passed')
      and s.state = 'scheduled' and s.starts_at < ${until} and s.ends_at > ${from}
    union all
    select 'event', e.id, e.title, e.starts_at, e.ends_at
    from champions c join attendances a on a.email_key = c.email_key join events e on e.id = a.event_id
    where c.id = ${championId} and a.state = 'booked' and e.state in ('published', 'live')
      and e.starts_at < ${until} and e.ends_at > ${from}
    union all
    select 'lead', e.id, e.title, e.starts_at, e.ends_at
    from events e
    where e.lead_id = ${championId} and e.state not in ('postponed', 'cancelled', 'closed', 'reported')
      and e.starts_at < ${until} and e.ends_at > ${from}
    order by 4, 1, 2`.execute(db);
  return rows;
};

/** Whether two stretches of time have a moment in common; one may begin as the other ends. */
export const overlaps = (
  a: { startsAt: Temporal.Instant; endsAt: Temporal.Instant },
  b: { startsAt: Temporal.Instant; endsAt: Temporal.Instant },
) => Temporal.Instant.compare(a.startsAt, b.endsAt) < 0 && Temporal.Instant.compare(b.startsAt, a.endsAt) < 0;
