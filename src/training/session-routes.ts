import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { takeFlash } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { listModules } from './modules.ts';
import { findSession, listSessions } from './planned-sessions.ts';
import { sessionWarnings } from './session-warnings.ts';
import { sessionPage, sessionRow } from './session-words.ts';

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const LIST = '/coordinate/training/sessions';
const ONE = `${LIST}/:session(${UUID})`;
type OfSession = { Params: { session: string } };

const ListQuery = Type.Object(
  {
    when: Type.Optional(Type.String({ pattern: '^over$' })),
    module: Type.Optional(Type.String({ pattern: '^[a-z0-9-]{1,120}$' })),
    after: Type.Optional(Type.String({ pattern: UUID })),
  },
  { additionalProperties: false },
);

/** Sessions as coordinators plan them. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const config = { access: 'coordinator' } as const;

  const found = async ({ coordinator, params }: FastifyRequest) => {
    const session = await findSession(db, coordinator, (params as OfSession['Params']).session);
    if (!session) throw new PageError(404);
    return session;
  };

  app.get<{ Querystring: Static<typeof ListQuery> }>(
    LIST,
    { config, schema: { querystring: ListQuery }, attachValidation: true },
    async (request, reply) => {
      const { when, module, after } = request.validationError ? {} : request.query;
      const now = clock.now();
      const over = when === 'over';
      const [{ timeZone }, modules, { sessions, next }] = await Promise.all([
        content.programme(),
        listModules(db),
        listSessions(db, request.coordinator, { when: over ? 'over' : 'to come', module, after }, now),
      ]);
      const filters = { ...(over ? { when: 'over' } : {}), ...(module ? { module } : {}) };
      return reply.page('training/sessions', {
        sessions: sessions.map((session) => sessionRow(session, timeZone, now)),
        over,
        filtered: over || module !== undefined,
        modules: [
          { value: '', text: 'All modules' },
          ...modules.map(({ slug, name }) => ({ value: slug, text: name, selected: slug === module })),
        ],
        pages: next && { next: { href: `${LIST}?${new URLSearchParams({ ...filters, after: next })}` } },
        flash: takeFlash(request),
        coordinator: request.coordinator,
      });
    },
  );

  app.get<OfSession>(ONE, { config }, async (request, reply) => {
    const session = await found(request);
    const now = clock.now();
    const { timeZone } = await content.programme();
    const warnings = await sessionWarnings(db, session, timeZone, now);
    return reply.page('training/session', {
      session: sessionPage(session, timeZone, now),
      warnings,
      flash: takeFlash(request),
      coordinator: request.coordinator,
    });
  });
};
