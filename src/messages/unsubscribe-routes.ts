import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findConsent, withdrawConsent } from '../champions/confirm.ts';
import type { Deps } from '../deps.ts';
import { PageError } from '../http/page-error.ts';
import { readUnsubscribeToken } from '../mail/unsubscribe.ts';

/**
 * Turns news off from the message itself, signed in or not. Mail services post here for a person who pressed their
 * button (RFC 8058): from another site, without a cookie, in either form encoding, and they follow no redirect. What the
 * token may do is said at `unsubscribeToken`. Opening the address only shows a button: mail scanners open every link.
 */
export default async (app: FastifyInstance, { config, db, clock }: Deps) => {
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (_request, _body, done) =>
    done(null),
  );
  const consentOf = (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
      'referrer-policy': 'same-origin',
    });
    const { token } = request.params as { token: string };
    const consentId = readUnsubscribeToken(token, config.sessionSecret);
    if (!consentId) throw new PageError(404);
    return consentId;
  };

  const show = (reply: FastifyReply, consent: Awaited<ReturnType<typeof findConsent>>) => {
    if (!consent) throw new PageError(404);
    return reply.page('messages/unsubscribe', { ...consent, canonicalUrl: undefined });
  };

  app.get('/unsubscribe/:token', { config: { access: 'everyone' } }, async (request, reply) =>
    show(reply, await findConsent(db, consentOf(request, reply))),
  );

  app.post(
    '/unsubscribe/:token',
    { config: { access: 'everyone', fromAnywhere: true } },
    async (request, reply) => show(reply, await withdrawConsent(db, consentOf(request, reply), clock.now())),
  );
};
