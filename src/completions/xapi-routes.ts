import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Deps } from '../deps.ts';
import { checkApiKey, readBasic } from './api-keys.ts';
import { receiveStatements } from './receive.ts';
import { readStatements } from './statements.ts';

/** Part 3, section 3.3 of xAPI 1.0.3: both sides say which version they speak. */
const VERSION = '1.0.3';
const SPOKEN = /^1\.0(\.\d+)?$/;

const HALF_A_MEGABYTE = 512 * 1024;

/**
 * Takes completions from other learning systems, as an LRS takes statements: `POST /api/xapi/statements` with an API key
 * as `Authorization: Basic`, and the statements' ids as the answer. It says the same of people whom we know and do not.
 * Source: xAPI 1.0.3, part 3, section 2.1.2.
 */
export default async (app: FastifyInstance, { config, db, clock, content }: Deps) => {
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: HALF_A_MEGABYTE },
    app.getDefaultJsonParser('remove', 'remove'),
  );
  const refuse = (reply: FastifyReply, status: number, message: string) =>
    reply.code(status).header('x-experience-api-version', VERSION).send({ error: message });

  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) throw error;
    return refuse(reply, status, 'This is no JSON, or too much of it.');
  });

  app.post(
    '/api/xapi/statements',
    { config: { access: 'everyone', fromAnywhere: true }, bodyLimit: HALF_A_MEGABYTE },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const credentials = readBasic(request.headers.authorization);
      const now = clock.now();
      const keyId = credentials && (await checkApiKey(db, credentials, 'completions', now));
      if (!keyId) {
        const seconds = await request.tooManyTries('api key');
        if (seconds)
          return refuse(reply.header('retry-after', seconds), 429, 'Too many tries with a wrong key.');
        return refuse(reply.header('www-authenticate', 'Basic realm="xAPI"'), 401, 'This needs a key.');
      }
      const version = String(request.headers['x-experience-api-version'] ?? '');
      if (!SPOKEN.test(version)) return refuse(reply, 400, 'Send X-Experience-API-Version: 1.0.3.');
      const read = readStatements(request.body, { publicUrl: config.publicUrl, now });
      if ('problem' in read) return refuse(reply, 400, read.problem);
      const { timeZone } = await content.programme();
      await receiveStatements(db, read.statements, { keyId, publicUrl: config.publicUrl, timeZone, now });
      return reply.header('x-experience-api-version', VERSION).send(read.statements.map(({ id }) => id));
    },
  );
};
