import { timingSafeEqual } from 'node:crypto';
import plugin from 'fastify-plugin';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Deps } from '../deps.ts';
import { countUnsent } from '../mail/log.ts';
import { PageError } from './page-error.ts';

const isToken = (given: string | undefined, token: string) => {
  const expected = Buffer.from(`Bearer ${token}`);
  const actual = Buffer.from(given ?? '');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
};

/** `/metrics` for Prometheus, to who sends the token, and what it tells of. */
export default plugin(async (app, { db, token }: Pick<Deps, 'db'> & { token: string }) => {
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

  app.get('/metrics', { config: { access: 'everyone' } }, async (request, reply) => {
    if (!isToken(request.headers.authorization, token)) throw new PageError(404);
    return reply
      .header('cache-control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics());
  });
});
