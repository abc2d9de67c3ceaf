import type { FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import type { Deps } from '../deps.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Only for those who typed a fresh code sent to their address a moment ago: the others type one first, and then
     * find themselves on this page.
     */
    fresh?: string;
  }
}

/** Holds the routes that declare `fresh` to it, after who may use them at all. */
export default plugin(async (app, { clock }: Pick<Deps, 'clock'>) => {
  app.addHook('onRoute', (route) => {
    const { access, fresh } = route.config ?? {};
    if (!fresh) return;
    const check = access === 'champion' ? '/me/check' : '/coordinate/account/check';
    const guard = async ({ session }: FastifyRequest, reply: FastifyReply) => {
      if ((session.freshUntil ?? 0) > clock.now().epochMilliseconds) return;
      session.afterCheck = fresh;
      return reply.redirect(check, 303);
    };
    route.preHandler = [...[route.preHandler ?? []].flat(), guard];
  });
});
