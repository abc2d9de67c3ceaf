import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import type { Deps } from '../deps.ts';
import { countTry } from '../rate-limits.ts';

/** Tries in ten minutes from one client address (a whole stall may share one), and in an hour for one mail address. */
const CLIENT = { max: 120, windowSeconds: 600 };
const MAIL = { max: 6, windowSeconds: 3600 };

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Counts one try of this kind by this client and, where an address is given, for that address.
     * @returns the seconds to wait where that was one too many
     */
    tooManyTries(kind: string, emailKey?: string): Promise<number | undefined>;
  }
}

/** Rate limits that all processes share; keys are HMACs, so the table holds no address. */
export default plugin(async (app, { config, db, clock }: Pick<Deps, 'config' | 'db' | 'clock'>) => {
  const keyOf = (...parts: string[]) =>
    createHmac('sha256', config.sessionSecret).update(parts.join('\n')).digest('base64url');

  app.decorateRequest('tooManyTries', async function (this: FastifyRequest, kind: string, emailKey?: string) {
    if (!config.rateLimits) return undefined;
    const limits = [{ key: keyOf('client', kind, this.ip), ...CLIENT }];
    if (emailKey) limits.push({ key: keyOf('mail', emailKey), ...MAIL });
    return countTry(db, limits, clock.now());
  });
});
