import { type Bench, ms, type Row, rateRow } from '../bench.ts';
import { load } from '../load.ts';
import { inTurns, medians } from '../measure.ts';
import { startServer } from '../processes.ts';

/** The event page is not one page: people look at many. */
export const EVENT_PAGES = Array.from({ length: 200 }, (_, n) => `/events/event-${n + 1}`);
export const PAGES: Record<string, string[]> = {
  '/': ['/'],
  '/events': ['/events'],
  '/events/:slug': EVENT_PAGES,
};

export const sizeOf = async (url: string) => {
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  return (await response.arrayBuffer()).byteLength;
};

const pageRows = async ({ product, databaseUrl, seconds, times }: Bench, what: string, paths: string[]) => {
  const size = await sizeOf(product.url + paths[0]);
  const bare = await startServer('limits/pages.ts', { DATABASE_URL: databaseUrl, SIZES: String(size) });
  const limitSize = await sizeOf(`${bare.url}/${size}`);
  if (limitSize !== size) throw new Error(`The limit's page has ${limitSize} bytes, ours ${size}`);
  const { limit, ours } = await inTurns(times, {
    limit: () => load({ url: bare.url, paths: [`/${size}`], seconds }),
    ours: () => load({ url: product.url, paths, seconds }),
  });
  await bare.stop();
  const [l, o] = [medians(limit), medians(ours)];
  const rate = rateRow(
    `${what} signed out, ${size.toLocaleString('en-GB')} bytes`,
    o.perSecond,
    l.perSecond,
    3,
  );
  const slowest: Row = {
    what: `${what} p99 at 64 connections`,
    ours: ms(o.p99),
    limit: ms(l.p99),
    ratio: o.p99 / l.p99,
    goal: 'under 2 of it',
    met: o.p99 < 2 * l.p99,
  };
  return [rate, slowest];
};

/** Public pages beside bare Fastify, one SELECT of 30 rows and one compiled page of the same size. */
export const pages = async (bench: Bench): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const [what, paths] of Object.entries(PAGES)) rows.push(...(await pageRows(bench, what, paths)));
  return rows;
};
