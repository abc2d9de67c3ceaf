import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.ts';

/** Where coordinators start. */
export default async (app: FastifyInstance, _deps: Deps) => {
  app.get('/coordinate', { config: { access: 'coordinator' } }, async (request, reply) =>
    reply.page('coordinate/home', { nav: 'coordinate', coordinator: request.coordinator }),
  );
};
