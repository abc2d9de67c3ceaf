import type { FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';

/** Who may use a route. */
export type Access = 'everyone' | 'champion';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** The signed-in champion's id; set on routes for champions. */
    championId: string;
  }
  interface FastifyInstance {
    /** Who may use each route: 'GET /me' → 'champion'. */
    accessByRoute: Map<string, Access>;
  }
}

const admitChampion = async (request: FastifyRequest, reply: FastifyReply) => {
  const championId = request.session?.get('championId');
  if (!championId) return reply.redirect('/sign-in', 303);
  request.championId = championId;
  reply.header('cache-control', 'no-store');
};

/** Holds every route to its declared access, and stops the boot over a route that declares none. */
export default plugin(async (app) => {
  app.decorateRequest('championId', '');
  const accessByRoute = new Map<string, Access>();
  app.decorate('accessByRoute', accessByRoute);
  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (!access) throw new Error(`${route.method} ${route.url} does not say who may use it.`);
    for (const method of [route.method].flat()) accessByRoute.set(`${method} ${route.url}`, access);
    if (access === 'champion') route.preHandler = [admitChampion, ...[route.preHandler ?? []].flat()];
  });
});
