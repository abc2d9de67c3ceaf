import plugin from 'fastify-plugin';
import type { Deps } from '../deps.ts';
import { isMigrated } from '../migrations.ts';

/** `/healthz`: the process answers. `/readyz`: so do the database, its migrations and the queue. */
export default plugin(async (app, { db, queue }: Deps) => {
  const open = { access: 'everyone' } as const;

  app.get('/healthz', { config: open }, async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { alive: true };
  });

  app.get('/readyz', { config: open }, async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    const [migrated, queued] = await Promise.all([
      isMigrated(db).catch(() => false),
      queue.isReady().catch(() => false),
    ]);
    return reply.code(migrated && queued ? 200 : 503).send({ database: migrated, queue: queued });
  });
});
