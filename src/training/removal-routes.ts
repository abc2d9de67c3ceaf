import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { seeOther } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { removeFromSession } from './remove.ts';

const Params = Type.Object({ session: uuidField, booking: uuidField });

/** Taking someone off the list of a session that is to come. */
export default async (app: FastifyInstance, { config, db, queue, clock }: Deps) => {
  app.post(
    '/coordinate/training/sessions/:session/attendance/:booking/removal',
    { config: { access: 'coordinator' }, schema: { params: Params }, attachValidation: true },
    async (request, reply) => {
      if (request.validationError) throw new PageError(404);
      const { session: sessionId, booking: bookingId } = request.params as Static<typeof Params>;
      const outcome = await removeFromSession(db, queue, {
        actor: request.actor(),
        coordinator: request.coordinator,
        sessionId,
        bookingId,
        publicUrl: config.publicUrl,
        now: clock.now(),
      });
      if (outcome !== 'removed' && outcome.refused === 'unknown') throw new PageError(404);
      const said =
        outcome === 'removed'
          ? 'They are off the list, and we have told them by email.'
          : 'Nobody was taken off the list: it stays as it is once someone was there or the session is over.';
      return seeOther(request, reply, `/coordinate/training/sessions/${sessionId}/attendance`, said);
    },
  );
};
