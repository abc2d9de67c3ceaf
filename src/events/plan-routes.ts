import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { changeEvent } from './change.ts';
import { leadNamed, planChoices } from './choices.ts';
import { clashFacts } from './clash-facts.ts';
import { findClashes } from './clashes.ts';
import { createEvent, type EventPlan } from './plan.ts';
import { PLAN_WORDS, PlanForm } from './plan-form.ts';
import { readPlan } from './plan-input.ts';
import {
  clashesByField,
  differences,
  hiddenFields,
  marksOf,
  merged,
  planFields,
  type Side,
  valuesOf,
} from './plan-page.ts';
import { lastSaved } from './planned.ts';
import { momentOf } from './planned-page.ts';
import { findPlan, type PlannedEvent } from './plans.ts';
import { type PlanSentences, planRefusal, stepRefusal } from './refusals.ts';
import { isPrepared, refusalOf, type StepRefusal } from './states.ts';

const EVENT = '/coordinate/events/:slug(^[a-z0-9-]{1,120}$)';

/** What a link from elsewhere may fill in ahead. */
const NewQuery = Type.Object(
  {
    date: Type.Optional(Type.String()),
    pitch: Type.Optional(Type.String()),
    campaign: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

interface Given extends Side, Partial<PlanSentences> {
  leads?: readonly { id: string; name: string; neighbourhood?: string }[];
  version?: number;
  /** Marks of the version that the form began with. */
  begun?: string;
}

/** What was typed, line breaks kept, fit to be shown again. */
const typedIn = (request: FastifyRequest): Side => {
  const { kit, whatToExpect } = request.body as { kit?: unknown; whatToExpect?: unknown };
  const { kit: _, ...values } = typedValues(request);
  const told = typeof whatToExpect === 'string' ? whatToExpect : '';
  return {
    values: { ...values, whatToExpect: told.replaceAll(/(?![\r\n])\p{Cc}/gu, ' ').slice(0, 4_000) },
    kit: [kit ?? []].flat().filter((id) => typeof id === 'string'),
  };
};

/** Planning an event: adding one, and changing it. */
export default async (app: FastifyInstance, { db, queue, clock, content }: Deps) => {
  const access = { config: { access: 'coordinator' } } as const;
  const form = { ...access, schema: { body: PlanForm }, attachValidation: true, preValidation: tidyForm };

  const context = async (request: FastifyRequest) => {
    const { timeZone } = await content.programme();
    const now = clock.now();
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
    return { timeZone, now, today, areaIds: request.coordinator.areaIds };
  };

  const findEvent = async (request: FastifyRequest): Promise<PlannedEvent> => {
    const { slug } = request.params as { slug: string };
    const event = await findPlan(db, request.coordinator.areaIds, slug);
    if (!event) throw new PageError(404);
    return event;
  };

  const showForm = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: Given,
    event?: PlannedEvent,
  ) => {
    const { timeZone, now, today, areaIds } = await context(request);
    const choices = await planChoices(db, areaIds, today, event);
    const led = event?.leadId && (await leadNamed(db, areaIds, event.leadId));
    const known = led ? [{ id: event.leadId!, name: led }] : [];
    const leads = [...known, ...(given.leads ?? []).filter(({ id }) => id !== event?.leadId)];
    const facts = event && !given.errors && (await clashFacts(db, event, { id: event.id, permitted: false }));
    return reply.page(event ? 'events/plan/edit' : 'events/plan/new', {
      ...planFields({ choices, values: given.values, kit: given.kit, leads }),
      errors: given.errors,
      taken: given.taken,
      clashes: facts ? clashesByField(findClashes(facts, timeZone, now)) : {},
      event,
      heard: event && !isPrepared(event.state),
      version: given.version ?? event?.version,
      begun: given.begun,
      coordinator: request.coordinator,
    });
  };

  /** What was typed, or what stands in its stead, understood. */
  const read = async (request: FastifyRequest, typed: Side, errors: FieldErrors, current?: PlannedEvent) => {
    const sound = Object.entries(typed.values).filter(([name, value]) => !(name in errors) && value !== '');
    const input = { form: { ...Object.fromEntries(sound), kit: [...typed.kit] }, errors, current };
    return readPlan(db, { ...input, actor: request.actor(), ...(await context(request)) });
  };

  app.get<{ Querystring: Static<typeof NewQuery> }>(
    '/coordinate/events/new',
    { ...access, schema: { querystring: NewQuery }, attachValidation: true },
    async (request, reply) => {
      const given = request.validationError ? {} : request.query;
      return showForm(request, reply, { values: { kind: 'stall', lead: 'none', ...given }, kit: [] });
    },
  );

  app.post('/coordinate/events', form, async (request, reply) => {
    const typed = typedIn(request);
    const understood = await read(request, typed, fieldErrors(request, PLAN_WORDS));
    if ('errors' in understood) return showForm(request, reply.code(422), { ...typed, ...understood });
    const { timeZone, now, areaIds } = await context(request);
    const made = await db
      .transaction()
      .execute((trx) => createEvent(trx, request.actor(), areaIds, understood.plan, now));
    if ('refused' in made)
      return showForm(request, reply.code(422), { ...typed, ...planRefusal(made, timeZone, now) });
    request.session.notice = 'Your event is added as a draft. Only coordinators see it so far.';
    return reply.redirect(`/coordinate/events/${made.slug}`, 303);
  });

  const refusedEdit = (event: PlannedEvent) => refusalOf('edit', event, clock.now(), false);

  /** What is over or cancelled is not changed any more. */
  const refuseEdit = (
    request: FastifyRequest,
    reply: FastifyReply,
    event: PlannedEvent,
    refused: StepRefusal,
  ) =>
    reply.code(409).page('events/plan/unchangeable', {
      reason: stepRefusal('edit', refused),
      event,
      coordinator: request.coordinator,
    });

  app.get(`${EVENT}/edit`, access, async (request, reply) => {
    const event = await findEvent(request);
    const { timeZone } = await context(request);
    const refused = refusedEdit(event);
    if (refused) return refuseEdit(request, reply, event, refused);
    const asItIs = { values: valuesOf(event, timeZone), kit: event.kitItemIds };
    return showForm(request, reply, { ...asItIs, begun: marksOf(asItIs) }, event);
  });

  /** Someone else saved it first: both versions side by side, nothing typed lost. */
  const showConflict = async (
    request: FastifyRequest,
    reply: FastifyReply,
    plan: EventPlan,
    begun: string,
  ) => {
    const event = await findEvent(request);
    const { timeZone, now, today, areaIds } = await context(request);
    const choices = await planChoices(db, areaIds, today, event);
    const mine = { values: valuesOf(plan, timeZone), kit: plan.kitItemIds };
    const theirs = { values: valuesOf(event, timeZone), kit: event.kitItemIds };
    const ids = [...new Set([plan.leadId, event.leadId])].filter((id) => id !== null);
    const names = await Promise.all(ids.map((id) => leadNamed(db, areaIds, id)));
    const leads = ids.map((id, at) => ({ id, name: names[at] ?? 'Someone' }));
    const saved = await lastSaved(db, event.id);
    return reply.code(409).page('events/plan/conflict', {
      event,
      version: event.version,
      savedBy: saved?.by ?? 'Someone else',
      savedAt: saved && momentOf(saved.at, timeZone, now),
      begun: marksOf(theirs),
      differences: differences(mine, theirs, begun, { choices, leads }),
      hidden: hiddenFields(mine),
      coordinator: request.coordinator,
    });
  };

  app.post(EVENT, form, async (request, reply) => {
    const event = await findEvent(request);
    const refused = refusedEdit(event);
    if (refused) return refuseEdit(request, reply, event, refused);
    const { timeZone, now, areaIds } = await context(request);
    const body = request.body as Record<string, unknown>;
    const version = /^\d{1,9}$/.test(String(body.version)) ? Number(body.version) : 0;
    const begun = String(body.begun ?? '');
    const theirs = { values: valuesOf(event, timeZone), kit: event.kitItemIds };
    const isTaken = (field: string) => body[`take-${field}`] === 'theirs';
    const typed = merged(typedIn(request), theirs, isTaken);
    if (body.edit === 'yes') return showForm(request, reply, { ...typed, version, begun }, event);
    const found = fieldErrors(request, PLAN_WORDS);
    const errors = Object.fromEntries(Object.entries(found).filter(([field]) => !isTaken(field)));
    const understood = await read(request, typed, errors, event);
    if ('errors' in understood)
      return showForm(request, reply.code(422), { ...typed, ...understood, version, begun }, event);
    const { plan } = understood;
    const doing = { actor: request.actor(), areaIds, slug: event.slug };
    const changed = await changeEvent(db, queue, doing, { version, plan }, now);
    if (!changed) throw new PageError(404);
    if ('id' in changed) {
      request.session.notice = 'Your changes are saved.';
      return reply.redirect(`/coordinate/events/${event.slug}`, 303);
    }
    switch (changed.refused) {
      case 'stale':
        return showConflict(request, reply, plan, begun);
      case 'pitch taken':
      case 'kit taken':
      case 'elsewhere':
      case 'reference taken':
      case 'booked':
        return showForm(
          request,
          reply.code(422),
          { ...typed, ...planRefusal(changed, timeZone, now), version, begun },
          event,
        );
      default:
        return refuseEdit(request, reply, event, changed.refused);
    }
  });
};
