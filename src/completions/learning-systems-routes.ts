import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { seeOther, takeFlash } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { lineField, lineWords } from '../programme/settings-form.ts';
import type { UnusedReason } from '../schema.ts';
import { formatDay, formatMoment } from '../time.ts';
import { listModules } from '../training/modules.ts';
import { forgetActivity, listActivities, nameActivity } from './activities.ts';
import { endApiKey, listApiKeys, makeApiKey } from './api-keys.ts';
import { listUnused, ownActivity } from './receive.ts';

const ROOT = '/coordinate/settings/learning-systems';
const LONGEST_NAME = 60;
const LONGEST_ACTIVITY = 500;

const KeyForm = Type.Object({ name: lineField(LONGEST_NAME) });
const ActivityForm = Type.Object({ activity: lineField(LONGEST_ACTIVITY), module: uuidField });
const RemovalForm = Type.Object({ activity: Type.String({ maxLength: LONGEST_ACTIVITY }) });
const Params = Type.Object({ id: uuidField });

const KEY_WORDS = { name: lineWords('Enter a name', LONGEST_NAME) };
const NOT_AN_ADDRESS =
  'Enter the course’s address as the other system has it. It starts with https:// or http://';
const ACTIVITY_WORDS = { activity: NOT_AN_ADDRESS, module: 'Choose a module from the list' };

const REASONS: Record<UnusedReason, string> = {
  'unknown person': 'No champion has this address or number',
  'unknown activity': 'We do not know which module this is',
  'other verb': 'It does not say that something was passed or completed',
  'not passed': 'It was not passed',
};

const isWebAddress = (typed: string) => /^https?:\/\//.test(typed) && URL.canParse(typed);

/** Administrators connect other learning systems, which then send who has passed what. */
export default async (app: FastifyInstance, { config, db, clock, content }: Deps) => {
  const options = (schema?: { body?: object; params?: object }) => ({
    config: { access: 'administrator' } as const,
    ...(schema ? { schema } : {}),
    ...(schema?.body ? { attachValidation: true, preValidation: tidyForm } : {}),
  });

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { values?: Record<string, string>; errors?: FieldErrors } = {},
  ) => {
    const { timeZone } = await content.programme();
    const now = clock.now();
    const [keys, activities, modules, unused] = await Promise.all([
      listApiKeys(db),
      listActivities(db),
      listModules(db),
      listUnused(db),
    ]);
    const { publicUrl } = config;
    return reply.page('completions/learning-systems', {
      ...given,
      address: `${publicUrl}/api/xapi/statements`,
      homePage: publicUrl,
      keys: keys.map((key) => ({
        ...key,
        since: formatDay(key.madeAt, timeZone, now),
        lastUsed: key.lastUsedAt && formatMoment(key.lastUsedAt, timeZone, now),
      })),
      activities,
      own: modules.map((module) => ({ module: module.name, activity: ownActivity(publicUrl, module) })),
      moduleItems: [
        { value: '', text: 'Choose a module' },
        ...modules.map(({ id, name }) => ({ value: id, text: name })),
      ],
      unused: unused.map(({ reason, receivedAt, ...row }) => ({
        ...row,
        why: REASONS[reason],
        when: formatMoment(receivedAt, timeZone, now),
      })),
      flash: takeFlash(request),
    });
  };

  app.get(ROOT, options(), (request, reply) => show(request, reply));

  /** Asks for a fresh code: a key lets others write. */
  const making = { ...options({ body: KeyForm }), config: { access: 'administrator', fresh: ROOT } } as const;
  app.post(`${ROOT}/keys`, making, async (request, reply) => {
    const errors = fieldErrors(request, KEY_WORDS);
    const values = typedValues(request);
    if (errors.name) return show(request, reply.code(422), { values, errors });
    const actor = { ...request.actor(), coordinatorId: request.coordinator.id };
    const { name } = request.body as Static<typeof KeyForm>;
    const key = await makeApiKey(db, actor, { name, scope: 'completions' }, clock.now());
    // Answered at once, not after a redirect: the secret is kept nowhere that could show it again.
    return reply.page('completions/api-key', { name, key, address: `${config.publicUrl}/api/xapi/` });
  });

  app.post(`${ROOT}/keys/:id/end`, options({ params: Params }), async (request, reply) => {
    const { id } = request.params as Static<typeof Params>;
    if (!(await endApiKey(db, request.actor(), id, clock.now()))) throw new PageError(404);
    return seeOther(request, reply, ROOT, 'The key does not work any more.');
  });

  app.post(`${ROOT}/activities`, options({ body: ActivityForm }), async (request, reply) => {
    const values = typedValues(request);
    const errors = fieldErrors(request, ACTIVITY_WORDS);
    const { activity = '', module: moduleId } = values;
    if (!isWebAddress(activity)) errors.activity = NOT_AN_ADDRESS;
    const module = (await listModules(db)).find(({ id }) => id === moduleId);
    if (!module) errors.module = ACTIVITY_WORDS.module;
    if (Object.keys(errors).length > 0 || !module) return show(request, reply.code(422), { values, errors });
    await nameActivity(db, request.actor(), { activity, moduleId: module.id }, clock.now());
    return seeOther(request, reply, ROOT, `We know now that this course is ‘${module.name}’.`);
  });

  app.post(`${ROOT}/activities/removal`, options({ body: RemovalForm }), async (request, reply) => {
    await forgetActivity(db, request.actor(), typedValues(request).activity ?? '', clock.now());
    return seeOther(request, reply, ROOT, 'We have forgotten this course.');
  });
};
