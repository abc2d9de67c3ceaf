import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.ts';

/** A coordinator's own account. */
export default async (app: FastifyInstance, _deps: Deps) => {
  app.get('/coordinate/account', { config: { access: 'coordinator' } }, async (request, reply) => {
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    return reply.page('accounts/account', {
      coordinator: request.coordinator,
      flash: notice && { type: 'success', text: notice },
    });
  });
};
