import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { tidyForm, typedValues } from '../http/forms.ts';
import { seeOther, takeFlash } from '../http/notice.ts';
import { bookingPage, refusalWords } from './booking-page.ts';
import { listChoices, modulesToBook } from './choices.ts';
import { givePlaceUp } from './give-up.ts';
import { ownSessions } from './own-sessions.ts';
import { acceptPlace, type Placed, takePlace } from './places.ts';

const slugField = Type.String({ pattern: '^[a-z0-9-]{1,120}$' });
const ChoiceQuery = Type.Object({
  module: Type.Optional(Type.Union([slugField, Type.Literal('')])),
  after: Type.Optional(uuidField),
});
/** `module`: what the list was filtered by; `wait`: rather than not at all. */
const BookingForm = Type.Object({
  session: uuidField,
  module: Type.Optional(Type.Union([slugField, Type.Literal('')])),
  wait: Type.Optional(Type.Literal('yes')),
});
const BookingParams = Type.Object({ id: uuidField });

const NO_SUCH_PLACE = 'There is no place there that you could give up. This is what you have booked.';
const UNCHOSEN = 'Choose a session from the list';
const DONE = {
  booked: 'Your place is booked. We have sent you an email for your calendar.',
  waiting: 'You are on the waiting list. We write to you when a place is free for you.',
};
const AGAIN = {
  booked: 'You already have a place there. There is nothing more to do.',
  waiting: 'You are on the waiting list already. We write to you when a place is free for you.',
};
const CHANGED = 'Your place is changed. We have sent you emails for your calendar.';

/** Sessions that champions choose from, and their places at them. */
export default async (app: FastifyInstance, { config, db, queue, clock, content }: Deps) => {
  const options = (schema: { body?: object; params?: object; querystring?: object }) => ({
    config: { access: 'champion' } as const,
    schema,
    attachValidation: true,
    ...(schema.body ? { preValidation: tidyForm } : {}),
  });

  const taking = ({ championId }: FastifyRequest) => ({
    championId,
    publicUrl: config.publicUrl,
    now: clock.now(),
  });

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { module, after }: { module?: string | undefined; after?: string | undefined },
    refusal?: Parameters<typeof bookingPage>[0]['refusal'],
  ) => {
    const { timeZone } = await content.programme();
    const { championId, now } = taking(request);
    const [modules, own] = await Promise.all([
      modulesToBook(db, now),
      ownSessions(db, championId, timeZone, now),
    ]);
    const choices = await listChoices(db, own, { championId, module, after, timeZone, now });
    const flash = takeFlash(request);
    return reply.page('champions/sessions', {
      ...bookingPage({ modules, module, choices, refusal }),
      after,
      flash,
    });
  };

  const answer = (
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: Placed,
    wish: { sessionId?: string; module?: string | undefined; done?: string },
  ) => {
    if ('refused' in outcome) {
      const refusal = { sessionId: wish.sessionId, words: refusalWords(outcome) };
      return show(request, reply.code(422), { module: wish.module }, refusal);
    }
    const { state, again } = outcome;
    return seeOther(request, reply, '/me', again ? AGAIN[state] : (wish.done ?? DONE[state]));
  };

  app.get('/me/sessions', options({ querystring: ChoiceQuery }), (request, reply) => {
    const { module, after } = request.validationError ? {} : (request.query as Static<typeof ChoiceQuery>);
    return show(request, reply, { module: module || undefined, after });
  });

  /** The session that a form names; undefined where it names none. */
  const readChoice = (request: FastifyRequest) => {
    const module = /^[a-z0-9-]{1,120}$/.exec(typedValues(request).module ?? '')?.[0];
    const form = request.validationError ? undefined : (request.body as Static<typeof BookingForm>);
    return { module, sessionId: form?.session, wait: form?.wait === 'yes' };
  };

  app.post('/me/bookings', options({ body: BookingForm }), async (request, reply) => {
    const { module, sessionId, wait } = readChoice(request);
    if (!sessionId)
      return show(request, reply.code(422), { module }, { sessionId: undefined, words: UNCHOSEN });
    const outcome = await takePlace(db, queue, { ...taking(request), sessionId, wait });
    return answer(request, reply, outcome, { sessionId, module });
  });

  const changeOptions = options({ body: BookingForm, params: BookingParams });
  app.post('/me/bookings/:id/change', changeOptions, async (request, reply) => {
    const { id: instead } = request.params as Static<typeof BookingParams>;
    const { module, sessionId } = readChoice(request);
    if (!sessionId)
      return show(request, reply.code(422), { module }, { sessionId: undefined, words: UNCHOSEN });
    const outcome = await takePlace(db, queue, { ...taking(request), sessionId, instead });
    return answer(request, reply, outcome, { sessionId, module, done: CHANGED });
  });

  app.post('/me/bookings/:id/acceptance', options({ params: BookingParams }), async (request, reply) => {
    if (request.validationError) return seeOther(request, reply, '/me', UNCHOSEN);
    const { id: bookingId } = request.params as Static<typeof BookingParams>;
    const outcome = await acceptPlace(db, queue, { ...taking(request), bookingId });
    return answer(request, reply, outcome, {});
  });

  app.post('/me/bookings/:id/withdrawal', options({ params: BookingParams }), async (request, reply) => {
    if (request.validationError) return seeOther(request, reply, '/me', NO_SUCH_PLACE);
    const { id: bookingId } = request.params as Static<typeof BookingParams>;
    const { championId, ...moment } = taking(request);
    const outcome = await db
      .transaction()
      .execute((trx) => givePlaceUp(trx, queue, { championId, bookingId, why: 'self' }, moment));
    const done = outcome === 'given up' ? 'You have given up your place.' : NO_SUCH_PLACE;
    return seeOther(request, reply, '/me', done);
  });
};
