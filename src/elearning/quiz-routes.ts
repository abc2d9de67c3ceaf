import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { tidyForm } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { isUpToDate, lastAttempt, startAttempt } from './attempts.ts';
import { findLearner, type Learner, mayLearn } from './learner.ts';
import { pagesRead } from './progress.ts';
import { quizForm, quizStart } from './quiz-page.ts';
import { type Sheet, type SubmitRefusal, submitAttempt } from './submit.ts';
import { notNow } from './words.ts';

const Slug = Type.Object({ slug: Type.String() });
const uuid = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });
const SheetForm = Type.Object({ attempt: uuid });

const SAID: Partial<Record<SubmitRefusal['refused'], string>> = {
  replaced: 'Those answers belong to an older try of yours, so nothing is marked.',
  old: 'This training has changed since you opened the quiz, so nothing is marked yet.',
  'marked already': 'Those answers were marked before. Nothing is counted twice.',
};

const SLUG = ':slug(^[a-z0-9-]{1,80}$)';

/** The quiz at the end of a module that is taken online. */
export default async (app: FastifyInstance, { db, clock, content, courses }: Deps) => {
  const config = { access: 'champion' } as const;
  const options = { config, schema: { params: Slug } };

  const momentNow = async () => ({ timeZone: (await content.programme()).timeZone, now: clock.now() });

  const learnerFor = async (request: FastifyRequest) => {
    const { slug } = request.params as Static<typeof Slug>;
    const who = { championId: request.championId, slug, ...(await momentNow()) };
    const learner = await findLearner(db, courses, who);
    if (!learner) throw new PageError(404);
    return learner;
  };

  const refuse = (reply: FastifyReply, { state, module }: Learner) =>
    reply.code(403).page('elearning/not-now', { name: module.name, why: notNow(state) });

  /** The form where a try is open; else what was wrong, and whether another try may start. */
  const showQuiz = async (
    reply: FastifyReply,
    learner: Learner,
    { refusal, said }: { refusal?: SubmitRefusal; said?: string } = {},
  ) => {
    const last = await lastAttempt(db, learner);
    if (last && !last.result && isUpToDate(last, learner)) {
      const kept = refusal && 'chosen' in refusal ? refusal : undefined;
      const agreed = kept && 'agreed' in kept ? kept.agreed : false;
      return reply.page('elearning/quiz', quizForm(learner, last, { refusal, chosen: kept?.chosen, agreed }));
    }
    const read = await pagesRead(db, learner);
    const moment = await momentNow();
    return reply.page('elearning/quiz-start', quizStart(learner, { read, last, moment, said }));
  };

  app.get(`/me/training/${SLUG}/quiz`, options, async (request, reply) => {
    const learner = await learnerFor(request);
    return mayLearn(learner.state) ? showQuiz(reply, learner) : refuse(reply, learner);
  });

  app.post(`/me/training/${SLUG}/attempts`, options, async (request, reply) => {
    const learner = await learnerFor(request);
    const outcome = await startAttempt(db, learner, clock.now());
    if (outcome === 'started') return reply.redirect(`/me/training/${learner.module.slug}/quiz`, 303);
    return outcome.refused === 'not now' ? refuse(reply, learner) : showQuiz(reply.code(422), learner);
  });

  const schema = { params: Slug, body: SheetForm };
  app.post(
    `/me/training/${SLUG}/quiz`,
    { config, schema, attachValidation: true, preValidation: tidyForm },
    async (request, reply) => {
      const learner = await learnerFor(request);
      if (!mayLearn(learner.state)) return refuse(reply, learner);
      if (request.validationError) throw new PageError(404);
      const moment = await momentNow();
      const outcome = await submitAttempt(db, learner, { sheet: request.body as Sheet, ...moment });
      if ('passed' in outcome) return reply.redirect(`/me/training/${learner.module.slug}/quiz`, 303);
      // As it is now: the module may have a new version, or they may have just passed.
      const now = await learnerFor(request);
      if (outcome.refused === 'not now') return refuse(reply, now);
      if (outcome.refused === 'old') await startAttempt(db, now, clock.now());
      return showQuiz(reply.code(422), now, { refusal: outcome, said: SAID[outcome.refused] });
    },
  );
};
