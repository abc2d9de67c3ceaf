import { timingSafeEqual } from 'node:crypto';
import plugin from 'fastify-plugin';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Deps } from '../deps.ts';
import { countUnsent } from '../mail/log.ts';
import { isMigrated } from '../migrations.ts';
import { PageError } from './page-error.ts';

const isToken = (given: string | undefined, token: string) => {
  const expected = Buffer.from(`Bearer ${token}`);
  const actual = Buffer.from(given ?? '');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
};

/** `/healthz`: the process answers. `/readyz`: so do the database, its migrations and the queue. `/metrics`: Prometheus. */
export default plugin(async (app, { config, db, queue }: Deps) => {
  const open = { access: 'everyone' } as const;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from request to response',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  new Gauge({
    name: 'messages_unsent',
    help: 'Messages that are not sent, by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { state, count } of await countUnsent(db)) this.set({ state }, count);
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    duration.observe(
      { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  });

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

  app.get('/metrics', { config: open }, async (request, reply) => {
    if (!config.metricsToken || !isToken(request.headers.authorization, config.metricsToken))
      throw new PageError(404);
    return reply
      .header('cache-control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics());
  });
});
