import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { fromKysely, fromPglite, PgBoss, type QueueOptions } from 'pg-boss';
import type { Database, Trx } from './db.ts';

/** Every queue there is. */
export const QUEUES = {
  sendMessage: 'send-message',
  sweep: 'sweep',
  tellHolders: 'tell-holders',
  remind: 'remind',
  expandBroadcast: 'expand-broadcast',
  tellSession: 'tell-session',
  training: 'training',
  renewals: 'renewals',
} as const;

/** The first pause before a refused message is tried again, and the longest. */
const PAUSE_SECONDS = 10;
const LONGEST_PAUSE_SECONDS = 4 * 3600;

/**
 * Pauses double from 10 seconds to 4 hours, each between a half and the whole of that (pg-boss's jitter):
 * with this many they add up to 72 hours at the least, 78 at the most.
 */
const RETRIES = 29;

const HEARTBEAT_SECONDS = 20;
const TRIED_AGAIN = {
  retryLimit: 10,
  retryDelay: PAUSE_SECONDS,
  retryBackoff: true,
  heartbeatSeconds: HEARTBEAT_SECONDS,
};
const TRIED_ONCE = { retryLimit: 0, heartbeatSeconds: HEARTBEAT_SECONDS };

/** No NOTIFY: it takes one lock for all of PostgreSQL at commit, so sign-ups would flush to disk one by one. */
const OPTIONS: Record<(typeof QUEUES)[keyof typeof QUEUES], QueueOptions> = {
  'send-message': {
    ...TRIED_AGAIN,
    retryLimit: RETRIES,
    retryDelayMax: LONGEST_PAUSE_SECONDS,
    expireInSeconds: 300,
    deleteAfterSeconds: 3600,
  },
  sweep: { retryLimit: 0 },
  'tell-holders': TRIED_AGAIN,
  remind: TRIED_ONCE,
  'expand-broadcast': TRIED_AGAIN,
  'tell-session': TRIED_AGAIN,
  training: TRIED_ONCE,
  renewals: { ...TRIED_ONCE, retryLimit: 3, retryDelay: PAUSE_SECONDS },
};

/** Makes the queues that are missing, and gives the others the options of this release. */
const makeQueues = async (boss: PgBoss) => {
  const there = new Map((await boss.getQueues(Object.keys(OPTIONS))).map((queue) => [queue.name, queue]));
  for (const [name, options] of Object.entries(OPTIONS)) {
    const queue = there.get(name);
    if (!queue) await boss.createQueue(name, options);
    else if (Object.entries(options).some(([option, value]) => queue[option as keyof QueueOptions] !== value))
      await boss.updateQueue(name, options);
  }
};

export interface Queue {
  boss: PgBoss;
  /**
   * Adds a job in the transaction of what it follows from: it exists if, and only if, that commits.
   * @param after when it may begin; at once without it
   */
  enqueue(trx: Trx, queue: string, data: object, after?: Temporal.Instant): Promise<void>;
  /**
   * The same for many jobs at once.
   * @param priority below 0 for what may wait until the others are done
   */
  enqueueAll(trx: Trx, queue: string, data: object[], priority?: number): Promise<void>;
  isReady(): Promise<boolean>;
  stop(): Promise<void>;
}

const { TIMESTAMPTZ } = pg.types.builtins;

/** pg-boss reads and writes instants as dates, unlike our own queries. */
const WITH_DATES = {
  parsers: { [TIMESTAMPTZ]: (text: string) => new Date(text) },
  serializers: { [TIMESTAMPTZ]: (at: string | Date) => (at instanceof Date ? at.toISOString() : at) },
};

const withDates = (pglite: PGlite): Parameters<typeof fromPglite>[0] => ({
  query: (text, values) => pglite.query(text, values, WITH_DATES),
  exec: (text) => pglite.exec(text, WITH_DATES),
});

/**
 * Opens pg-boss over the same database, and makes its schema and our queues where they are missing.
 * @param role `worker` also looks after the queues (expiry, retries, clean-up)
 */
export const openQueue = async (
  { pool, pglite }: Database,
  role: 'web' | 'worker',
  onError: (error: Error) => void,
): Promise<Queue> => {
  const boss = new PgBoss({
    ...(pglite
      ? { db: fromPglite(withDates(pglite)), backend: 'pglite' as const }
      : { connectionString: pool!.options.connectionString!, max: 4 }),
    schema: 'pgboss',
    // Nobody asks which processes there are, and at each start the embedded database takes a tenth of a second to tell.
    registerInstance: false,
    supervise: role === 'worker',
    schedule: role === 'worker',
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
  });
  boss.on('error', onError);
  try {
    await boss.start();
    await makeQueues(boss);
  } catch (error) {
    // What of it runs by then would go on.
    await boss.stop({ graceful: false }).catch(onError);
    throw error;
  }
  return {
    boss,
    enqueueAll: async (trx, queue, data, priority = 0) => {
      const jobs = data.map((one) => ({ data: one, priority }));
      await boss.insert(queue, jobs, { db: fromKysely(trx) });
    },
    enqueue: async (trx, queue, data, after) => {
      await boss.send(queue, data, {
        db: fromKysely(trx),
        ...(after ? { startAfter: after.toString() } : {}),
      });
    },
    isReady: async () => (await boss.getQueue(QUEUES.sendMessage)) !== null,
    stop: () => boss.stop({ graceful: true, timeout: 8_000 }),
  };
};
