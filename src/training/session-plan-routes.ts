import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { planChoices } from '../events/choices.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { seeOther } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { listModules } from './modules.ts';
import { findSession, type PlannedSession } from './planned-sessions.ts';
import { addSessions, cancelSession, changeSession, type SessionRefusal } from './save-session.ts';
import { readSession, SESSION_WORDS, type SessionChoices, SessionForm } from './session-form.ts';
import { sessionDifferences, sessionFields, sessionValues } from './session-page.ts';
import { sessionRefusal } from './session-refusals.ts';
import { sessionPage } from './session-words.ts';

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const LIST = '/coordinate/training/sessions';
const ONE = `${LIST}/:session(${UUID})`;
const UUID_SIGNS = new RegExp(UUID);
type OfSession = { Params: { session: string } };

const Cancellation = Type.Object({ reason: Type.String({ maxLength: 300, pattern: '\\P{C}' }) });
const CANCELLATION_WORDS = {
  reason: { maxLength: 'Say why in 300 letters or fewer', otherwise: 'Say why it is cancelled' },
};

/** Planning a session: adding, changing, cancelling. */
export default async (app: FastifyInstance, { db, queue, clock, content }: Deps) => {
  const config = { access: 'coordinator' } as const;
  const form = { config, schema: { body: SessionForm }, attachValidation: true, preValidation: tidyForm };

  const found = async ({ coordinator, params }: FastifyRequest) => {
    const session = await findSession(db, coordinator, (params as OfSession['Params']).session);
    if (!session) throw new PageError(404);
    return session;
  };

  const reading = async (request: FastifyRequest, current?: PlannedSession) => {
    const now = clock.now();
    const { timeZone } = await content.programme();
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
    const kept = { pitchId: current?.pitchId ?? null, campaignId: null, kitItemIds: [] };
    const [{ pitches, areas }, modules] = await Promise.all([
      planChoices(db, request.coordinator.areaIds, today, kept),
      listModules(db),
    ]);
    const taught = modules.filter(({ ways }) => ways.some((way) => way !== 'e-learning'));
    const choices: SessionChoices = { pitches, areas, modules: taught };
    return { choices, current, timeZone, now };
  };

  const showForm = (
    request: FastifyRequest,
    reply: FastifyReply,
    { choices, current, timeZone, now }: Awaited<ReturnType<typeof reading>>,
    given: {
      values: Record<string, string | undefined>;
      errors?: FieldErrors;
      edits?: number | string | undefined;
      conflict?: object;
    },
  ) =>
    reply.page('training/session-form', {
      ...sessionFields(choices, given.values, given.errors),
      session: current && sessionPage(current, timeZone, now),
      edits: given.edits ?? current?.edits,
      submission: given.values.submission ?? randomUUID(),
      conflict: given.conflict,
      coordinator: request.coordinator,
    });

  app.get<{ Querystring: { module?: string } }>(`${LIST}/new`, { config }, async (request, reply) => {
    const read = await reading(request);
    const chosen = read.choices.modules.find(({ slug }) => slug === request.query.module);
    return showForm(request, reply, read, { values: { module: chosen?.id } });
  });

  app.post(LIST, form, async (request, reply) => {
    const read = await reading(request);
    const values = typedValues(request);
    const { plan, errors } = {
      plan: undefined,
      ...readSession(values, fieldErrors(request, SESSION_WORDS), read),
    };
    if (!plan) return showForm(request, reply.code(422), read, { values, errors: errors! });
    const submissionId = UUID_SIGNS.test(values.submission ?? '') ? values.submission! : request.id;
    const wanted = { plans: [plan], submissionId };
    const added = await addSessions(db, request.actor(), request.coordinator, wanted, read.now);
    if (!('refused' in added))
      return seeOther(request, reply, `${LIST}/${added.ids[0]}`, 'The session is added. People can book it.');
    if (added.refused === 'sent before')
      return seeOther(
        request,
        reply,
        LIST,
        'The session was added when you pressed the button the first time.',
      );
    return showForm(request, reply.code(422), read, { values, errors: sessionRefusal(added) });
  });

  app.get<OfSession>(`${ONE}/edit`, { config }, async (request, reply) => {
    const current = await found(request);
    const read = await reading(request, current);
    return showForm(request, reply, read, { values: sessionValues(current, read.timeZone) });
  });

  app.post<OfSession>(ONE, form, async (request, reply) => {
    const current = await found(request);
    const read = await reading(request, current);
    const values = typedValues(request);
    const again = (errors: FieldErrors) =>
      showForm(request, reply.code(422), read, { values, errors, edits: values.edits });
    const outcome = readSession(values, fieldErrors(request, SESSION_WORDS), read);
    if (outcome.errors) return again(outcome.errors);
    const change = { id: current.id, edits: Number(values.edits ?? -1), plan: outcome.plan };
    const changed = await changeSession(db, queue, request.actor(), request.coordinator, change, read.now);
    if (changed === 'changed')
      return seeOther(request, reply, `${LIST}/${current.id}`, 'The session is saved.');
    if (changed.refused === 'unknown') throw new PageError(404);
    if (changed.refused !== 'stale') return again(sessionRefusal(changed, current));
    const latest = await found(request);
    return showForm(
      request,
      reply.code(409),
      { ...read, current: latest },
      {
        values,
        edits: latest.edits,
        conflict: { differences: sessionDifferences(latest, values, read.choices, read.timeZone) },
      },
    );
  });

  const showCancellation = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { values?: Record<string, string>; errors?: FieldErrors } = {},
  ) => {
    const session = await found(request);
    const { timeZone } = await content.programme();
    return reply.page('training/session-cancel', {
      ...given,
      session: sessionPage(session, timeZone, clock.now()),
      coordinator: request.coordinator,
    });
  };

  app.get<OfSession>(`${ONE}/cancellation`, { config }, (request, reply) => showCancellation(request, reply));

  const cancelling = { ...form, schema: { body: Cancellation } };
  app.post<OfSession>(`${ONE}/cancellation`, cancelling, async (request, reply) => {
    await found(request);
    const values = typedValues(request);
    const errors = fieldErrors(request, CANCELLATION_WORDS);
    if (errors.reason) return showCancellation(request, reply.code(422), { values, errors });
    const wanted = { id: request.params.session, reason: values.reason! };
    const done = await cancelSession(db, queue, request.actor(), request.coordinator, wanted, clock.now());
    if (done === 'cancelled')
      return seeOther(
        request,
        reply,
        `${LIST}/${wanted.id}`,
        'The session is cancelled. We tell everyone who had a place.',
      );
    if (done.refused === 'unknown') throw new PageError(404);
    const refused = sessionRefusal(done satisfies SessionRefusal);
    return showCancellation(request, reply.code(422), {
      values,
      errors: { reason: Object.values(refused)[0]! },
    });
  });
};
