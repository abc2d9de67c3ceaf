import pg from 'pg';
import { type Bench, type Row, rateRow } from '../bench.ts';
import { load } from '../load.ts';
import { inTurns, median, medians } from '../measure.ts';
import { type Server, startProduct, startServer } from '../processes.ts';
import { deliveryRate, lastMessage, untilWarm } from '../sink.ts';
import { PAGES } from './pages.ts';

/** Enough for one measurement at the rate of this kind of machine; where it runs out sooner, the rate still holds. */
const ENOUGH_A_SECOND = 700;

const countQueued = async (client: pg.Client) => {
  const { rows } = await client.query(`select count(*)::int as count from messages where state = 'queued'`);
  return rows[0].count as number;
};

/** Lets people sign up until there is enough to send. */
const queueMessages = async ({ product, databaseUrl, seconds }: Bench) => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const paths = ['/events/event-7/join'];
  while ((await countQueued(client)) < ENOUGH_A_SECOND * (seconds + 3)) {
    await load({ url: product.url, paths, seconds: 4, connections: 32, signUps: true, expect: 303 });
  }
  await client.end();
};

/** The worker, or bare nodemailer in its place. */
interface Sender {
  prepare(): Promise<void>;
  start(): Promise<Server>;
}

/** Messages as the worker sends them beside bare nodemailer over the same pool, and pages asked for meanwhile. */
export const mail = async (bench: Bench): Promise<Row[]> => {
  const { product, sink, databaseUrl: DATABASE_URL, smtpUrl: SMTP_URL, seconds, times } = bench;
  const paths = Object.values(PAGES).flat();
  const pages = async () => (await load({ url: product.url, paths, seconds: seconds + 2 })).perSecond;

  const worker: Sender = {
    prepare: () => queueMessages(bench),
    start: () => startProduct({ DATABASE_URL, SMTP_URL, PROCESS: 'worker' }, '/healthz'),
  };
  const while_ = async <T>({ prepare, start }: Sender, work: () => Promise<T>) => {
    await prepare();
    const server = await start();
    try {
      await untilWarm(sink);
      return await work();
    } finally {
      await server.stop();
    }
  };
  const MESSAGE = await while_(worker, async () => JSON.stringify(await lastMessage(sink)));
  const bare: Sender = {
    prepare: async () => {},
    start: () => startServer('limits/mail.ts', { SMTP_URL, MESSAGE }),
  };

  const rate = () => deliveryRate(sink, seconds);
  /** Pages alone are asked for just before, so that a slow minute of the machine hits both. */
  const besidePages = async () => {
    await worker.prepare();
    const alone = await pages();
    const asked = await while_(worker, pages);
    return { asked, alone, kept: asked / alone };
  };
  const measured = await inTurns(times, {
    limit: () => while_(bare, rate),
    ours: () => while_(worker, rate),
    besidePages,
  });
  const { asked, alone, kept } = medians(measured.besidePages);
  return [
    rateRow('messages delivered, beside bare nodemailer', median(measured.ours), median(measured.limit), 0.8),
    rateRow('pages while messages are delivered, beside pages alone', asked, alone, 0.7, kept),
  ];
};
