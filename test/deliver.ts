import PostalMime, { type Email } from 'postal-mime';
import type { Config } from '../src/config.ts';
import type { Db } from '../src/db.ts';
import { QUEUES, type Queue } from '../src/jobs.ts';
import { releaseHeld } from '../src/mail/in-order.ts';
import { renderer } from '../src/mail/render.ts';
import { openSender } from '../src/mail/sender.ts';
import { openTransport } from '../src/mail/transport.ts';
import { type SendJob, sendJobs } from '../src/mail/worker.ts';
import type { Templates } from '../src/templates.ts';
import type { Clock } from '../src/time.ts';

export const quiet = { info: () => {}, warn: () => {} };

export interface Delivered {
  id: string;
  raw: string;
  parsed: Email;
}

/**
 * Sends everything that is queued at this moment, as the worker does, and returns what came into the captured mailbox,
 * in the order in which it was queued.
 * @param early also sends what waits for another try at a later time
 */
export const deliverMail = async (
  app: { config: Config; db: Db; queue: Queue; clock: Clock; templates: Templates },
  { early = false } = {},
): Promise<Delivered[]> => {
  const { config, db, queue, clock, templates } = app;
  const transport = openTransport(config, db, clock);
  const sender = openSender(db, clock, quiet, renderer(config, templates), transport);
  const sent: string[] = [];
  do {
    const jobs = (await queue.boss.fetch<SendJob['data']>(QUEUES.sendMessage, {
      batchSize: 1_000,
      includeMetadata: true,
      ignoreStartAfter: early,
    })) as SendJob[];
    sent.push(...jobs.map(({ data }) => data.messageId));
    for (const { id, status, output } of await sendJobs(sender, jobs)) {
      await queue.boss[status === 'completed' ? 'complete' : 'fail'](QUEUES.sendMessage, id, output);
    }
  } while ((await releaseHeld(db, queue)) > 0);
  transport.close();
  if (sent.length === 0) return [];
  const captured = await db
    .selectFrom('captured_messages')
    .select(['message_id', 'raw'])
    .where('message_id', 'in', sent)
    .orderBy('message_id')
    .execute();
  return Promise.all(
    captured.map(async ({ message_id, raw }) => ({
      id: message_id,
      raw: Buffer.from(raw).toString('utf8'),
      parsed: await PostalMime.parse(raw),
    })),
  );
};
