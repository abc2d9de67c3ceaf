import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { maskedAddress } from '../email-address.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The hash of this browser's own random token, to which codes are bound; undefined before it has one. */
    browserHash(): Buffer | undefined;
    /** The masked address to which this browser last asked for a code. */
    sentTo(): string | undefined;
  }
  interface FastifyReply {
    /** Gives this browser a token where it has none, and returns its hash. */
    knowBrowser(): Buffer;
    /** Keeps the masked address in the browser, so that the next page names it whatever the database knows of it. */
    keepSentTo(email: string): void;
  }
}

const hashOf = (token: string) => createHash('sha256').update(token).digest();

const LOOKS_LIKE_A_TOKEN = /^[\w-]{43}$/;

/** A random token in a cookie tells browsers apart before anyone has signed in; the database holds its hash. */
export default plugin(async (app, { secure }: { secure: boolean }) => {
  const prefix = secure ? '__Host-' : '';
  const name = `${prefix}browser`;
  const sentTo = `${prefix}sent-to`;
  const options = { secure, httpOnly: true, sameSite: 'lax', path: '/' } as const;
  const tokenOf = (request: FastifyRequest) => {
    const token = request.cookies[name];
    return token && LOOKS_LIKE_A_TOKEN.test(token) ? token : undefined;
  };
  app.decorateRequest('browserHash', function (this: FastifyRequest) {
    const token = tokenOf(this);
    return token ? hashOf(token) : undefined;
  });
  app.decorateReply('knowBrowser', function (this: FastifyReply) {
    const known = tokenOf(this.request);
    if (known) return hashOf(known);
    const token = randomBytes(32).toString('base64url');
    this.header('cache-control', 'no-store').setCookie(name, token, { ...options, maxAge: 24 * 3600 });
    return hashOf(token);
  });
  app.decorateRequest('sentTo', function (this: FastifyRequest) {
    return this.cookies[sentTo];
  });
  app.decorateReply('keepSentTo', function (this: FastifyReply, email: string) {
    this.header('cache-control', 'no-store').setCookie(sentTo, maskedAddress(email), {
      ...options,
      maxAge: 3600,
    });
  });
});
