import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { readDate } from '../events/filters.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { seeOther, takeFlash } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { CORRECTIONS, correctionReason, HOW } from './by-hand.ts';
import { type Step, takeStep } from './champion-state.ts';
import { addPass, findChampionIn, historyOf, noteReading } from './champion-training.ts';
import { championTrainingPage } from './champion-training-page.ts';
import { correctPass, findRecord } from './correct-pass.ts';
import { shortDate } from './matrix-page.ts';
import { listModules } from './modules.ts';
import { standingOf } from './records.ts';

const Params = Type.Object({ id: uuidField });
const short = Type.String({ maxLength: 100 });
const PassForm = Type.Object({ module: short, day: short, how: Type.Enum(Object.keys(HOW)) });
const PASS_WORDS = {
  module: 'Choose the module that they passed',
  day: 'Enter the day on which they passed, like 16/10/2026',
  how: 'Choose how you know',
};
const CorrectionForm = Type.Object({
  what: Type.Enum(['another day', 'not passed']),
  day: Type.Optional(short),
  reason: Type.Enum(Object.keys(CORRECTIONS)),
  words: Type.Optional(Type.String({ maxLength: 100 })),
});
const CORRECTION_WORDS = {
  what: 'Choose what is right',
  day: PASS_WORDS.day,
  reason: 'Choose what was wrong',
  words: 'Write 100 letters or fewer',
};
const NOT_CORRECTED = {
  'to come': ['day', 'That day is still to come. Enter a day up to today'],
  'same day': ['day', 'That is the day it has already. Enter the right one'],
  'after its end': [
    'day',
    'It does not count any more on that day. Enter an earlier one, or say that they had not passed and write the pass down anew',
  ],
  'corrected already': ['what', 'Somebody has corrected this meanwhile. Go back and look at it first'],
  'not there': ['what', 'They were marked absent at that session. Change that first'],
} as const;

const STEP_DONE: Record<Step, string> = {
  pause: 'They are paused. We have told them that their page has changed.',
  suspend:
    'They are suspended, and their certificate is not valid. We have told them that their page has changed.',
  resume: 'They go on. We have told them that their page has changed.',
};

