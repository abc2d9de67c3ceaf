import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { maskedAddress } from '../email-address.ts';
import { type FieldErrors, fieldErrors, minutesOf, tidyForm, typedValues } from '../http/forms.ts';
import { sessionHash } from '../http/session.ts';
import { findAccountCode } from './account-codes.ts';
import { askForFreshCode, currentAddress, enterFreshCode, FRESH_MINUTES, personOf } from './fresh-code.ts';
import { noteOwnWrongCode } from './notes.ts';
import { CODE_WORDS, tooManyTries, WRONG_CODE } from './words.ts';

const CodeForm = Type.Object({ code: Type.String({ maxLength: 60 }) });

const HATS = [
  { access: 'champion', at: '/me/check', home: '/me' },
  { access: 'coordinator', at: '/coordinate/account/check', home: '/coordinate/account' },
] as const;

/** Showing again that it is you, before something that matters is changed: see fresh-code.ts. */
export default async (app: FastifyInstance, { config, db, queue, clock }: Deps) => {
  for (const { access, at, home } of HATS) {
    const options = (body?: object) => ({
      config: { access, withoutSecondFactor: 'to add the first' as const },
      ...(body ? { schema: { body }, attachValidation: true, preValidation: tidyForm } : {}),
    });

    const show = async (
      request: FastifyRequest,
      reply: FastifyReply,
      step: 'ask' | 'code',
      given: { errors?: FieldErrors; code?: string; wait?: string } = {},
    ) => {
      const email = await currentAddress(db, personOf(access, request));
      if (!email) return reply.redirect('/sign-in', 303);
      return reply.page(`accounts/check-${step}`, {
        ...given,
        at,
        home: request.session.afterCheck ?? home,
        nav: access === 'champion' ? 'me' : 'coordinate',
        administrator: request.coordinator?.administrator,
        sentTo: maskedAddress(email.address),
        minutes: FRESH_MINUTES,
      });
    };

    app.get(at, options(), (request, reply) => show(request, reply, 'ask'));

    app.post(at, options(), async (request, reply) => {
      const person = personOf(access, request);
      const email = await currentAddress(db, person);
      if (!email) return reply.redirect('/sign-in', 303);
      const seconds = await request.tooManyTries('check', email.key);
      if (seconds) {
        reply.code(429).header('retry-after', seconds);
        return show(request, reply, 'ask', { wait: `${tooManyTries(minutesOf(seconds))}.` });
      }
      await askForFreshCode(db, queue, {
        person,
        email,
        sessionHash: sessionHash(request),
        now: clock.now(),
      });
      return reply.redirect(`${at}/code`, 303);
    });

    app.get(`${at}/code`, options(), async (request, reply) => {
      const asked = { purpose: 'check', sessionHash: sessionHash(request), now: clock.now() } as const;
      if (!(await findAccountCode(db, asked))) return reply.redirect(at, 303);
      return show(request, reply, 'code');
    });

    app.post(`${at}/code`, options(CodeForm), async (request, reply) => {
      const { code } = typedValues(request);
      const again = (errors: FieldErrors, status = 422) =>
        show(request, reply.code(status), 'code', { errors, code });
      const errors = fieldErrors(request, CODE_WORDS);
      if (errors.code) return again(errors);
      const seconds = await request.tooManyTries('code');
      if (seconds) {
        reply.header('retry-after', seconds);
        return again({ code: tooManyTries(minutesOf(seconds)) }, 429);
      }
      const freshUntil = await enterFreshCode(db, {
        sessionHash: sessionHash(request),
        typed: (request.body as Static<typeof CodeForm>).code,
        secret: config.sessionSecret,
        now: clock.now(),
      });
      if (!freshUntil) {
        if (access === 'coordinator') await noteOwnWrongCode(db, request.actor(), clock.now());
        return again({ code: WRONG_CODE });
      }
      const { afterCheck = home } = request.session;
      request.session.freshUntil = freshUntil;
      request.session.afterCheck = undefined;
      return reply.redirect(afterCheck, 303);
    });
  }
};
