import { type Bench, type Row, rateRow } from '../bench.ts';
import { type Load, load } from '../load.ts';
import { inTurns, median } from '../measure.ts';
import { startServer } from '../processes.ts';
import { sizeOf } from './pages.ts';

const etagOf = async (url: string) => (await fetch(url)).headers.get('etag')!;

/** A page that asks for the etag again when it has moved on, as it does with the minute. */
const loadUnchanged = async (url: string, path: string, seconds: number) => {
  const again = async () =>
    load({
      url,
      paths: [path],
      seconds,
      headers: { 'if-none-match': await etagOf(url + path) },
      expect: 304,
    });
  return again().catch(again);
};

/** Pages and the calendar feed with a matching If-None-Match, and the whole feed, beside a static string. */
export const notModified = async ({ product, seconds, times }: Bench): Promise<Row[]> => {
  const feedSize = await sizeOf(`${product.url}/events.ics`);
  const bare = await startServer('limits/static.ts', { SIZES: String(feedSize) });
  const paths = ['/', '/events', '/events/event-7', '/events.ics'];
  const work: Record<string, () => Promise<Load>> = {
    limit: () => load({ url: bare.url, paths: ['/'], seconds }),
    ...Object.fromEntries(paths.map((path) => [path, () => loadUnchanged(product.url, path, seconds)])),
    wholeLimit: () => load({ url: bare.url, paths: [`/${feedSize}`], seconds }),
    whole: () => load({ url: product.url, paths: ['/events.ics'], seconds }),
  };
  const measured = await inTurns(times, work);
  await bare.stop();
  const rate = (name: string) => median(measured[name]!.map(({ perSecond }) => perSecond));
  const kilobytes = Math.round(feedSize / 1000);
  return [
    ...paths.map((path) =>
      rateRow(`${path} unchanged (304), beside a short string`, rate(path), rate('limit'), 0.4),
    ),
    rateRow(
      `/events.ics whole, beside a string of its ${kilobytes} kB`,
      rate('whole'),
      rate('wholeLimit'),
      0.3,
    ),
  ];
};
