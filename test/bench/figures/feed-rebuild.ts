import pg from 'pg';
import { type Bench, ms, type Row } from '../bench.ts';
import { median } from '../measure.ts';
import { runProgram } from '../processes.ts';

/** How much longer another request may take while the calendar is written anew. */
const PATIENCE_MS = 8;
const REBUILDS = 12;
const SECONDS = 1.5;

interface Waits {
  worst: number;
}

/** The longest wait for the smallest page while nothing else goes on, and while the whole feed is written anew. */
export const feedRebuild = async ({ product, databaseUrl }: Bench): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const still: number[] = [];
  const rebuilding: number[] = [];
  const probe = (rebuild: boolean) =>
    runProgram<Waits>('probe-program.ts', { url: product.url, seconds: SECONDS, rebuild });
  for (let turn = 0; turn < REBUILDS; turn++) {
    still.push((await probe(false)).worst);
    await client.query(`update events set updated_at = now()`);
    rebuilding.push((await probe(true)).worst);
  }
  await client.end();
  const [before, during] = [median(still), median(rebuilding)];
  return [
    {
      what: 'longest wait while all of /events.ics is written anew, beside without',
      ours: ms(during),
      limit: ms(before),
      goal: `at most ${PATIENCE_MS} ms more`,
      met: during - before <= PATIENCE_MS,
    },
  ];
};
