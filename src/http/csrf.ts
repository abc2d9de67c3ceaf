import plugin from 'fastify-plugin';
import { PageError } from './page-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Takes writes that other sites start: what it does must need no cookie, and be harmless to have done twice. */
    fromAnywhere?: true;
  }
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a write that another site started: by `Sec-Fetch-Site`, or by `Origin` where a browser does not send that.
 * Source: W3C Fetch Metadata Request Headers, section 2.3; OWASP's CSRF prevention cheat sheet.
 */
export default plugin(async (app, { origin }: { origin: string }) => {
  app.addHook('onRequest', (request, _reply, done) => {
    if (SAFE.has(request.method) || request.routeOptions.config.fromAnywhere) return done();
    const site = request.headers['sec-fetch-site'];
    const ours = site === undefined ? request.headers.origin === origin : site === 'same-origin';
    done(ours ? undefined : new PageError(403, 'This came from another site, so we did not take it.'));
  });
});
