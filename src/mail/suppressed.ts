import { sql } from 'kysely';
import type { Db } from '../db.ts';

/** How often such a message still goes to an address that was given up: who mends their mailbox must be able to come back. */
const PROBE_EVERY = { hours: 24 };

/** Messages that a person waits for, with a code or the answer to what they have just asked. */
const ASKED_FOR = ['sign-in', 'sign-up', 'already-signed-up', 'account-code', 'coming', 'waiting'];

const anyOf = (ids: string[]) => sql`any(${ids}::uuid[])`;

/**
 * Takes out of a batch what must not be sent: to an address that was refused for good, or news without its consent.
 * What a person has just asked for goes to such an address once a day all the same. Whether a message is sent meanwhile
 * is told by sent_at: by its state PostgreSQL would look at all that are unsent for each.
 * @returns the messages that try such an address once more
 */
export const holdBack = async (db: Db, ids: string[], now: Temporal.Instant): Promise<Set<string>> => {
  const { rows } = await sql<{ id: string; state: string }>`
    with batch as materialized (
      select id, kind, state, attempts, recipient, consent_id from messages where id = ${anyOf(ids)}
    ), concerned as (
      select m.id, s.email_key, m.kind = any(${ASKED_FOR}::text[]) and c.id is null
          and (m.attempts > 0 or s.tried_at <= ${now.subtract(PROBE_EVERY)}::timestamptz) as probe,
        case when c.id is not null then 'no consent' else s.reason end as reason
      from batch m
        left join suppressed_addresses s on s.email_key = lower(m.recipient)
        left join consents c on c.id = m.consent_id and c.withdrawn_at is not null
      where m.state in ('queued', 'sending', 'retrying') and (s.email_key is not null or c.id is not null)
    ), probed as (
      update suppressed_addresses s set tried_at = ${now}::timestamptz from concerned
      where concerned.probe and s.email_key = concerned.email_key
    ), held as (
      update messages m set state = 'suppressed', last_error = concerned.reason from concerned
      where not concerned.probe and m.id = concerned.id and m.sent_at is null
    )
    select id from concerned where probe`.execute(db);
  return new Set(rows.map(({ id }) => id));
};

/** Remembers that the recipients of these messages have no mailbox, with the mail server's code. */
export const suppressRecipients = async (
  db: Db,
  refused: { id: string; code: string | null }[],
  now: Temporal.Instant,
) => {
  for (const { id, code } of refused) {
    await sql`
      insert into suppressed_addresses (email_key, reason, since, tried_at, message_id)
      select lower(recipient), ${code ?? 'unknown'}::text, ${now}::timestamptz, ${now}::timestamptz, id from messages where id = ${id}
      on conflict (email_key) do update set reason = excluded.reason, tried_at = excluded.tried_at`.execute(
      db,
    );
  }
};

/** For so long after the last try an address is not written to. */
const KEPT_HOURS = 365 * 24;

/** Forgets addresses that were refused long ago. */
export const sweepSuppressed = async (db: Db, now: Temporal.Instant) => {
  await db
    .deleteFrom('suppressed_addresses')
    .where('tried_at', '<', now.subtract({ hours: KEPT_HOURS }))
    .execute();
};

/** Forgets that the recipients of these messages could not be reached. */
export const liftRecipients = async (db: Db, messageIds: string[]) => {
  if (messageIds.length === 0) return;
  await sql`
    delete from suppressed_addresses where email_key in (
      select lower(recipient) from messages where id = ${anyOf(messageIds)})`.execute(db);
};
