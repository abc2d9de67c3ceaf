import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { NAME_WORDS, nameError, uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { readEmailAddress } from '../email-address.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { ATTEND_WORDS, AttendForm, EMAIL_WORDS } from './attend-form.ts';
import { addPerson, readPeople, removePerson } from './people.ts';

const PEOPLE = '/coordinate/events/:slug(^[a-z0-9-]{1,120}$)/people';
const PersonParams = Type.Object({ slug: Type.String(), id: uuidField });

const ADDED = {
  booked: 'They have a place. We have sent them an email for their calendar.',
  waiting: 'All places are taken, so they are on the waiting list. We have sent them an email.',
  offered: 'They are on the list already, and a place is offered to them.',
  withdrawn: '',
};

/** Who comes to an event, for its coordinators. */
export default async (app: FastifyInstance, { config, db, queue, clock }: Deps) => {
  const access = { config: { access: 'coordinator' } } as const;

  const handling = (request: FastifyRequest) => ({
    actor: request.actor(),
    areaIds: request.coordinator.areaIds,
    slug: (request.params as { slug: string }).slug,
    publicUrl: config.publicUrl,
    now: clock.now(),
  });

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { values?: Record<string, string>; errors?: FieldErrors } = {},
  ) => {
    const page = await readPeople(db, handling(request));
    if (!page) throw new PageError(404);
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    const { administrator } = request.coordinator;
    return reply.page('coordinate/people', {
      ...page,
      ...given,
      administrator,
      submission: randomUUID(),
      flash: notice && { type: 'success', text: notice },
    });
  };

  const back = (request: FastifyRequest, reply: FastifyReply, notice: string) => {
    request.session.notice = notice;
    return reply.redirect(`/coordinate/events/${handling(request).slug}/people`, 303);
  };

  app.get(PEOPLE, access, (request, reply) => show(request, reply));

  const addOptions = {
    ...access,
    schema: { body: AttendForm },
    attachValidation: true,
    preValidation: tidyForm,
  };
  app.post(PEOPLE, addOptions, async (request, reply) => {
    const values = typedValues(request);
    const errors = fieldErrors(request, ATTEND_WORDS);
    const email = values.email ? readEmailAddress(values.email) : undefined;
    if (!errors.fullName && nameError(values.fullName ?? '')) errors.fullName = NAME_WORDS.otherwise;
    if (!errors.email && !email) errors.email = EMAIL_WORDS.otherwise;
    if (Object.keys(errors).length > 0 || !email) return show(request, reply.code(422), { values, errors });
    const { fullName, submission: submissionId = request.id } = request.body as Static<typeof AttendForm>;
    const outcome = await addPerson(db, queue, handling(request), { fullName, email, submissionId });
    if ('refused' in outcome) {
      if (outcome.refused === 'unknown') throw new PageError(404);
      const closed = 'People can not be added to this event now: it takes no bookings, or does not go ahead';
      return show(request, reply.code(422), { values, errors: { fullName: closed } });
    }
    const already = 'This address is on the list already. We have sent it an email that says so.';
    return back(request, reply, outcome.again ? already : ADDED[outcome.state]);
  });

  const removeOptions = { ...access, schema: { params: PersonParams } };
  app.post(`${PEOPLE}/:id/removal`, removeOptions, async (request, reply) => {
    const { id } = request.params as Static<typeof PersonParams>;
    const outcome = await removePerson(db, queue, handling(request), id);
    if (outcome === 'removed')
      return back(request, reply, 'They are off the list, and we have told them by email.');
    if (outcome.refused === 'unknown') throw new PageError(404);
    return show(request, reply.code(422), {
      errors: { people: 'This event is over, so its list stays as it is' },
    });
  });
};
