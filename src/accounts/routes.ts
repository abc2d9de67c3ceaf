import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { confirmChampion } from '../champions/confirm.ts';
import type { Deps } from '../deps.ts';
import { readEmailAddress } from '../email-address.ts';
import { type FieldErrors, fieldErrors, minutesOf, tidyForm, typedValues } from '../http/forms.ts';
import { noteSignIn, noteSignOut } from './notes.ts';
import { askForCode, CODE_MINUTES, type RightCode, spendCode, tryCode } from './sign-in-codes.ts';
import { CODE_WORDS, EMAIL_WORDS, tooManyTries, WRONG_CODE } from './words.ts';

const CodeForm = Type.Object({ code: Type.String({ maxLength: 60 }) });
const SignInForm = Type.Object({ email: Type.String({ maxLength: 254 }) });

const mustWait = (reply: FastifyReply, seconds: number) => {
  reply.header('retry-after', seconds);
  return tooManyTries(minutesOf(seconds));
};

/** Where people find themselves once they are signed in: coordinators who are champions too can go on to /me. */
const homeOf = ({ coordinatorId, championId }: { coordinatorId?: string; championId?: string }) => {
  if (coordinatorId) return '/coordinate';
  return championId ? '/me' : undefined;
};

/** Typing a code, after a sign-up or to sign in; and signing out. */
export default async (app: FastifyInstance, { config, db, queue, clock }: Deps) => {
  const options = (body?: object) => ({
    config: { access: 'everyone' } as const,
    ...(body ? { schema: { body }, attachValidation: true, preValidation: tidyForm } : {}),
  });

  const codePage =
    (view: 'champions/confirm' | 'accounts/code') => async (request: FastifyRequest, reply: FastifyReply) =>
      showCodePage(view, request, reply);

  const showCodePage = async (
    view: string,
    request: FastifyRequest,
    reply: FastifyReply,
    given: { errors?: FieldErrors; code?: string } = {},
  ) => {
    const home = homeOf(request.session);
    if (home && !given.errors) return reply.redirect(home, 303);
    return reply.page(view, { ...given, sentTo: request.sentTo(), minutes: CODE_MINUTES });
  };

  const spendAndConfirm = (right: RightCode, requestId: string, now: Temporal.Instant) =>
    db.transaction().execute(async (trx) => {
      const spent = await spendCode(trx, right);
      if (spent?.championId) await confirmChampion(trx, spent.championId, spent.signUpId, now);
      if (spent?.coordinatorId) await noteSignIn(trx, { coordinatorId: spent.coordinatorId, requestId }, now);
      return spent;
    });

  const enterCode =
    (view: 'champions/confirm' | 'accounts/code') => async (request: FastifyRequest, reply: FastifyReply) => {
      const { code } = typedValues(request);
      const again = (errors: FieldErrors, status = 422) =>
        showCodePage(view, request, reply.code(status), { errors, code });
      const errors = fieldErrors(request, CODE_WORDS);
      if (errors.code) return again(errors);
      const wait = await request.tooManyTries('code');
      if (wait) return again({ code: mustWait(reply, wait) }, 429);

      const typed = (request.body as Static<typeof CodeForm>).code;
      const now = clock.now();
      const attempt = {
        typed,
        browserHash: request.browserHash(),
        secret: config.sessionSecret,
        now,
        requestId: request.id,
      };
      const right = await tryCode(db, attempt);
      const spent = right && (await spendAndConfirm(right, request.id, now));
      if (!spent) return again({ code: WRONG_CODE });
      await request.session.regenerate();
      if (spent.championId) request.session.championId = spent.championId;
      if (spent.coordinatorId) request.session.coordinatorId = spent.coordinatorId;
      request.session.signedInAt = now.epochMilliseconds;
      return reply.redirect(homeOf(request.session)!, 303);
    };

  app.get('/join/confirm', options(), codePage('champions/confirm'));
  app.post('/join/confirm', options(CodeForm), enterCode('champions/confirm'));

  app.get('/sign-in', options(), async (request, reply) => {
    const home = homeOf(request.session);
    if (home) return reply.redirect(home, 303);
    reply.knowBrowser();
    return reply.page('accounts/sign-in', {});
  });

  app.post('/sign-in', options(SignInForm), async (request, reply) => {
    const values = typedValues(request);
    const again = (errors: FieldErrors, status = 422) =>
      reply.code(status).page('accounts/sign-in', { values, errors });
    const errors = fieldErrors(request, EMAIL_WORDS);
    if (errors.email) return again(errors);
    const email = readEmailAddress((request.body as Static<typeof SignInForm>).email);
    if (!email) return again({ email: EMAIL_WORDS.email.otherwise });
    const wait = await request.tooManyTries('sign-in', email.key);
    if (wait) return again({ email: mustWait(reply, wait) }, 429);
    reply.keepSentTo(email.address);
    await askForCode(db, queue, { email, browserHash: reply.knowBrowser(), now: clock.now() });
    return reply.redirect('/sign-in/code', 303);
  });

  app.get('/sign-in/code', options(), codePage('accounts/code'));
  app.post('/sign-in/code', options(CodeForm), enterCode('accounts/code'));

  app.post('/sign-out', options(), async (request, reply) => {
    const { coordinatorId } = request.session;
    if (coordinatorId) await noteSignOut(db, { coordinatorId, requestId: request.id }, clock.now());
    await request.session.destroy();
    return reply.header('clear-site-data', '"cache"').redirect('/', 303);
  });
};
