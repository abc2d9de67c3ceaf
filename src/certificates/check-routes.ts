import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import { typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { checkCertificate } from './check.ts';
import { readCode } from './code.ts';

/** What anyone with a certificate's code may ask: whether it is valid, now. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const open = { config: { access: 'everyone' } } as const;

  const quietly = (reply: FastifyReply) =>
    reply.headers({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });

  const holdUp = async (request: FastifyRequest, reply: FastifyReply) => {
    const wait = await request.tooManyTries('certificate');
    if (!wait) return;
    reply.header('retry-after', wait);
    throw new PageError(429);
  };

  app.get('/certificates', open, (_request, reply) => quietly(reply).page('certificates/check'));

  app.post('/certificates', open, async (request, reply) => {
    const typed = typedValues(request).code ?? '';
    const code = readCode(typed);
    if (code) return reply.redirect(`/certificates/${code}`, 303);
    if (typed.trim()) {
      await holdUp(request, reply);
      return quietly(reply.code(404)).page('certificates/unknown');
    }
    const errors = { code: 'Enter the code from the certificate' };
    return quietly(reply.code(422)).page('certificates/check', { errors });
  });

  app.get<{ Params: { code: string } }>('/certificates/:code', open, async (request, reply) => {
    quietly(reply);
    await holdUp(request, reply);
    // What can be no code is looked for too: it takes as long as a code that is unknown.
    const code = readCode(request.params.code) ?? '';
    const { timeZone } = await content.programme();
    const found = await checkCertificate(db, code, { timeZone, now: clock.now() });
    if (!found) return reply.code(404).page('certificates/unknown');
    return reply.page('certificates/show', found);
  });
};
