import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from '../db.ts';

/**
 * Whom a message is for: all who hold a place at an event, or at a campaign's events, in these areas. Of an event that is
 * cancelled: those who held one then.
 */
export interface Audience {
  eventId: string | null;
  campaignId: string | null;
  areaIds: string[];
  /** News goes only to those who asked for it; what is about their place goes to all. */
  purpose: 'service' | 'news';
}

export interface Recipient {
  key: string;
  email: string;
  fullName: string;
  championId: string | null;
  consentId: string | null;
  areaId: string;
}

/** A place as it stands, or as it stood when its event was cancelled for all; of that there is no news. */
const isHeld = ({ eventId, purpose }: Audience) => {
  if (!eventId || purpose === 'news') return sql`i.cancelled_at is null and e.state <> 'cancelled'`;
  return sql`(i.cancelled_at is null or i.cancelled_at is not null and i.cancelled_at >= e.cancelled_at)`;
};

/**
 * The one place that says who gets a message: each address once, however many places it holds. The consent is read
 * with it, so whoever withdraws it before the messages are written gets none.
 */
const recipientsOf = (audience: Audience): RawBuilder<unknown> => sql`
  select distinct on (coalesce(c.email_key, a.email_key)) coalesce(c.email_key, a.email_key) as key,
    coalesce(c.email, a.email) as email, coalesce(c.full_name, a.full_name) as "fullName", c.id as "championId",
    o.id as "consentId", e.area_id as "areaId"
  from invites i
    join events e on e.id = i.event_id
    left join champions c on c.id = i.champion_id and c.state not in ('left', 'anonymised')
    left join attendances a on a.id = i.attendance_id and a.state = 'booked'
    left join consents o on o.champion_id = c.id and o.purpose = 'news' and o.channel = 'email'
      and o.withdrawn_at is null
  where ${isHeld(audience)} and e.area_id = any(${audience.areaIds}::uuid[]) and num_nonnulls(c.id, a.id) = 1
    and ${audience.eventId ? sql`i.event_id = ${audience.eventId}` : sql`e.campaign_id = ${audience.campaignId}`}
    and ${audience.purpose === 'news' ? sql`o.id is not null` : sql`true`}
  order by coalesce(c.email_key, a.email_key), c.id nulls last, i.id`;

/** How many people a message would go to now. */
export const countAudience = async (db: Db, audience: Audience): Promise<number> => {
  const { rows } = await sql<{ people: number }>`
    select count(*)::integer as people from (${recipientsOf(audience)}) as recipient`.execute(db);
  return rows[0]?.people ?? 0;
};

/** Those of an audience to whom no message of this broadcast was written yet. */
export const nextRecipients = async (trx: Trx, audience: Audience, broadcastId: string, limit: number) => {
  const { rows } = await sql<Recipient>`
    select recipient.* from (${recipientsOf(audience)}) as recipient
    where not exists (
      select from messages m where m.broadcast_id = ${broadcastId} and lower(m.recipient) = recipient.key)
    order by recipient.key limit ${limit}`.execute(trx);
  return rows;
};
