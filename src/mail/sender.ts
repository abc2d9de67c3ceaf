import type { FastifyBaseLogger } from 'fastify';
