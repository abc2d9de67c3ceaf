import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.ts';
import { takeFlash } from '../http/notice.ts';
import { moduleRow } from './module-words.ts';
import { listModules } from './modules.ts';

const LIST = '/coordinate/training/modules';

/** Modules: coordinators see what is asked of whom, administrators change it. */
export default async (app: FastifyInstance, { db }: Deps) => {
  app.get(LIST, { config: { access: 'coordinator' } }, async (request, reply) =>
    reply.page('training/modules', {
      modules: (await listModules(db)).map(moduleRow),
      flash: takeFlash(request),
      coordinator: request.coordinator,
    }),
  );
};
