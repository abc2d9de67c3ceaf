import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { PageError } from '../http/page-error.ts';
import { lastAttempt } from './attempts.ts';
import { findLearner, type Learner, mayLearn } from './learner.ts';
import { overviewPage } from './overview-page.ts';
import { markRead, pagesRead } from './progress.ts';
import { notNow } from './words.ts';

const Slug = Type.Object({ slug: Type.String() });
const PageParams = Type.Object({ slug: Type.String(), page: Type.String() });
const PictureParams = Type.Object({ slug: Type.String(), file: Type.String() });

const SLUG = ':slug(^[a-z0-9-]{1,80}$)';
const PAGE = ':page(^[1-9]\\d?$)';

/** Nothing that a picture holds may do anything where somebody opens it by its own address. */
const PICTURE_POLICY = "default-src 'none'; sandbox";

/** The pages of a module that is taken online. */
export default async (app: FastifyInstance, { db, clock, content, courses }: Deps) => {
  const options = (params: object) => ({ config: { access: 'champion' } as const, schema: { params } });

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

  const pageFor = ({ course }: Learner, request: FastifyRequest) => {
    const number = Number((request.params as Static<typeof PageParams>).page);
    const page = course.pages[number - 1];
    if (!page) throw new PageError(404);
    return { page, number };
  };

  app.get(`/me/training/${SLUG}`, options(Slug), async (request, reply) => {
    const learner = await learnerFor(request);
    if (!mayLearn(learner.state)) return refuse(reply, learner);
    const [read, last] = await Promise.all([pagesRead(db, learner), lastAttempt(db, learner)]);
    const moment = await momentNow();
    return reply.page('elearning/overview', overviewPage({ learner, read, last, moment }));
  });

  app.get(`/me/training/${SLUG}/${PAGE}`, options(PageParams), async (request, reply) => {
    const learner = await learnerFor(request);
    if (!mayLearn(learner.state)) return refuse(reply, learner);
    const { page, number } = pageFor(learner, request);
    const address = `/me/training/${learner.module.slug}`;
    const { pages, warning } = learner.course;
    return reply.page('elearning/page', {
      name: learner.module.name,
      address,
      title: page.title,
      words: page.html,
      number,
      of: pages.length,
      warning: number === 1 ? warning : undefined,
      back: number > 1 ? `${address}/${number - 1}` : address,
      isLast: number === pages.length,
    });
  });

  app.post(`/me/training/${SLUG}/${PAGE}`, options(PageParams), async (request, reply) => {
    const learner = await learnerFor(request);
    if (!mayLearn(learner.state)) return refuse(reply, learner);
    const { page, number } = pageFor(learner, request);
    await markRead(db, learner, page.name, clock.now());
    const next = number === learner.course.pages.length ? 'quiz' : number + 1;
    return reply.redirect(`/me/training/${learner.module.slug}/${next}`, 303);
  });

  app.get(
    `/me/training/${SLUG}/pictures/:file(^[a-z0-9-]{1,80}\\.(png|jpg|svg)$)`,
    options(PictureParams),
    async (request, reply) => {
      const { slug, file } = request.params as Static<typeof PictureParams>;
      const picture = courses.get(slug)?.pictures.get(file);
      if (!picture) throw new PageError(404);
      return reply
        .header('content-security-policy', PICTURE_POLICY)
        .type(picture.contentType)
        .send(picture.content);
    },
  );
};
