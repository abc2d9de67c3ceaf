import { get } from 'node:http';
import { type Bench, kB, type Row, underRow } from '../bench.ts';

const LIMIT = 60_000;

/** The bytes of a body as they come over the wire to a browser. */
const fetchRaw = (url: string) =>
  new Promise<Buffer>((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip, deflate, br' } }, (response) => {
      const chunks: Buffer[] = [];
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => resolve(Buffer.concat(chunks)));
    }).on('error', reject);
  });

const BLOCKING = /<script(?![^>]*\s(type="module"|defer|async)[\s>])/;
const LOADED = [
  /<link[^>]+rel="(?:stylesheet|preload|icon|modulepreload)"[^>]*>/g,
  /<(?:script|img)[^>]+src="[^"]+"[^>]*>/g,
];

/** What a browser fetches with a page: styles, scripts, pictures, and the fonts that the page preloads. */
const filesOf = (html: string) =>
  new Set(
    LOADED.flatMap((pattern) => html.match(pattern) ?? [])
      .map((tag) => /(?:href|src)="([^"]+)"/.exec(tag)?.[1])
      .filter((path) => path?.startsWith('/')),
  );

const weigh = async (url: string, path: string) => {
  const html = await (await fetch(url + path)).text();
  const files = [path, ...filesOf(html)];
  const bodies = await Promise.all(files.map((file) => fetchRaw(url + file)));
  return {
    bytes: bodies.reduce((sum, body) => sum + body.length, 0),
    files: files.length,
    blocks: BLOCKING.test(html),
  };
};

/** What a first visit loads: the page, compressed, and all that it needs. */
export const pageWeight = async ({ product }: Bench): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const path of ['/', '/events/event-7', '/events/event-7/join']) {
    const { bytes, files, blocks } = await weigh(product.url, path);
    const row = underRow(`first visit to ${path}: ${files} files, compressed`, bytes, LIMIT, kB);
    rows.push({ ...row, goal: `${row.goal}, no blocking script`, met: row.met && !blocks });
  }
  return rows;
};
