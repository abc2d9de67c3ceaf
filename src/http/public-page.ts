import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import plugin from 'fastify-plugin';
import type { Deps } from '../deps.ts';
import { startOfMinute } from '../time.ts';
import { acceptsGzip, compress } from './gzip.ts';

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Answers with what is the same for everyone, made once for each state of the public content and each minute.
     * A matching `If-None-Match` gets 304 (RFC 9110, section 13.1.2).
     * @param key names the page and everything that it depends on
     */
    publicPage(key: string, make: () => Promise<string>, options?: PublicPageOptions): Promise<FastifyReply>;
  }
}

interface PublicPageOptions {
  contentType?: string;
  /** False where nothing in it changes with the time of day. */
  perMinute?: boolean;
  /** False where people can ask for endlessly many of these pages: each is made when asked for. */
  keep?: boolean;
}

interface Page {
  plain: Buffer;
  gzipped: Buffer;
  etag: string;
}

const HTML = 'text/html; charset=utf-8';

/** A weak validator (RFC 9110, section 8.8.1): the same for what is compressed and what is not. */
export const etagOf = (content: string | Buffer) =>
  `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;

/** A buffer of its own: one out of Node's pool would keep 64 kB in memory for as long as the page is kept. */
const alone = (bytes: string | Buffer) => {
  const own = Buffer.allocUnsafeSlow(Buffer.byteLength(bytes));
  if (typeof bytes === 'string') own.write(bytes);
  else bytes.copy(own);
  return own;
};

const ready = async (body: string): Promise<Page> => {
  const plain = alone(body);
  return { plain, gzipped: alone(await compress(plain)), etag: etagOf(plain) };
};

/** Whether an `If-None-Match` names this. */
export const isHeld = (ifNoneMatch: string | undefined, etag: string) =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch === etag || ifNoneMatch.split(/\s*,\s*/).some((one) => one === etag || one === '*'));

export default plugin(async (app, { content, clock }: Pick<Deps, 'content' | 'clock'>) => {
  app.decorateReply('publicPage', async function (this: FastifyReply, key, make, options = {}) {
    const { contentType = HTML, perMinute = true, keep = true } = options;
    const version = `${await content.version()} ${perMinute ? startOfMinute(clock.now()).epochMilliseconds : ''}`;
    const makePage = async () => ready(await make());
    const page = keep ? await content.keep(`page ${key}`, version, makePage) : await makePage();
    this.headers({ etag: page.etag, 'cache-control': 'public, no-cache', vary: 'accept-encoding' });
    if (isHeld(this.request.headers['if-none-match'], page.etag)) return this.code(304).send();
    this.type(contentType);
    if (!acceptsGzip(this.request)) return this.send(page.plain);
    return this.header('content-encoding', 'gzip').send(page.gzipped);
  });
});
