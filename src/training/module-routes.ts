import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.ts';
import { takeFlash } from '../http/notice.ts';
import { listKeptModules } from './kept-modules.ts';
import { moduleRow } from './module-words.ts';

/** Modules: coordinators see what is asked of whom, administrators change it. */
export default async (app: FastifyInstance, { db }: Deps) => {
  app.get('/coordinate/training/modules', { config: { access: 'coordinator' } }, async (request, reply) => {
    const modules = (await listKeptModules(db)).map((module) => ({
      ...moduleRow(module),
      retired: module.closedAt !== null,
    }));
    return reply.page('training/modules', {
      modules,
      flash: takeFlash(request),
      coordinator: request.coordinator,
    });
  });
};
