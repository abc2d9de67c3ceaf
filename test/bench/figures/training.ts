import { type Bench, ms, perSecond, type Row, underRow } from '../bench.ts';
import { championId } from '../fill/fill.ts';
import { load } from '../load.ts';
import { median } from '../measure.ts';
import { signedIn } from '../sign-in.ts';

const MATRIX = '/coordinate/training/matrix';
const RARE = 'module=module-6&status=expired';

const p99 = async ({ product, seconds, times }: Bench, path: string, cookie: string, connections: number) => {
  const measured: number[] = [];
  for (let time = 0; time < times; time++) {
    const { p99 } = await load({
      url: product.url,
      paths: [path],
      headers: { cookie },
      seconds,
      connections,
    });
    measured.push(p99);
  }
  return median(measured);
};

/** Champions a second in the whole file. */
const fileRate = async ({ product }: Bench, cookie: string) => {
  const started = performance.now();
  const response = await fetch(`${product.url}${MATRIX}.csv`, { headers: { cookie } });
  const lines = (await response.text()).split('\r\n').length - 2;
  return { lines, rate: (lines / (performance.now() - started)) * 1000 };
};

/** Their own page for a champion; the matrix, its file and the forward view for a coordinator of all champions. */
export const training = async (bench: Bench): Promise<Row[]> => {
  const hers = await signedIn(bench, 'tina@example.org');
  const theirs = await signedIn(bench, 'person-7@example.org');
  const deep = `${MATRIX}?after=${championId(Math.ceil(bench.sizes.champions * 0.9))}`;
  const pages: [what: string, path: string, cookie: string, connections: number, under: number][] = [
    ['/me p99 at 8 connections', '/me', theirs, 8, 200],
    ['the training matrix, first page: p99 at 8 connections', MATRIX, hers, 8, 200],
    ['the matrix, a page deep down: p99 at 8 connections', deep, hers, 8, 200],
    ['the matrix by a rare status: p99 at 8 connections', `${MATRIX}?${RARE}`, hers, 8, 200],
    ['what runs out: p99 at 1 connection', '/coordinate/training/forward', hers, 1, 1_000],
  ];
  const rows: Row[] = [];
  for (const [what, path, cookie, connections, under] of pages)
    rows.push(underRow(what, await p99(bench, path, cookie, connections), under, ms));
  const { lines, rate } = await fileRate(bench, hers);
  rows.push({
    what: `the matrix as a file of ${lines.toLocaleString('en-GB')} champions`,
    ours: perSecond(rate),
    limit: '',
    goal: 'at least 2,000/s',
    met: rate >= 2_000,
  });
  return rows;
};
