import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { nationalPhone } from '../phone-number.ts';
import { findMessage, listMessages } from './log.ts';
import { isStateFilter, logPage, messagePage } from './log-page.ts';
import { MAILBOX_ANSWERS, type MailboxAnswer, sendAgain, trustAddress } from './mend.ts';

const Query = Type.Object({
  words: Type.Optional(Type.String({ maxLength: 100 })),
  state: Type.Optional(Type.String({ maxLength: 20 })),
  before: Type.Optional(uuidField),
});
const Params = Type.Object({ id: uuidField });
const TrustForm = Type.Object({ answer: Type.Union(MAILBOX_ANSWERS.map((one) => Type.Literal(one))) });
const TRUST_WORDS = { answer: 'Choose what they said' };

const NOT_AGAIN = {
  'on its way': 'This message is on its way already.',
  left: 'This person has left, so we don’t write to them.',
  'no consent': 'This person has turned news off, so we don’t send it.',
  'no mailbox': 'Their address does not work. Phone them first, then tell us below what they said.',
  'out of date':
    'A newer message about the same thing has gone out. This one would put the old details back.',
  'has it': 'Another message with the same words went to this address.',
};

/** What was sent to the people of a coordinator's areas, and what to do where it did not arrive. */
export default async (app: FastifyInstance, { db, queue, clock, content }: Deps) => {
  const options = (schema: { body?: object; params?: object; querystring?: object }) => ({
    config: { access: 'coordinator' } as const,
    schema,
    ...(schema.body ? { attachValidation: true, preValidation: tidyForm } : {}),
  });
  const reader = async () => ({ timeZone: (await content.programme()).timeZone, now: clock.now() });
  const idOf = (request: FastifyRequest) => (request.params as Static<typeof Params>).id;
  const mending = (request: FastifyRequest) => ({
    id: idOf(request),
    areaIds: request.coordinator.areaIds,
    now: clock.now(),
  });

  app.get('/coordinate/messages', options({ querystring: Query }), async (request, reply) => {
    const { words = '', state, before } = request.query as Static<typeof Query>;
    const filters = {
      words: words.split(/\s+/).filter(Boolean).slice(0, 5),
      state: isStateFilter(state) ? state : undefined,
      before,
    };
    const { areaIds, administrator } = request.coordinator;
    const found = await listMessages(db, request.actor(), areaIds, filters, clock.now());
    return reply.page('messages/list', { administrator, ...logPage(found, filters, await reader()) });
  });

  const showMessage = async (request: FastifyRequest, reply: FastifyReply, errors?: FieldErrors) => {
    const { areaIds, administrator } = request.coordinator;
    const message = await findMessage(db, request.actor(), idOf(request), areaIds, clock.now());
    if (!message) throw new PageError(404);
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    return reply.page('messages/show', {
      administrator,
      errors,
      flash: notice && { type: 'success', text: notice },
      ...messagePage(message, nationalPhone(message.phone), await reader()),
    });
  };

  app.get('/coordinate/messages/:id', options({ params: Params }), (request, reply) =>
    showMessage(request, reply),
  );

  const back = (request: FastifyRequest, reply: FastifyReply, notice: string) => {
    request.session.notice = notice;
    return reply.redirect(`/coordinate/messages/${idOf(request)}`, 303);
  };

  app.post('/coordinate/messages/:id/resending', options({ params: Params }), async (request, reply) => {
    const outcome = await sendAgain(db, queue, request.actor(), mending(request));
    if (outcome === 'queued') return back(request, reply, 'We are sending it again.');
    if (outcome.refused === 'unknown') throw new PageError(404);
    if (outcome.refused === 'on its way') return back(request, reply, NOT_AGAIN['on its way']);
    return showMessage(request, reply.code(422), { again: NOT_AGAIN[outcome.refused] });
  });

  app.post(
    '/coordinate/messages/:id/trust',
    options({ params: Params, body: TrustForm }),
    async (request, reply) => {
      const errors = fieldErrors(request, TRUST_WORDS);
      if (errors.answer) return showMessage(request, reply.code(422), errors);
      if (request.validationError) throw new PageError(404);
      const { answer } = request.body as { answer: MailboxAnswer };
      const outcome = await trustAddress(db, request.actor(), mending(request), answer);
      if (outcome !== 'trusted') throw new PageError(404);
      return back(request, reply, 'We will send to this address again. You can now send this message again.');
    },
  );
};
