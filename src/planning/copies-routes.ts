import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import { findPlan } from '../events/plans.ts';
import { fieldErrors, tidyForm } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { copyEvent, planCopies } from './copies.ts';
import { CopiesForm, readCopies } from './copies-form.ts';
import { copiedNotice, copiesPage } from './copies-page.ts';
import { listPitches } from './pitches.ts';
import { weekAddress } from './week-page.ts';

type Params = { slug: string };

const WORDS = {
  date: 'Choose at least one day, and up to 100',
  more: 'Write fewer days: up to 2,000 letters',
  pitch: 'Choose pitches from the list',
};

/** Copies of an event on other days and pitches: looked at first, then added. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const address = '/coordinate/events/:slug(^[a-z0-9-]{1,120}$)/copies';
  const options = { config: { access: 'coordinator' } as const, attachValidation: true };

  const read = async (request: FastifyRequest<{ Params: Params }>, typed: CopiesForm) => {
    const { areaIds } = request.coordinator;
    const source = await findPlan(db, areaIds, request.params.slug);
    if (!source) throw new PageError(404);
    const { timeZone } = await content.programme();
    const now = clock.now();
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
    const errors = fieldErrors(request, WORDS);
    const given = Object.keys(errors).length > 0 ? {} : typed;
    return {
      source,
      typed: given,
      read: typed.look === undefined ? undefined : readCopies(given, today, source.pitchId === null),
      errors: Object.keys(errors).length > 0 ? errors : undefined,
      timeZone,
      now,
    };
  };

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    asked: Awaited<ReturnType<typeof read>>,
  ) => {
    const { areaIds } = request.coordinator;
    const right = asked.read && !asked.errors && Object.keys(asked.read.errors).length === 0;
    const copies = right ? await planCopies(db, areaIds, { ...asked, ...asked.read! }) : undefined;
    const wrong = (asked.read && !right) || asked.errors;
    return reply.code(wrong ? 422 : 200).page('planning/copies', {
      ...copiesPage({
        ...asked,
        copies,
        pitches: await listPitches(db, areaIds),
        submission: randomUUID(),
      }),
      coordinator: request.coordinator,
    });
  };

  app.get<{ Params: Params; Querystring: CopiesForm }>(
    address,
    { ...options, schema: { querystring: CopiesForm } },
    async (request, reply) => show(request, reply, await read(request, request.query)),
  );

  app.post<{ Params: Params; Body: CopiesForm }>(
    address,
    { ...options, preValidation: tidyForm, schema: { body: CopiesForm } },
    async (request, reply) => {
      const asked = await read(request, { ...request.body, look: 'yes' });
      const { submission } = request.body;
      if (asked.errors || Object.keys(asked.read!.errors).length > 0 || !submission)
        return show(request, reply, asked);
      const { timeZone, now } = asked;
      const wanted = { ...asked, ...asked.read!, submissionId: submission };
      const outcome = await db
        .transaction()
        .execute((trx) => copyEvent(trx, request.actor(), request.coordinator.areaIds, wanted, now));
      request.session.notice =
        'refused' in outcome
          ? 'These copies were added when you pressed the button the first time.'
          : copiedNotice(outcome, timeZone, now);
      return reply.redirect(weekAddress(wanted.dates[0]!), 303);
    },
  );
};
