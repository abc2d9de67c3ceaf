import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { isDatabaseDown } from '../database-down.ts';
import { errorForLog } from '../error-for-log.ts';
import { minutesOf } from './forms.ts';
import { PageError } from './page-error.ts';

const statusOf = (error: FastifyError) => {
  if (isDatabaseDown(error)) return 503;
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 600 ? status : 500;
};

const PAGES = new Set([400, 404, 410, 413, 422, 429, 500, 503]);

/** The page of this very status, or the general one of its kind. */
const pageFor = (status: number) => {
  if (PAGES.has(status)) return status;
  return status >= 500 ? 500 : 400;
};

const inWords = (seconds: unknown) =>
  seconds && (Number(seconds) < 60 ? `${seconds} seconds` : minutesOf(Number(seconds)));

/** Every error becomes a page in plain words, with the request's id and nothing of what was sent. */
export default plugin(async (app) => {
  const show = (reply: FastifyReply, status: number, message?: string) => {
    reply.code(status).header('cache-control', 'no-store');
    if (status === 503) reply.header('retry-after', '5');
    return reply.page(`errors/${pageFor(status)}`, {
      message,
      retryAfter: inWords(reply.getHeader('retry-after')),
    });
  };

  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const status = statusOf(error);
    if (status >= 500) request.log.error({ err: errorForLog(error) }, 'request failed');
    return show(reply, status, error instanceof PageError ? error.message : undefined);
  });

  app.setNotFoundHandler((_request, reply) => show(reply, 404));
});
