import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.ts';
import { takeFlash } from '../http/notice.ts';
import { listSessions, registersToFill } from './planned-sessions.ts';
import { sessionRow } from './session-words.ts';

const NEXT = 8;

/** Where coordinators start with training: what comes next, and which registers are still to be filled in. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  app.get('/coordinate/training', { config: { access: 'coordinator' } }, async (request, reply) => {
    const now = clock.now();
    const { coordinator } = request;
    const [{ timeZone }, toCome, toFill] = await Promise.all([
      content.programme(),
      listSessions(db, coordinator, { when: 'to come' }, now, NEXT),
      registersToFill(db, coordinator, now),
    ]);
    return reply.page('training/overview', {
      sessions: toCome.sessions.map((session) => sessionRow(session, timeZone, now)),
      more: toCome.next !== undefined,
      toFill: toFill.map((session) => sessionRow(session, timeZone, now)),
      flash: takeFlash(request),
      coordinator,
    });
  });
};
