import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';
import { assetsDirectory, assetsVersion } from '../assets.ts';

const root = fileURLToPath(assetsDirectory);
const open = { config: { access: 'everyone' } } as const;
const forEver = { maxAge: '1y', immutable: true };

/** Serves static/ under its fingerprint, to be kept for a year; under an older one, the same file not to be kept. */
export default plugin(async (app: FastifyInstance) => {
  await app.register(fastifyStatic, { root, serve: false, preCompressed: true });

  app.get<{ Params: { version: string; '*': string } }>('/assets/:version/*', open, (request, reply) => {
    const current = request.params.version === assetsVersion;
    return reply.sendFile(request.params['*'], root, current ? forEver : { maxAge: 0 });
  });

  app.get('/favicon.ico', open, (_request, reply) => reply.sendFile('favicon.ico', root, { maxAge: '1d' }));
});
