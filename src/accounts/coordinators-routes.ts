import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { nameError, nameField, uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { readEmailAddress } from '../email-address.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { coordinatorAddedMessage, queueMessage } from '../mail/messages.ts';
import { listAreas } from '../programme/areas.ts';
import { formatDay } from '../time.ts';
import { addCoordinator, type NewCoordinator } from './coordinators.ts';
import {
  changeCoordinator,
  endCoordinator,
  findListed,
  listCoordinators,
  type NotChanged,
} from './manage.ts';
import { resetSecondFactor } from './second-factor.ts';
import { EMAIL_WORDS } from './words.ts';

const standing = {
  areas: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 500 })),
  administrator: Type.Optional(Type.Literal('yes')),
};
const AddForm = Type.Object({ fullName: nameField, email: Type.String({ maxLength: 254 }), ...standing });
const ChangeForm = Type.Object(standing);
const Params = Type.Object({ id: uuidField });

const NAME = 'Enter their name: letters, spaces, hyphens, full stops and apostrophes';
const AREAS = 'Choose one area or more, or make them an administrator';
const ADD_WORDS = {
  fullName: NAME,
  email: { required: 'Enter their email address', otherwise: EMAIL_WORDS.email.otherwise },
  areas: 'Choose areas from the list',
  administrator: 'Tick the box, or leave it empty',
};
const KNOWN = 'This address belongs to a coordinator already';
const REFUSALS: Record<NotChanged['refused'], string> = {
  unknown: 'They are no coordinator any more',
  'unknown area': 'Choose areas from the list',
  'last administrator': 'They are the only administrator. Make somebody else one first',
  yourself: 'You can’t end yourself. Ask another administrator',
};

const RESET_REFUSALS = {
  yourself: 'You can’t do this for yourself. Ask another administrator',
  'no factor': 'They have no second factor yet. They can add one once they are signed in',
};

