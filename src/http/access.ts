import type { FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import type { Coordinator } from '../accounts/coordinators.ts';
import type { Actor } from '../audit.ts';
import { PageError } from './page-error.ts';

/** Who may use a route. An administrator is a coordinator who may change the programme's settings too. */
export type Access = 'everyone' | 'champion' | 'coordinator' | 'administrator';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /**
     * For a coordinators' route that is open before the second factor was given in this session: `to give it`, or
     * `to add the first` while there is none.
     */
    withoutSecondFactor?: 'to give it' | 'to add the first';
  }
  interface FastifyRequest {
    /** The signed-in champion's id; set on routes for champions. */
    championId: string;
    /** The signed-in coordinator; set on routes for coordinators and administrators. */
    coordinator: Coordinator;
    /** For the audit: the signed-in coordinator, and this request. */
    actor(): Actor;
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

interface Options {
  findCoordinator(id: string): Promise<Coordinator | undefined>;
  /** Whether a coordinator without a second factor has to add one before anything else. */
  secondFactorNeeded: boolean;
}

/** Where a coordinator has to go before they may see this page; undefined where they may. */
const secondFactorFirst = (request: FastifyRequest, needed: boolean) => {
  const open = request.routeOptions.config.withoutSecondFactor;
  if (open === 'to give it') return undefined;
  if (request.coordinator.hasSecondFactor)
    return request.session.secondFactorAt ? undefined : '/sign-in/second-factor';
  return needed && !open ? '/coordinate/account/second-factor' : undefined;
};

/** Holds every route to its declared access, and stops the boot over a route that declares none. */
export default plugin(async (app, { findCoordinator, secondFactorNeeded }: Options) => {
  const admitCoordinator = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('cache-control', 'no-store');
    const { championId, coordinatorId } = request.session;
    const coordinator = coordinatorId ? await findCoordinator(coordinatorId) : undefined;
    if (!coordinator) {
      if (championId) throw new PageError(404);
      return reply.redirect('/sign-in', 303);
    }
    request.coordinator = coordinator;
    const first = secondFactorFirst(request, secondFactorNeeded);
    if (first) return reply.redirect(first, 303);
  };
  const admitAdministrator = async (request: FastifyRequest) => {
    if (!request.coordinator.administrator) throw new PageError(404);
  };
  const guards = {
    everyone: [],
    champion: [admitChampion],
    coordinator: [admitCoordinator],
    administrator: [admitCoordinator, admitAdministrator],
  };

  app.decorateRequest('championId', '');
  app.decorateRequest('coordinator');
  app.decorateRequest('actor', function (this: FastifyRequest) {
    return { coordinatorId: this.coordinator?.id ?? null, requestId: this.id };
  });
  const accessByRoute = new Map<string, Access>();
  app.decorate('accessByRoute', accessByRoute);
  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (!access) throw new Error(`${route.method} ${route.url} does not say who may use it.`);
    for (const method of [route.method].flat()) accessByRoute.set(`${method} ${route.url}`, access);
    route.preHandler = [...guards[access], ...[route.preHandler ?? []].flat()];
  });
});
