import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';
import { nextRecipients } from './audience.ts';
import { findAbout } from './targets.ts';

const BATCH = 500;

/** Behind what people wait for: a code to sign in with overtakes five thousand of these. */
const PRIORITY = -10;

const findSent = (trx: Trx, id: string) =>
  trx
    .selectFrom('broadcasts')
    .selectAll()
    .where('id', '=', id)
    .where('sent_at', 'is not', null)
    .where('expanded_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();

/** Writes the messages and jobs of up to 500 people in one transaction; false once there are no more. */
const expandBatch = async (trx: Trx, queue: Queue, id: string, timeZone: string, now: Temporal.Instant) => {
  const broadcast = await findSent(trx, id);
  if (!broadcast) return false;
  const { event_id: eventId, campaign_id: campaignId, area_ids: areaIds, purpose, subject, body } = broadcast;
  const recipients = await nextRecipients(trx, { eventId, campaignId, areaIds, purpose }, id, BATCH);
  const news = purpose === 'news';
  const about = await findAbout(trx, eventId, timeZone, now);
  const rows = recipients.map(({ email, fullName, championId, consentId, areaId }) => ({
    id: randomUUIDv7(),
    champion_id: championId,
    recipient: email,
    area_id: areaId,
    consent_id: news ? consentId : null,
    data: { fullName, ...(news ? { consentId } : {}) },
  }));
  const shared = JSON.stringify({ subject, body, news, ...about });
  const { rows: written } = await sql<{ id: string }>`
    insert into messages
      (id, champion_id, kind, recipient, data, created_at, area_id, event_id, broadcast_id, consent_id)
    select r.id, r.champion_id, 'broadcast', r.recipient, ${shared}::jsonb || r.data, ${now}::timestamptz, r.area_id,
      ${eventId}::uuid, ${id}::uuid, r.consent_id
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (id uuid, champion_id uuid, recipient text, area_id uuid, consent_id uuid, data jsonb)
    on conflict do nothing
    returning id`.execute(trx);
  await queue.enqueueAll(
    trx,
    QUEUES.sendMessage,
    written.map((row) => ({ messageId: row.id })),
    PRIORITY,
  );
  if (recipients.length === BATCH) return true;
  await trx.updateTable('broadcasts').set({ expanded_at: now }).where('id', '=', id).execute();
  return false;
};

/**
 * Writes one message for each person that a broadcast is for, in batches, so that thousands hold up nobody. Running it
 * again, or twice at once, goes on where it stood: nobody gets two.
 */
export const expandBroadcast = async (db: Db, queue: Queue, id: string, now: Temporal.Instant) => {
  const { time_zone: timeZone } = await db
    .selectFrom('programme')
    .select('time_zone')
    .executeTakeFirstOrThrow();
  for (let more = true; more; )
    more = await db.transaction().execute((trx) => expandBatch(trx, queue, id, timeZone, now));
};

/** Goes on with what was sent and is not all written: its job may have been lost. */
export const expandOverdue = async (db: Db, queue: Queue, now: Temporal.Instant) => {
  const overdue = await db
    .selectFrom('broadcasts')
    .select('id')
    .where('sent_at', '<', now.subtract({ minutes: 10 }))
    .where('expanded_at', 'is', null)
    .execute();
  for (const { id } of overdue) await expandBroadcast(db, queue, id, now);
};
