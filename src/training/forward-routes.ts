import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.ts';
import { readForward } from './forward.ts';
import { forwardPage } from './forward-page.ts';
import { findPlaces } from './matrix-places.ts';
import { listModules } from './modules.ts';

/** What runs out in the weeks to come, and which sessions to add: numbers only, no names. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  app.get('/coordinate/training/forward', { config: { access: 'coordinator' } }, async (request, reply) => {
    const { timeZone } = await content.programme();
    const now = clock.now();
    const day = now.toZonedDateTimeISO(timeZone).toPlainDate();
    const { areaIds } = request.coordinator;
    const [modules, places] = await Promise.all([listModules(db), findPlaces(db, areaIds)]);
    const forward = await readForward(db, areaIds, { modules, day, timeZone, now });
    return reply.page('training/forward', {
      ...forwardPage(forward, modules, places, day),
      coordinator: request.coordinator,
    });
  });
};
