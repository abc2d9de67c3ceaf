import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ms, type Row, underRow } from '../bench.ts';
import { inTurns, median } from '../measure.ts';
import { startProduct } from '../processes.ts';

/** From `npm start` to the first page, over the sample programme in the embedded database that a first start made. */
export const startUp = async ({ times }: { times: number }): Promise<Row[]> => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'westand-bench-start-'));
  const start = async () => {
    const started = await startProduct({ DATA_DIR, PROCESS: 'both' });
    await started.stop();
    return started.startedIn;
  };
  await start();
  const { second } = await inTurns(times, { second: start });
  await rm(DATA_DIR, { recursive: true });
  return [underRow('embedded: second start to the first page', median(second), 2_000, ms)];
};
