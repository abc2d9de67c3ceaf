import type { FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { FRESH_MINUTES } from '../accounts/fresh-code.ts';
import type { Deps } from '../deps.ts';

const FRESH_MS = FRESH_MINUTES * 60_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Only for those who typed a fresh code sent to their address a moment ago: the others type one first, and then
     * find themselves on this page.
     */
    fresh?: string;
    /** With `fresh`: a coordinator who has no second factor yet may count the code that they signed in with. */
    freshFromSignIn?: boolean;
  }
}

/** Holds the routes that declare `fresh` to it, after who may use them at all. */
export default plugin(async (app, { clock }: Pick<Deps, 'clock'>) => {
  app.addHook('onRoute', (route) => {
    const { access, fresh, freshFromSignIn } = route.config ?? {};
    if (!fresh) return;
    const check = access === 'champion' ? '/me/check' : '/coordinate/account/check';
    const untilOf = ({ session, coordinator }: FastifyRequest) => {
      const bySignIn = freshFromSignIn && !coordinator.hasSecondFactor;
      return Math.max(session.freshUntil ?? 0, bySignIn ? (session.signedInAt ?? 0) + FRESH_MS : 0);
    };
    const guard = async (request: FastifyRequest, reply: FastifyReply) => {
      if (untilOf(request) > clock.now().epochMilliseconds) return;
      const { session } = request;
      session.afterCheck = fresh;
      return reply.redirect(check, 303);
    };
    route.preHandler = [...[route.preHandler ?? []].flat(), guard];
  });
});