/** Administrators look after the coordinators. */
export default async (app: FastifyInstance, { db, queue, clock, content }: Deps) => {
  const options = (schema?: { body?: object; params?: object }) => ({
    config: { access: 'administrator' } as const,
    ...(schema ? { schema } : {}),
    ...(schema?.body ? { attachValidation: true, preValidation: tidyForm } : {}),
  });
  const idOf = (request: FastifyRequest) => (request.params as Static<typeof Params>).id;
  const back = (request: FastifyRequest, reply: FastifyReply, notice: string) => {
    request.session.notice = notice;
    return reply.redirect('/coordinate/coordinators', 303);
  };
  /** A tick may arrive alone or among others. */
  const chosen = (request: FastifyRequest) => {
    const { areas } = (request.body ?? {}) as { areas?: unknown };
    return [areas ?? []].flat().filter((area): area is string => typeof area === 'string');
  };
  const areaItems = async () => (await listAreas(db)).map(({ slug, name }) => ({ value: slug, text: name }));

  app.get('/coordinate/coordinators', options(), async (request, reply) => {
    const { timeZone } = await content.programme();
    const rows = await listCoordinators(db);
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    return reply.page('accounts/coordinators', {
      coordinators: rows.map((row) => ({
        ...row,
        areas: row.areas.join(', '),
        since: formatDay(row.since, timeZone, clock.now()),
      })),
      flash: notice && { type: 'success', text: notice },
    });
  });

  const showNew = async (
    reply: FastifyReply,
    given: { values?: Record<string, string>; areas?: string[]; errors?: FieldErrors } = {},
  ) => reply.page('accounts/coordinator-new', { ...given, areaItems: await areaItems() });

  app.get('/coordinate/coordinators/new', options(), (_request, reply) => showNew(reply));

  const add = (request: FastifyRequest, coordinator: NewCoordinator, programmeName: string) =>
    db.transaction().execute(async (trx) => {
      const added = await addCoordinator(trx, request.actor(), coordinator, clock.now());
      if ('refused' in added) return added;
      const { fullName, email } = coordinator;
      const message = coordinatorAddedMessage({ recipient: email.address, fullName, programmeName });
      await queueMessage(trx, queue, message, clock.now());
      return added;
    });

  app.post('/coordinate/coordinators', options({ body: AddForm }), async (request, reply) => {
    const values = typedValues(request);
    const areas = chosen(request);
    const again = (errors: FieldErrors) => showNew(reply.code(422), { values, areas, errors });
    const errors = fieldErrors(request, ADD_WORDS);
    if (!errors.fullName && nameError(values.fullName ?? '')) errors.fullName = NAME;
    const email = values.email ? readEmailAddress(values.email) : undefined;
    if (!errors.email && !email) errors.email = ADD_WORDS.email.otherwise;
    if (!errors.areas && areas.length === 0 && !values.administrator) errors.areas = AREAS;
    if (Object.keys(errors).length > 0 || !email) return again(errors);
    const { fullName, administrator } = request.body as Static<typeof AddForm>;
    const { name } = await content.programme();
    const coordinator = { fullName, email, areaSlugs: areas, administrator: administrator === 'yes' };
    const added = await add(request, coordinator, name);
    if ('refused' in added)
      return again(added.refused === 'known address' ? { email: KNOWN } : { areas: ADD_WORDS.areas });
    return back(request, reply, `${fullName} can sign in now. We have sent them an email that says how.`);
  });

  const showOne = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { areas?: string[]; administrator?: boolean; errors?: FieldErrors } = {},
  ) => {
    const found = await findListed(db, idOf(request));
    if (!found) throw new PageError(404);
    return reply.page('accounts/coordinator', {
      areas: found.areaSlugs,
      administrator: found.administrator,
      ...given,
      found,
      yourself: found.id === request.coordinator.id,
      areaItems: await areaItems(),
    });
  };

  app.get('/coordinate/coordinators/:id', options({ params: Params }), showOne);

  app.post(
    '/coordinate/coordinators/:id',
    options({ params: Params, body: ChangeForm }),
    async (request, reply) => {
      const areaSlugs = chosen(request);
      const administrator = typedValues(request).administrator === 'yes';
      const again = (sentence: string) =>
        showOne(request, reply.code(422), { areas: areaSlugs, administrator, errors: { areas: sentence } });
      const errors = fieldErrors(request, ADD_WORDS);
      if (errors.areas) return again(errors.areas);
      if (areaSlugs.length === 0 && !administrator) return again(AREAS);
      const change = { id: idOf(request), areaSlugs, administrator, now: clock.now() };
      const outcome = await changeCoordinator(db, request.actor(), change);
      if (outcome === 'changed') return back(request, reply, 'Their areas and rights are saved.');
      if (outcome.refused === 'unknown') throw new PageError(404);
      return again(REFUSALS[outcome.refused]);
    },
  );

  app.post('/coordinate/coordinators/:id/end', options({ params: Params }), async (request, reply) => {
    const outcome = await endCoordinator(db, request.actor(), { id: idOf(request), now: clock.now() });
    if (outcome === 'ended')
      return back(request, reply, 'They are no coordinator any more, and signed out everywhere.');
    if (outcome.refused === 'unknown') throw new PageError(404);
    return showOne(request, reply.code(422), { errors: { end: REFUSALS[outcome.refused] } });
  });

  /** Asks for a fresh code: it would be a way round the other person's second factor. */
  const reset = {
    ...options({ params: Params }),
    config: { access: 'administrator', fresh: '/coordinate/coordinators' },
  } as const;
  app.post('/coordinate/coordinators/:id/second-factor-reset', reset, async (request, reply) => {
    const { contactEmail } = await content.programme();
    const by = { actor: request.actor(), contactEmail, now: clock.now() };
    const outcome = await resetSecondFactor(db, queue, { id: idOf(request) }, by);
    if (!('refused' in outcome))
      return back(request, reply, 'They are signed out everywhere, and can add a new second factor.');
    if (outcome.refused === 'unknown') throw new PageError(404);
    return showOne(request, reply.code(422), { errors: { lost: RESET_REFUSALS[outcome.refused] } });
  });
};
