import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type Row, rateRow } from '../bench.ts';
import { fillEmbedded } from '../fill/fill.ts';
import { load } from '../load.ts';
import { inTurns, medians } from '../measure.ts';
import { startProduct, startServer } from '../processes.ts';
import { EVENT_PAGES, sizeOf } from './pages.ts';

const SIZES = { champions: 1_000, events: 2_000, messages: 1_000 };

/** The embedded database: an event's page and the sign-up beside bare PGlite. */
export const embedded = async ({ statements, seconds, times }: Bench): Promise<Row[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'westand-bench-embedded-'));
  const [DATA_DIR, bareDir, recording] = ['ours', 'bare', 'statements.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await fillEmbedded(DATA_DIR, SIZES);
  await cp(DATA_DIR, bareDir, { recursive: true });
  await writeFile(recording, JSON.stringify(statements));

  const product = await startProduct({ DATA_DIR });
  const size = await sizeOf(product.url + EVENT_PAGES[0]);
  const bare = await startServer('limits/embedded.ts', {
    DATA_DIR: bareDir,
    STATEMENTS: recording,
    SIZES: String(size),
  });
  const signUps = { seconds, connections: 32, signUps: true, expect: 303 };
  const measured = await inTurns(times, {
    pageLimit: () => load({ url: bare.url, paths: [`/${size}`], seconds }),
    page: () => load({ url: product.url, paths: EVENT_PAGES, seconds }),
    signUpLimit: () => load({ url: bare.url, paths: ['/sign-up'], ...signUps }),
    signUp: () => load({ url: product.url, paths: ['/events/event-7/join'], ...signUps }),
  });
  await Promise.all([bare.stop(), product.stop()]);
  await rm(folder, { recursive: true });
  const rate = (name: keyof typeof measured) => medians(measured[name]).perSecond;
  return [
    rateRow('embedded: event page, beside bare PGlite', rate('page'), rate('pageLimit'), 0.8),
    rateRow('embedded: sign-up, beside bare PGlite', rate('signUp'), rate('signUpLimit'), 0.5),
  ];
};
