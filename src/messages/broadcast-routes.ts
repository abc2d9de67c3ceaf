import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { uuidField } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, minutesOf, tidyForm } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { renderer } from '../mail/render.ts';
import { countAudience } from './audience.ts';
import { addressOf, broadcastPage, broadcastsPage, letterPage } from './broadcast-page.ts';
import {
  changeBroadcast,
  countByState,
  findBroadcast,
  listBroadcasts,
  sendBroadcast,
  testBroadcast,
  writeBroadcast,
} from './broadcasts.ts';
import { LETTER_WORDS, LetterForm, letterOf, subjectWarning, typedLetter } from './letter-form.ts';
import { findAbout, findCampaignTarget, findEventTarget, listTargets, type Target } from './targets.ts';

const Params = Type.Object({ id: uuidField });
const NO_NEWS = 'This event is cancelled: write only about that, to those who held a place';
const ALREADY = 'This message was sent already.';

/** What the frame shows is a message, not a page of ours: no script, nothing from elsewhere. */
const MESSAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox";

/** Writing to everyone who holds a place at an event or at a campaign's events: write, look, try it on oneself, send. */
export default async (app: FastifyInstance, { config, db, queue, clock, content, templates }: Deps) => {
  const options = (schema: { body?: object; params?: object } = {}) => ({
    config: { access: 'coordinator' } as const,
    schema,
    ...(schema.body ? { attachValidation: true, preValidation: tidyForm } : {}),
  });
  const render = renderer(config, templates);
  const reader = async () => ({ timeZone: (await content.programme()).timeZone, now: clock.now() });
  const areasOf = ({ coordinator }: FastifyRequest) => coordinator.areaIds;
  const actorOf = (request: FastifyRequest) => ({
    ...request.actor(),
    coordinatorId: request.coordinator.id,
  });

  const found = async (request: FastifyRequest) => {
    const { id } = request.params as Static<typeof Params>;
    const broadcast = await findBroadcast(db, id, areasOf(request));
    if (!broadcast) throw new PageError(404);
    return broadcast;
  };
  type Found = Awaited<ReturnType<typeof found>>;

  const read = (request: FastifyRequest, { cancelled }: { cancelled: boolean }) => {
    const typed = typedLetter(request.body);
    const errors = fieldErrors(request, LETTER_WORDS);
    if (cancelled && typed.purpose === 'news') errors.purpose = NO_NEWS;
    return { typed, errors: { ...subjectWarning(typed), ...errors } };
  };
  const isEmpty = (errors: FieldErrors) => Object.keys(errors).length === 0;

  const showForm = (request: FastifyRequest, reply: FastifyReply, page: Parameters<typeof letterPage>[0]) =>
    reply.page('messages/letter', { administrator: request.coordinator.administrator, ...letterPage(page) });

  const showPage = (request: FastifyRequest, reply: FastifyReply, id: string, notice?: string) => {
    if (notice) request.session.notice = notice;
    return reply.redirect(`/coordinate/broadcasts/${id}`, 303);
  };

  const forTargets = (path: string, find: typeof findEventTarget) => {
    const address = `/coordinate/${path}/:slug(^[a-z0-9-]{1,120}$)/messages`;
    const targetOf = async (request: FastifyRequest): Promise<Target> => {
      const { slug } = request.params as { slug: string };
      const target = await find(db, slug, areasOf(request), await reader());
      if (!target) throw new PageError(404);
      return target;
    };
    const page = (target: Target) => ({
      about: target.title,
      when: target.when,
      cancelled: target.cancelled,
      action: addressOf(target),
      back: '/coordinate/broadcasts',
    });

    app.get(`${address}/new`, options(), async (request, reply) =>
      showForm(request, reply, { ...page(await targetOf(request)), values: { purpose: 'service' } }),
    );

    app.post(address, options({ body: LetterForm }), async (request, reply) => {
      const target = await targetOf(request);
      const { typed, errors } = read(request, target);
      if (!isEmpty(errors)) {
        return showForm(request, reply.code(422), { ...page(target), values: typed, errors });
      }
      if (request.validationError) throw new PageError(404);
      const outcome = await writeBroadcast(db, actorOf(request), {
        id: typed.submission ?? randomUUID(),
        target,
        areaIds: target.areaIds,
        now: clock.now(),
        ...letterOf(typed),
      });
      if ('id' in outcome) return showPage(request, reply, outcome.id);
      if (outcome.refused === 'sent') return showPage(request, reply, typed.submission!, ALREADY);
      throw new PageError(404);
    });
  };
  forTargets('events', findEventTarget);
  forTargets('campaigns', findCampaignTarget);

  app.get('/coordinate/broadcasts', options(), async (request, reply) => {
    const now = await reader();
    const [broadcasts, targets] = await Promise.all([
      listBroadcasts(db, areasOf(request)),
      listTargets(db, areasOf(request), now),
    ]);
    const { administrator } = request.coordinator;
    return reply.page('messages/broadcasts', { administrator, ...broadcastsPage(broadcasts, targets, now) });
  });

  const showBroadcast = async (
    request: FastifyRequest,
    reply: FastifyReply,
    broadcast: Found,
    errors?: FieldErrors,
  ) => {
    const [audience, states] = await Promise.all([
      broadcast.sentAt ? 0 : countAudience(db, broadcast),
      countByState(db, broadcast.id),
    ]);
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    reply.header(
      'content-security-policy',
      `${reply.getHeader('content-security-policy')}; frame-src 'self'`,
    );
    return reply.page('messages/broadcast', {
      administrator: request.coordinator.administrator,
      email: request.coordinator.email,
      errors,
      flash: notice && { type: 'success', text: notice },
      ...broadcastPage(broadcast, audience, states, await reader()),
    });
  };

  app.get('/coordinate/broadcasts/:id', options({ params: Params }), async (request, reply) =>
    showBroadcast(request, reply, await found(request)),
  );

  app.get('/coordinate/broadcasts/:id/preview', options({ params: Params }), async (request, reply) => {
    const { id, subject, body, purpose, eventId } = await found(request);
    const { timeZone, now } = await reader();
    const about = await findAbout(db, eventId, timeZone, now);
    const data = {
      fullName: request.coordinator.fullName,
      subject,
      body,
      news: purpose === 'news',
      ...about,
    };
    const { email: recipient } = request.coordinator;
    const row = { id, kind: 'broadcast', recipient, data, invite: null, created_at: now };
    return reply
      .header('content-security-policy', MESSAGE_POLICY)
      .type('text/html; charset=utf-8')
      .send(render(row).html);
  });

  const changePage = ({ id, about, cancelled }: Found) => ({
    about,
    cancelled,
    action: `/coordinate/broadcasts/${id}`,
    back: `/coordinate/broadcasts/${id}`,
  });

  app.get('/coordinate/broadcasts/:id/edit', options({ params: Params }), async (request, reply) => {
    const broadcast = await found(request);
    if (broadcast.sentAt) return showPage(request, reply, broadcast.id, ALREADY);
    return showForm(request, reply, { ...changePage(broadcast), values: broadcast });
  });

  app.post(
    '/coordinate/broadcasts/:id',
    options({ params: Params, body: LetterForm }),
    async (request, reply) => {
      const broadcast = await found(request);
      const { typed, errors } = read(request, broadcast);
      if (!isEmpty(errors)) {
        return showForm(request, reply.code(422), { ...changePage(broadcast), values: typed, errors });
      }
      const change = { id: broadcast.id, areaIds: areasOf(request), now: clock.now() };
      const outcome = await changeBroadcast(db, request.actor(), change, letterOf(typed));
      return showPage(
        request,
        reply,
        broadcast.id,
        'refused' in outcome ? ALREADY : 'Your changes are saved.',
      );
    },
  );

  app.post('/coordinate/broadcasts/:id/test', options({ params: Params }), async (request, reply) => {
    const broadcast = await found(request);
    const wait = await request.tooManyTries('test message');
    if (wait) {
      reply.header('retry-after', wait);
      const again = `You have sent yourself many. Wait ${minutesOf(wait)}, then try again`;
      return showBroadcast(request, reply.code(429), broadcast, { test: again });
    }
    const to = { broadcast, to: request.coordinator, ...(await reader()) };
    await testBroadcast(db, queue, request.actor(), to);
    return showPage(
      request,
      reply,
      broadcast.id,
      `We have sent it to you alone, at ${request.coordinator.email}.`,
    );
  });

  app.post('/coordinate/broadcasts/:id/sending', options({ params: Params }), async (request, reply) => {
    const broadcast = await found(request);
    const sending = { id: broadcast.id, areaIds: areasOf(request), now: clock.now() };
    const outcome = await sendBroadcast(db, queue, actorOf(request), sending);
    if ('people' in outcome) return showPage(request, reply, broadcast.id, 'Your message is on its way.');
    if (outcome.refused === 'sent') return showPage(request, reply, broadcast.id);
    if (outcome.refused === 'unknown') throw new PageError(404);
    return showBroadcast(request, reply.code(422), broadcast, {
      send: 'Nobody would get this message now, so we did not send it',
    });
  });
};
