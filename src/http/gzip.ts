import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';

/** Compresses off the main thread. Its length tells nothing (BREACH): a page with what was typed answers our own forms only. */
export const compress: (text: string | Buffer) => Promise<Buffer> = promisify(gzip);

export const acceptsGzip = ({ headers }: FastifyRequest) =>
  /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
