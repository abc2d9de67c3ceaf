import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { NAME_WORDS, nameError } from '../champions/sign-up-form.ts';
import type { Deps } from '../deps.ts';
import { readEmailAddress } from '../email-address.ts';
import { type FieldErrors, fieldErrors, minutesOf, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { attend } from './attend.ts';
import { ATTEND_WORDS, AttendForm, CODE_WORDS, CodeForm, EMAIL_WORDS, WRONG_CODE } from './attend-form.ts';
import { findAttendPage } from './attend-page.ts';
import { acceptOffer, findByTypedCode, giveUp } from './give-up.ts';

/** Anything else is no slug, and nothing that the database should see. */
const SLUG = ':slug(^[a-z0-9-]{1,120}$)';

const REFUSALS = {
  'ran out': 'The time to take this place has run out, so it went to the next person. You can ask again',
  'not yet': 'You are on the waiting list. We write to you as soon as a place is free for you',
  'not open': 'This event can not be booked any more. Look at its page to see why',
  over: 'This event is over, so there is no place to give up',
  unknown: WRONG_CODE,
};

type Given = { values?: Record<string, string>; errors?: FieldErrors };

/** 'I'm coming', and giving up or taking a place with the code from the email. */
export default async (app: FastifyInstance, { config, db, queue, clock }: Deps) => {
  const { publicUrl, sessionSecret } = config;
  const options = (body?: object) => ({
    config: { access: 'everyone' } as const,
    ...(body ? { schema: { body }, attachValidation: true, preValidation: tidyForm } : {}),
  });

  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });

  const mustWait = (reply: FastifyReply, seconds: number) => {
    reply.header('retry-after', seconds);
    return `There were too many tries. Wait ${minutesOf(seconds)}, then press the button again`;
  };

  const slugOf = (request: FastifyRequest) => (request.params as { slug: string }).slug;

  const showForm = async (reply: FastifyReply, slug: string, given: Given = {}) => {
    const page = await findAttendPage(db, slug, clock.now());
    if (!page) throw new PageError(404);
    const submission = given.values?.submission ?? randomUUID();
    return reply.page('events/attend', { nav: 'events', ...page, ...given, submission });
  };

  app.get(`/events/${SLUG}/attend`, options(), (request, reply) => showForm(reply, slugOf(request)));

  app.post(`/events/${SLUG}/attendance`, options(AttendForm), async (request, reply) => {
    const values = typedValues(request);
    if (values.website) return reply.redirect('/attendance/sent', 303);
    const slug = slugOf(request);
    const page = await findAttendPage(db, slug, clock.now());
    if (!page) throw new PageError(404);
    const again = (errors: FieldErrors, status = 422) =>
      showForm(reply.code(status), slug, { values, errors });

    const errors = fieldErrors(request, ATTEND_WORDS);
    const email = values.email ? readEmailAddress(values.email) : undefined;
    if (!errors.fullName && nameError(values.fullName ?? '')) errors.fullName = NAME_WORDS.otherwise;
    if (!errors.email && !email) errors.email = EMAIL_WORDS.otherwise;
    if (Object.keys(errors).length > 0 || !email) return again(errors);
    const wait = await request.tooManyTries('attend', email.key);
    if (wait) return again({ email: mustWait(reply, wait) }, 429);

    const { fullName, submission: submissionId = request.id } = request.body as Static<typeof AttendForm>;
    const person = { fullName, email, submissionId, publicUrl, now: clock.now() };
    const outcome = await attend(db, queue, { eventId: page.event.id, ...person });
    if ('refused' in outcome) return showForm(reply.code(422), slug);
    reply.keepSentTo(email.address);
    return reply.redirect('/attendance/sent', 303);
  });

  app.get('/attendance/sent', options(), (request, reply) =>
    reply.page('events/attendance-sent', { nav: 'events', sentTo: request.sentTo() }),
  );

  type Outcome = { slug: string; title: string } | { refused: keyof typeof REFUSALS };

  /** A page on which an address and its code are typed, what they do, and the page that says that it is done. */
  const codePages = (name: 'withdraw' | 'accept', done: string, act: (id: string) => Promise<Outcome>) => {
    const show = (reply: FastifyReply, given: Given = {}) =>
      reply.page(`events/attendance-${name}`, { nav: 'events', ...given });

    app.get(`/attendance/${name}`, options(), (_request, reply) => show(reply));

    app.post(`/attendance/${name}`, options(CodeForm), async (request, reply) => {
      const values = typedValues(request);
      const again = (errors: FieldErrors, status = 422) => show(reply.code(status), { values, errors });
      const errors = fieldErrors(request, CODE_WORDS);
      const email = values.email ? readEmailAddress(values.email) : undefined;
      if (!errors.email && !email) errors.email = EMAIL_WORDS.otherwise;
      if (Object.keys(errors).length > 0 || !email) return again(errors);
      const wait = await request.tooManyTries('attendance', email.key);
      if (wait) return again({ code: mustWait(reply, wait) }, 429);
      const { code: typed } = request.body as Static<typeof CodeForm>;
      const id = await findByTypedCode(db, { emailKey: email.key, typed, secret: sessionSecret });
      const outcome = id ? await act(id) : { refused: 'unknown' as const };
      if ('refused' in outcome) return again({ code: REFUSALS[outcome.refused] });
      return reply.redirect(`/attendance/${done}`, 303);
    });

    app.get(`/attendance/${done}`, options(), (_request, reply) =>
      reply.page(`events/attendance-${done}`, { nav: 'events' }),
    );
  };

  const moment = () => ({ publicUrl, now: clock.now() });
  codePages('withdraw', 'withdrawn', (id) =>
    db.transaction().execute((trx) => giveUp(trx, queue, id, 'self', moment())),
  );
  codePages('accept', 'accepted', (id) => acceptOffer(db, queue, id, moment()));
};
