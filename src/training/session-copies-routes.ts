import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyTexts, typedTexts } from '../http/forms.ts';
import { seeOther } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { formatDate, formatTimes } from '../time.ts';
import { findSession } from './planned-sessions.ts';
import { addSessions } from './save-session.ts';
import { daysToChoose, MOST_COPIES, readSessionCopies } from './session-copies.ts';
import { sessionRefusal } from './session-refusals.ts';
import { countOf, sessionPage } from './session-words.ts';

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const LIST = '/coordinate/training/sessions';
const COPIES = `${LIST}/:session(${UUID})/copies`;

const CopiesForm = Type.Object({
  date: Type.Optional(
    Type.Union([
      Type.String({ maxLength: 20 }),
      Type.Array(Type.String({ maxLength: 20 }), { maxItems: MOST_COPIES }),
    ]),
  ),
  more: Type.Optional(Type.String({ maxLength: 2_000 })),
  submission: Type.Optional(Type.String({ format: 'uuid' })),
});
type CopiesForm = Static<typeof CopiesForm>;
const WORDS = {
  date: `Choose ${MOST_COPIES} days or fewer from the list`,
  more: 'Write fewer days: up to 2,000 letters',
};

/** What was typed and is not as it should be, to be shown again. */
const typedAnyway = (request: FastifyRequest): CopiesForm => {
  const { date } = (request.body ?? {}) as { date?: unknown };
  return {
    date: [date].flat().filter((day) => typeof day === 'string'),
    more: typedTexts(request).more,
  };
};

/** Copies of a session on other days, all in one go. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const config = { access: 'coordinator' } as const;

  const found = async ({ coordinator, params }: FastifyRequest) => {
    const session = await findSession(db, coordinator, (params as { session: string }).session);
    if (!session) throw new PageError(404);
    const { timeZone } = await content.programme();
    return { session, timeZone, now: clock.now() };
  };

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { typed = {}, errors }: { typed?: CopiesForm; errors?: FieldErrors } = {},
  ) => {
    const { session, timeZone, now } = await found(request);
    const chosen = new Set([typed.date ?? []].flat());
    return reply.page('training/session-copies', {
      session: sessionPage(session, timeZone, now),
      times: formatTimes(session.startsAt, session.endsAt, timeZone),
      retired: session.moduleClosedAt !== null,
      dates: daysToChoose(session, timeZone, now).map((day) => ({
        value: day.toString(),
        text: formatDate(day, day.year === now.toZonedDateTimeISO(timeZone).year ? {} : { year: 'numeric' }),
        checked: chosen.has(day.toString()),
      })),
      values: { more: typed.more },
      errors,
      submission: typed.submission ?? randomUUID(),
      coordinator: request.coordinator,
    });
  };

  app.get(COPIES, { config }, (request, reply) => show(request, reply));

  app.post<{ Body: CopiesForm }>(
    COPIES,
    { config, schema: { body: CopiesForm }, attachValidation: true, preValidation: tidyTexts },
    async (request, reply) => {
      const wrong = fieldErrors(request, WORDS);
      const { session, timeZone, now } = await found(request);
      if (request.validationError)
        return show(request, reply.code(422), { typed: typedAnyway(request), errors: wrong });
      const typed = request.body;
      const read = readSessionCopies(session, { ...typed, date: [typed.date ?? []].flat() }, timeZone, now);
      if (read.errors) return show(request, reply.code(422), { typed, errors: read.errors });
      const { plans } = read;
      const wanted = { plans, submissionId: typed.submission ?? request.id, copyOf: session.id };
      const added = await addSessions(db, request.actor(), request.coordinator, wanted, now);
      if (!('refused' in added)) {
        const many = countOf(plans.length, '1 session', 'sessions');
        return seeOther(request, reply, LIST, `We added ${many}. People can book them.`);
      }
      if (added.refused === 'sent before')
        return seeOther(
          request,
          reply,
          LIST,
          'These copies were added when you pressed the button the first time.',
        );
      const errors = { date: Object.values(sessionRefusal(added))[0]! };
      return show(request, reply.code(422), { typed, errors });
    },
  );
};
