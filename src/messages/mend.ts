import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { Queue } from '../jobs.ts';
import { enqueueMessages } from '../mail/messages.ts';
import type { MessageState } from '../schema.ts';

interface Mending {
  id: string;
  areaIds: string[];
  now: Temporal.Instant;
}

interface Unsent {
  state: MessageState;
  areaId: string;
  /** Where it would go now. */
  recipient: string;
  hasLeft: boolean;
  noConsent: boolean;
  refused: boolean;
  outOfDate: boolean;
}

const lockMessage = async (trx: Trx, id: string, areaIds: string[]) => {
  const { rows } = await sql<Unsent>`
    select m.state, m.area_id as "areaId", coalesce(c.email, m.recipient) as recipient,
      m.champion_id is not null and m.kind <> 'left' and c.id is null as "hasLeft",
      exists (select from consents o where o.id = m.consent_id and o.withdrawn_at is not null) as "noConsent",
      exists (select from suppressed_addresses s where s.email_key = lower(coalesce(c.email, m.recipient))) as refused,
      exists (select from messages n where (n.champion_id = m.champion_id or n.event_id = m.event_id)
        and n.invite ->> 'uid' = m.invite ->> 'uid' and n.id > m.id) as "outOfDate"
    from messages m left join champions c on c.id = m.champion_id and c.state not in ('left', 'anonymised')
    where m.id = ${id} and m.area_id = any(${areaIds}::uuid[])
    for update of m`.execute(trx);
  return rows[0];
};

type NotAgain = 'unknown' | 'on its way' | 'left' | 'no consent' | 'no mailbox' | 'out of date' | 'has it';

const whyNot = (message: Unsent | undefined): NotAgain | undefined => {
  if (!message) return 'unknown';
  if (message.state !== 'failed' && message.state !== 'suppressed') return 'on its way';
  if (message.hasLeft) return 'left';
  if (message.noConsent) return 'no consent';
  if (message.outOfDate) return 'out of date';
  return message.refused ? 'no mailbox' : undefined;
};

const isSecondOfBroadcast = (error: unknown) =>
  (error as { constraint?: string } | undefined)?.constraint === 'one_message_of_a_broadcast';

/**
 * Sends a message again that failed or was held back, to the address that the person has now. It is the same row, so
 * the same `Message-ID`: no server ever took it. A second call changes nothing.
 */
export const sendAgain = async (
  db: Db,
  queue: Queue,
  actor: Actor,
  { id, areaIds, now }: Mending,
): Promise<'queued' | { refused: NotAgain }> => {
  try {
    return await db.transaction().execute(async (trx) => {
      const message = await lockMessage(trx, id, areaIds);
      const refused = whyNot(message);
      if (refused) return { refused };
      const { recipient, areaId } = message!;
      await trx
        .updateTable('messages')
        .set({ state: 'queued', attempts: 0, last_error: null, recipient, created_at: now })
        .where('id', '=', id)
        .execute();
      await enqueueMessages(trx, queue, [id]);
      await audit(trx, actor, { action: 'send again', subjectKind: 'message', subjectId: id, areaId }, now);
      return 'queued' as const;
    });
  } catch (error) {
    if (isSecondOfBroadcast(error)) return { refused: 'has it' };
    throw error;
  }
};

/** What the person said on the phone. */
export const MAILBOX_ANSWERS = ['works', 'corrected'] as const;
export type MailboxAnswer = (typeof MAILBOX_ANSWERS)[number];

/** Lets messages go again to an address that was refused for good; to be called once the person has said that it works. */
export const trustAddress = (
  db: Db,
  actor: Actor,
  { id, areaIds, now }: Mending,
  answer: MailboxAnswer,
): Promise<'trusted' | { refused: 'unknown' }> =>
  db.transaction().execute(async (trx) => {
    const message = await lockMessage(trx, id, areaIds);
    if (!message) return { refused: 'unknown' };
    const key = message.recipient.toLowerCase();
    await trx.deleteFrom('suppressed_addresses').where('email_key', '=', key).execute();
    const entry = { action: 'trust address', subjectKind: 'message', subjectId: id, details: { answer } };
    await audit(trx, actor, { ...entry, areaId: message.areaId }, now);
    return 'trusted';
  });
