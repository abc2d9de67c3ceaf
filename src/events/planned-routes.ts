import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { everyCampaign } from './choices.ts';
import type { Doing } from './locked.ts';
import { listPlanned } from './planned.ts';
import { PlannedQuery, plannedListPage, readPlannedQuery } from './planned-list-page.ts';
import { plannedPage } from './planned-page.ts';
import { readPlanned } from './planned-show.ts';
import { planRefusal, stepRefusal } from './refusals.ts';
import type { Step, StepRefusal } from './states.ts';
import { cancelEvent, postponeEvent, publishEvent, reportEvent, requestVenue } from './steps.ts';

const EVENT = '/coordinate/events/:slug(^[a-z0-9-]{1,120}$)';

/** Some sign that can be read: not only blanks. */
const someWords = (maxLength: number) => Type.String({ maxLength, pattern: '[^\\p{C}\\s]' });
const PublicationForm = Type.Object({ known: Type.Optional(Type.Literal('yes')) });
const ReasonForm = Type.Object({ reason: someWords(500) });
const ReportForm = Type.Object({
  people: Type.String({ pattern: '^[0-9]{1,6}$' }),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
});

const reasonWords = (otherwise: string) => ({
  reason: { maxLength: 'Write the reason in 500 letters or fewer', otherwise },
});
const REPORT_WORDS = {
  people: 'Enter how many people you spoke to, as a whole number',
  note: 'Write the note in 2000 letters or fewer',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL refuses a null byte in a text
const CONTROL = /[\u0000-\u001f\u007f]+/g;
const line = (typed: string | undefined) => (typed ?? '').replace(CONTROL, ' ').trim();

/** Coordinators' events: the list, and the steps of one on its way. */
export default async (app: FastifyInstance, { db, queue, clock, content, config }: Deps) => {
  const access = { config: { access: 'coordinator' } } as const;
  const form = (body: object) => ({
    ...access,
    schema: { body },
    attachValidation: true,
    preValidation: tidyForm,
  });

  const context = async (request: FastifyRequest) => ({
    timeZone: (await content.programme()).timeZone,
    now: clock.now(),
    areaIds: request.coordinator.areaIds,
  });

  const noticeOf = (request: FastifyRequest) => {
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    return notice && { type: 'success', text: notice };
  };

  app.get<{ Querystring: PlannedQuery }>(
    '/coordinate/events',
    { ...access, schema: { querystring: PlannedQuery }, attachValidation: true },
    async (request, reply) => {
      const { timeZone, now, areaIds } = await context(request);
      const campaigns = await everyCampaign(db);
      const read = readPlannedQuery(request.validationError ? {} : request.query, campaigns, timeZone, now);
      const list = read.errors ? { rows: [] } : await listPlanned(db, areaIds, read.filters, read.at, now);
      return reply.code(read.errors ? 422 : 200).page('events/plan/list', {
        ...plannedListPage(read, list, timeZone, now),
        flash: noticeOf(request),
        coordinator: request.coordinator,
      });
    },
  );

  const slugOf = (request: FastifyRequest) => (request.params as { slug: string }).slug;

  const showEvent = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { errors?: FieldErrors; values?: Record<string, string>; taken?: object } = {},
  ) => {
    const { timeZone, now, areaIds } = await context(request);
    const shown = await readPlanned(db, areaIds, slugOf(request), timeZone, now);
    if (!shown) throw new PageError(404);
    return reply.page('events/plan/show', {
      ...plannedPage(shown),
      ...given,
      publicUrl: config.publicUrl,
      flash: noticeOf(request),
      coordinator: request.coordinator,
    });
  };

  app.get(EVENT, access, (request, reply) => showEvent(request, reply));

  const doing = (request: FastifyRequest): Doing => ({
    actor: request.actor(),
    areaIds: request.coordinator.areaIds,
    slug: slugOf(request),
  });

  /** Back to the event, with what has been done; or the event again, with why not. */
  const after = async (
    request: FastifyRequest,
    reply: FastifyReply,
    step: Step,
    outcome: { id: string } | { refused: StepRefusal } | undefined,
    notice: string,
  ) => {
    if (!outcome) throw new PageError(404);
    if ('refused' in outcome)
      return showEvent(request, reply.code(422), { errors: { steps: stepRefusal(step, outcome.refused) } });
    request.session.notice = notice;
    return reply.redirect(`/coordinate/events/${slugOf(request)}`, 303);
  };

  /** The event again, with what was typed and what is wrong with it. */
  const again = (request: FastifyRequest, reply: FastifyReply, errors: FieldErrors) =>
    showEvent(request, reply.code(422), { errors, values: typedValues(request) });

  app.post(`${EVENT}/venue-request`, access, async (request, reply) => {
    const outcome = await requestVenue(db, doing(request), clock.now());
    if (outcome && 'refused' in outcome && outcome.refused === 'not needed')
      return showEvent(request, reply.code(422), {
        errors: { steps: 'This event is online, so there is no venue to ask' },
      });
    return after(request, reply, 'venue request', outcome, 'Noted: the venue has been asked.');
  });

  app.post(`${EVENT}/publication`, form(PublicationForm), async (request, reply) => {
    const { timeZone, now } = await context(request);
    const known = (request.body as Static<typeof PublicationForm>).known === 'yes';
    const outcome = await publishEvent(db, queue, doing(request), { timeZone, known }, now);
    if (outcome && 'refused' in outcome) {
      if (outcome.refused === 'clashes')
        return showEvent(request, reply.code(422), {
          errors: { known: 'Read what does not fit, then tick the box to publish it all the same' },
        });
      if (outcome.refused === 'pitch taken' || outcome.refused === 'kit taken') {
        const { errors, taken } = planRefusal(outcome, timeZone, now);
        return showEvent(request, reply.code(422), { errors: { steps: Object.values(errors)[0]! }, taken });
      }
    }
    return after(request, reply, 'publication', outcome, 'It is published: everyone can see it now.');
  });

  /** Takes the event back, with the reason that everyone will read. */
  const takeBack = (step: 'postponement' | 'cancellation', done: string, takeStep: typeof cancelEvent) =>
    app.post(`${EVENT}/${step}`, form(ReasonForm), async (request, reply) => {
      const { reason } = fieldErrors(request, reasonWords(`Say why it is ${done}`));
      if (reason) return again(request, reply, { [step]: reason });
      const why = line(typedValues(request).reason);
      const outcome = await takeStep(db, queue, doing(request), why, clock.now());
      return after(request, reply, step, outcome, `It is ${done}. Whoever has it in their calendar is told.`);
    });
  takeBack('postponement', 'postponed', postponeEvent);
  takeBack('cancellation', 'cancelled', cancelEvent);

  app.post(`${EVENT}/report`, form(ReportForm), async (request, reply) => {
    const errors = fieldErrors(request, REPORT_WORDS);
    if (Object.keys(errors).length > 0) return again(request, reply, errors);
    const { people, note } = request.body as Static<typeof ReportForm>;
    const outcome = await reportEvent(
      db,
      doing(request),
      { people: Number(people), note: line(note) },
      clock.now(),
    );
    return after(request, reply, 'report', outcome, 'Thank you. It is noted how it went.');
  });
};
