import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm } from '../http/forms.ts';
import { seeOther } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { findKeptModule, type KeptModule } from './kept-modules.ts';
import { MODULE_WORDS, ModuleForm, type ModulePlan, readModule } from './module-form.ts';
import {
  hiddenFields,
  lossWords,
  type ModuleValues,
  moduleDifferences,
  moduleFields,
  moduleValues,
} from './module-page.ts';
import { sameTerms, termsAfter } from './module-terms.ts';
import { listModules } from './modules.ts';
import { addModule, changeModule, restoreModule, retireModule } from './save-module.ts';
import { whomItUncertifies } from './uncertified.ts';

const LIST = '/coordinate/training/modules';
const ONE = `${LIST}/:slug(^[a-z0-9-]{1,120}$)`;
type OfSlug = { Params: { slug: string } };

const RETIRED = 'This module is retired. Take it back before you change it.';
const REFUSALS = {
  induction: 'Everyone begins with this module, so it can not be retired.',
  sessions: 'Sessions of this module are still to come. Cancel them or let them take place first.',
};

/** Only what was typed into fields that there are, in the right shape, fit to be shown again. */
const typedModule = ({ body }: FastifyRequest): ModuleValues =>
  Object.fromEntries(
    Object.entries((body ?? {}) as Record<string, unknown>)
      .filter(([name]) => name in ModuleForm.properties)
      .map(([name, value]) => {
        const texts = [value].flat().filter((one) => typeof one === 'string');
        const several = name === 'ways' || name === 'mandatoryFor';
        return [name, several ? texts.slice(0, 3) : (texts[0] ?? '').slice(0, 2_000)];
      }),
  );

/** Changing what is asked of whom: typed, looked at for whom it would un-certify, and saved. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const config = { access: 'administrator' } as const;
  const form = { config, schema: { body: ModuleForm }, attachValidation: true, preValidation: tidyForm };

  const moment = async () => {
    const now = clock.now();
    const { timeZone } = await content.programme();
    return { now, timeZone, today: now.toZonedDateTimeISO(timeZone).toPlainDate() };
  };

  const found = async (slug: string) => {
    const module = await findKeptModule(db, slug);
    if (!module) throw new PageError(404);
    return module;
  };

  const showForm = (
    request: FastifyRequest,
    reply: FastifyReply,
    given: {
      module?: KeptModule | undefined;
      values: ModuleValues;
      errors?: FieldErrors;
      conflict?: object;
    },
  ) =>
    reply.page('training/module-form', {
      ...moduleFields(given.values, given.errors),
      module: given.module,
      edits: given.conflict ? given.module?.edits : (given.values.edits ?? given.module?.edits),
      conflict: given.conflict,
      coordinator: request.coordinator,
    });

  /** What the page says of whom a change un-certifies; undefined where it changes nothing of what is asked. */
  const preview = async (
    request: FastifyRequest,
    { module, values, plan }: { module?: KeptModule; values: ModuleValues; plan: ModulePlan },
  ) => {
    const { now, today, timeZone } = await moment();
    const after = termsAfter(module, plan, { id: module?.id ?? crypto.randomUUID(), today });
    const unchanged = module ? sameTerms(module, after) : plan.mandatoryFor.length === 0;
    if (unchanged) return undefined;
    const modules = await listModules(db);
    const asking = { actor: request.actor(), areaIds: request.coordinator.areaIds, today, timeZone, now };
    const losses = await whomItUncertifies(db, { modules, before: module, after }, asking);
    return {
      name: plan.name,
      slug: module?.slug,
      losses: losses.map((loss) => lossWords(loss, today)),
      none: losses.every(({ count }) => count === 0),
      hidden: hiddenFields(values),
      coordinator: request.coordinator,
    };
  };

  app.get(`${LIST}/new`, { config }, (request, reply) =>
    showForm(request, reply, { values: { calendarTitle: 'Training session', graceDays: '60' } }),
  );

  app.post(LIST, form, async (request, reply) => {
    const values = typedModule(request);
    const read = readModule(values, fieldErrors(request, MODULE_WORDS));
    if (read.errors) return showForm(request, reply.code(422), { values, errors: read.errors });
    if (values.step === 'form') return showForm(request, reply, { values });
    const looked =
      values.step === 'confirmed' ? undefined : await preview(request, { values, plan: read.plan });
    if (looked) return reply.page('training/module-preview', looked);
    await addModule(db, request.actor(), read.plan, await moment());
    return seeOther(request, reply, LIST, 'The module is added.');
  });

  app.get<OfSlug>(ONE, { config }, async (request, reply) => {
    const module = await found(request.params.slug);
    return showForm(request, reply, { module, values: moduleValues(module) });
  });

  app.post<OfSlug>(ONE, form, async (request, reply) => {
    const module = await found(request.params.slug);
    const values = typedModule(request);
    const read = readModule(values, fieldErrors(request, MODULE_WORDS));
    if (read.errors) return showForm(request, reply.code(422), { module, values, errors: read.errors });
    if (module.closedAt) return seeOther(request, reply, LIST, RETIRED);
    const stale = (latest: KeptModule) =>
      showForm(request, reply.code(409), {
        module: latest,
        values,
        conflict: { differences: moduleDifferences(latest, values) },
      });
    const edits = Number(values.edits ?? -1);
    if (module.edits !== edits) return stale(module);
    if (values.step === 'form') return showForm(request, reply, { module, values });
    const { plan } = read;
    const looked = values.step === 'confirmed' ? undefined : await preview(request, { module, values, plan });
    if (looked) return reply.page('training/module-preview', looked);
    const wanted = { slug: module.slug, edits, plan };
    const changed = await changeModule(db, request.actor(), wanted, await moment());
    if (changed === 'changed') return seeOther(request, reply, LIST, 'The module is saved.');
    if (changed.refused === 'unknown') throw new PageError(404);
    if (changed.refused === 'retired') return seeOther(request, reply, LIST, RETIRED);
    return stale(await found(module.slug));
  });

  app.post<OfSlug>(`${ONE}/retirement`, { config, preValidation: tidyForm }, async (request, reply) => {
    const done = await retireModule(db, request.actor(), request.params.slug, clock.now());
    if (done === 'retired')
      return seeOther(request, reply, LIST, 'The module is retired. What people passed stays with them.');
    if (done.refused !== 'induction' && done.refused !== 'sessions') throw new PageError(404);
    const module = await found(request.params.slug);
    const errors = { retire: REFUSALS[done.refused] };
    return showForm(request, reply.code(422), { module, values: moduleValues(module), errors });
  });

  app.post<OfSlug>(`${ONE}/restoration`, { config, preValidation: tidyForm }, async (request, reply) => {
    const done = await restoreModule(db, request.actor(), request.params.slug, clock.now());
    if (done !== 'restored') throw new PageError(404);
    return seeOther(request, reply, LIST, 'The module is back. Nobody has to take it until you say so.');
  });
};
