import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.ts';
import { overview } from './overview.ts';

/** Where coordinators start. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  app.get('/coordinate', { config: { access: 'coordinator' } }, async (request, reply) => {
    const { coordinator } = request;
    const { timeZone } = await content.programme();
    const shown = await overview(db, coordinator, timeZone, clock.now());
    return reply.page('coordinate/home', { coordinator, ...shown });
  });
};
