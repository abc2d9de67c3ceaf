import { setTimeout as pause } from 'node:timers/promises';
import type { JobResult, JobWithMetadata } from 'pg-boss';
import type { BaseLogger } from 'pino';
import type { Config } from '../config.ts';
import type { Db } from '../db.ts';
import { QUEUES, type Queue } from '../jobs.ts';
import type { Templates } from '../templates.ts';
import type { Clock } from '../time.ts';
import { releaseHeld } from './in-order.ts';
import { requeueLostMessages } from './lost.ts';
import { renderer } from './render.ts';
import { openSender, type Sender } from './sender.ts';
import { openTransport } from './transport.ts';

export interface WorkerOptions {
  config: Config;
  db: Db;
  queue: Queue;
  clock: Clock;
  log: Pick<BaseLogger, 'info' | 'warn'>;
  templates: Templates;
  /** What else to tidy up now and then. */
  sweeps: ((db: Db, now: Temporal.Instant) => Promise<void>)[];
  /** What features have done here beside the sending of messages. */
  chores?: Chore[];
}

/** A queue of a feature's own, and what is done for each of its jobs; on a schedule, where it has one. */
export interface Chore {
  queue: string;
  every?: string;
  work(data: object): Promise<void>;
}

export interface Worker {
  /** Takes no further job, and waits for what is being sent; after six seconds that fails, and is tried again later. */
  stop(): Promise<void>;
}

/** Batches side by side, so that one message for which the server hangs holds up few others. */
const BATCHES = 4;
const BATCH_SIZE = 100;

const STOP_MS = 6_000;
const EVERY_TEN_MINUTES = '*/10 * * * *';

export type SendJob = JobWithMetadata<{ messageId: string }>;

/** Sends the messages of a batch of jobs, and says which jobs are done. */
export const sendJobs = async (sender: Sender, jobs: SendJob[]): Promise<JobResult[]> => {
  const tries = jobs.map(({ data, retryCount, retryLimit }) => ({
    messageId: data.messageId,
    last: retryCount >= retryLimit,
  }));
  const outcomes = await sender.send(tries);
  return jobs.map(({ id, data }) => {
    const outcome = outcomes.get(data.messageId);
    if (outcome?.state !== 'retrying') return { id, status: 'completed' };
    return { id, status: 'failed', output: { code: outcome.code } };
  });
};

/** Sends what is queued, and keeps the tables tidy, until it is stopped. */
export const startWorker = async (options: WorkerOptions): Promise<Worker> => {
  const { config, db, queue, clock, log, templates, sweeps, chores = [] } = options;
  const { boss } = queue;
  const transport = openTransport(config, db, clock);
  const sender = openSender(db, clock, log, renderer(config, templates), transport);

  await boss.work(
    QUEUES.sendMessage,
    {
      batchSize: BATCH_SIZE,
      localConcurrency: BATCHES,
      burstWhenBatchFull: true,
      pollingIntervalSeconds: 0.5,
      heartbeatRefreshSeconds: 5,
      includeMetadata: true,
      perJobResults: true,
    },
    async (jobs) => {
      const results = await sendJobs(sender, jobs as SendJob[]);
      await releaseHeld(db, queue);
      return results;
    },
  );

  await boss.work(QUEUES.sweep, async () => {
    const now = clock.now();
    for (const sweep of sweeps) await sweep(db, now);
    await releaseHeld(db, queue);
    await requeueLostMessages(db, queue, now);
  });
  await boss.schedule(QUEUES.sweep, EVERY_TEN_MINUTES);

  for (const { queue: name, every, work } of chores) {
    await boss.work(name, { heartbeatRefreshSeconds: 5 }, async ([job]) => work(job?.data ?? {}));
    if (every) await boss.schedule(name, every);
  }

  return {
    stop: async () => {
      sender.stop();
      const names = [QUEUES.sendMessage, QUEUES.sweep, ...chores.map((chore) => chore.queue)];
      const finished = Promise.all(names.map((name) => boss.offWork(name, { wait: true })));
      await Promise.race([finished, pause(STOP_MS, undefined, { ref: false })]);
      transport.close();
      await Promise.race([finished, pause(1_000, undefined, { ref: false })]);
    },
  };
};