/** One champion's training: what they passed, what a coordinator knows besides, and whether they go on. */
export default async (app: FastifyInstance, { db, queue, clock, content }: Deps) => {
  const options = (body?: object) => ({
    config: { access: 'coordinator' } as const,
    schema: { params: Params, ...(body ? { body } : {}) },
    ...(body ? { attachValidation: true, preValidation: tidyForm } : {}),
  });
  const moment = async () => {
    const { timeZone } = await content.programme();
    const now = clock.now();
    return { timeZone, now, today: now.toZonedDateTimeISO(timeZone).toPlainDate() };
  };
  const idOf = (request: FastifyRequest) => {
    if (request.validationError?.validationContext === 'params') throw new PageError(404);
    return (request.params as Static<typeof Params>).id;
  };
  const championOf = async (request: FastifyRequest) => {
    const champion = await findChampionIn(db, idOf(request), request.coordinator.areaIds);
    if (!champion) throw new PageError(404);
    return champion;
  };
  const recordOf = async (request: FastifyRequest) => {
    const record = await findRecord(db, idOf(request), request.coordinator.areaIds);
    if (!record) throw new PageError(404);
    return record;
  };
  const addressOf = (id: string) => `/coordinate/training/champions/${id}`;

  app.get('/coordinate/training/champions/:id', options(), async (request, reply) => {
    const champion = await championOf(request);
    const { timeZone, now, today } = await moment();
    const [modules, training, history] = await Promise.all([
      listModules(db),
      standingOf(db, champion, { day: today, timeZone, now }),
      historyOf(db, champion.id),
      noteReading(db, request.actor(), champion, now),
    ]);
    return reply.page('training/champion', {
      ...championTrainingPage(champion, modules, training, history, { timeZone, now }),
      flash: takeFlash(request),
      coordinator: request.coordinator,
    });
  });

  const showPassForm = async (request: FastifyRequest, reply: FastifyReply, errors?: FieldErrors) => {
    const champion = await championOf(request);
    const modules = await listModules(db);
    await noteReading(db, request.actor(), champion, clock.now());
    const query = request.query as { module?: unknown };
    return reply.page('training/pass', {
      champion,
      values: errors ? typedValues(request) : { module: String(query.module ?? '') },
      errors,
      modules: [
        { value: '', text: 'Choose' },
        ...modules.map(({ slug, name }) => ({ value: slug, text: name })),
      ],
      hows: Object.entries(HOW).map(([value, text]) => ({ value, text })),
      coordinator: request.coordinator,
    });
  };

  app.get('/coordinate/training/champions/:id/passes/new', options(), (request, reply) =>
    showPassForm(request, reply),
  );

  app.post('/coordinate/training/champions/:id/passes', options(PassForm), async (request, reply) => {
    const champion = await championOf(request);
    const values = typedValues(request);
    const errors = fieldErrors(request, PASS_WORDS);
    const module = (await listModules(db)).find(({ slug }) => slug === values.module);
    const day = readDate(values.day ?? '');
    if (!module) errors.module ??= PASS_WORDS.module;
    if (!day) errors.day ??= PASS_WORDS.day;
    if (!module || !day || Object.keys(errors).length > 0)
      return showPassForm(request, reply.code(422), inOrder(errors, PASS_WORDS));
    const { how } = request.body as { how: keyof typeof HOW };
    const pass = { champion, moduleId: module.id, passedOn: Temporal.PlainDate.from(day), how };
    const outcome = await addPass(db, pass, { actor: request.actor(), ...(await moment()) });
    if (outcome !== 'recorded')
      return showPassForm(request, reply.code(422), { day: NOT_CORRECTED['to come'][1] });
    return seeOther(request, reply, addressOf(champion.id), `It is written down: ${module.name}.`);
  });

  const showCorrection = async (request: FastifyRequest, reply: FastifyReply, errors?: FieldErrors) => {
    const { champion, ...record } = await recordOf(request);
    if (!record.open && !errors)
      return seeOther(request, reply, addressOf(champion.id), 'That record was corrected already.');
    await noteReading(db, request.actor(), champion, clock.now());
    return reply.page('training/correction', {
      champion,
      record: {
        ...record,
        day: shortDate(record.passedOn),
        until: record.expiresOn && shortDate(record.expiresOn),
      },
      values: errors ? typedValues(request) : {},
      errors,
      reasons: [
        { value: '', text: 'Choose' },
        ...Object.entries(CORRECTIONS).map(([value, text]) => ({ value, text })),
      ],
      coordinator: request.coordinator,
    });
  };

  app.get('/coordinate/training/records/:id/correction', options(), (request, reply) =>
    showCorrection(request, reply),
  );

  app.post('/coordinate/training/records/:id/correction', options(CorrectionForm), async (request, reply) => {
    const record = await recordOf(request);
    const errors = fieldErrors(request, CORRECTION_WORDS);
    const values = typedValues(request);
    const day = values.what === 'another day' ? readDate(values.day ?? '') : undefined;
    if (values.what === 'another day' && !day) errors.day ??= CORRECTION_WORDS.day;
    if (Object.keys(errors).length > 0)
      return showCorrection(request, reply.code(422), inOrder(errors, CORRECTION_WORDS));
    const { reason } = request.body as { reason: keyof typeof CORRECTIONS };
    const right = {
      passedOn: day ? Temporal.PlainDate.from(day) : null,
      reason: correctionReason(reason, values.words?.trim()),
    };
    const outcome = await correctPass(db, record, right, { actor: request.actor(), ...(await moment()) });
    if (outcome !== 'corrected') {
      const [field, sentence] = NOT_CORRECTED[outcome.refused];
      return showCorrection(request, reply.code(422), { [field]: sentence });
    }
    return seeOther(request, reply, addressOf(record.champion.id), 'The record is corrected.');
  });

  for (const [path, step] of [
    ['pause', 'pause'],
    ['suspension', 'suspend'],
    ['return', 'resume'],
  ] as const) {
    app.post(`/coordinate/training/champions/:id/${path}`, options(), async (request, reply) => {
      const champion = await championOf(request);
      const outcome = await takeStep(db, queue, request.actor(), champion, step, clock.now());
      const done = typeof outcome === 'string';
      const notice = done ? STEP_DONE[step] : 'That is not possible from where they stand now.';
      return seeOther(request, reply, addressOf(champion.id), notice);
    });
  }
};

/** In the order of the form. */
const inOrder = (errors: FieldErrors, words: Record<string, string>): FieldErrors =>
  Object.fromEntries(Object.keys(words).flatMap((field) => (errors[field] ? [[field, errors[field]]] : [])));
