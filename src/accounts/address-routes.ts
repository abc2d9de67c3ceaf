import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { readEmailAddress } from '../email-address.ts';
import { type FieldErrors, fieldErrors, minutesOf, tidyForm, typedValues } from '../http/forms.ts';
import { sessionHash } from '../http/session.ts';
import { findAccountCode, tryAccountCode } from './account-codes.ts';
import { askForNewAddress, changeAddress } from './address.ts';
import { currentAddress, personOf } from './fresh-code.ts';
import { noteOwnWrongCode } from './notes.ts';
import { CODE_MINUTES } from './sign-in-codes.ts';
import { CODE_WORDS, EMAIL_WORDS, tooManyTries, WRONG_CODE } from './words.ts';

const AddressForm = Type.Object({ email: Type.String({ maxLength: 254 }) });
const CodeForm = Type.Object({ code: Type.String({ maxLength: 60 }) });

const SAME = 'This is the address that we have for you already';
const TAKEN = 'This address has come into use meanwhile. Go back and enter another one';

const HATS = [
  { access: 'champion', at: '/me/address', home: '/me' },
  { access: 'coordinator', at: '/coordinate/account/address', home: '/coordinate/account' },
] as const;

/** Changing one's own email address: a fresh code from the current one first, then a code from the new one. */
export default async (app: FastifyInstance, { config, db, queue, clock, content }: Deps) => {
  for (const { access, at, home } of HATS) {
    const options = (body?: object, fresh?: string) => ({
      config: { access, ...(fresh ? { fresh } : {}) },
      ...(body ? { schema: { body }, attachValidation: true, preValidation: tidyForm } : {}),
      // Who is a coordinator too changes it as one: that is the hat that is looked after more.
      preHandler: async ({ session }: FastifyRequest, reply: FastifyReply) => {
        if (access === 'champion' && session.coordinatorId)
          return reply.redirect('/coordinate/account/address', 303);
      },
    });

    const page = (request: FastifyRequest, reply: FastifyReply, view: string, given: object) =>
      reply.page(`accounts/${view}`, {
        ...given,
        at,
        home,
        nav: access === 'champion' ? 'me' : 'coordinate',
        administrator: request.coordinator?.administrator,
        minutes: CODE_MINUTES,
      });

    const wait = async (request: FastifyRequest, reply: FastifyReply, kind: string, emailKey?: string) => {
      const seconds = await request.tooManyTries(kind, emailKey);
      if (!seconds) return undefined;
      reply.header('retry-after', seconds);
      return tooManyTries(minutesOf(seconds));
    };

    const showForm = async (
      request: FastifyRequest,
      reply: FastifyReply,
      given: { values?: Record<string, string>; errors?: FieldErrors } = {},
    ) => {
      const current = await currentAddress(db, personOf(access, request));
      return page(request, reply, 'address', { ...given, current: current?.address });
    };

    app.get(at, options(undefined, at), (request, reply) => showForm(request, reply));

    app.post(at, options(AddressForm, at), async (request, reply) => {
      const values = typedValues(request);
      const again = (sentence: string, status = 422) =>
        showForm(request, reply.code(status), { values, errors: { email: sentence } });
      const errors = fieldErrors(request, EMAIL_WORDS);
      if (errors.email) return again(errors.email);
      const email = readEmailAddress((request.body as Static<typeof AddressForm>).email);
      if (!email) return again(EMAIL_WORDS.email.otherwise);
      const current = await currentAddress(db, personOf(access, request));
      if (current?.address === email.address) return again(SAME);
      const tooMany = await wait(request, reply, 'address', email.key);
      if (tooMany) return again(tooMany, 429);
      const asked = { hats: request.session, email, sessionHash: sessionHash(request), now: clock.now() };
      await askForNewAddress(db, queue, asked);
      return reply.redirect(`${at}/code`, 303);
    });

    const showCode = async (
      request: FastifyRequest,
      reply: FastifyReply,
      given: { errors?: FieldErrors; code?: string } = {},
    ) => {
      const asked = { purpose: 'new address', sessionHash: sessionHash(request), now: clock.now() } as const;
      const waiting = await findAccountCode(db, asked);
      if (!waiting && !given.errors) return reply.redirect(at, 303);
      return page(request, reply, 'address-code', { ...given, sentTo: waiting?.email });
    };

    app.get(`${at}/code`, options(), (request, reply) => showCode(request, reply));

    app.post(`${at}/code`, options(CodeForm), async (request, reply) => {
      const { code } = typedValues(request);
      const again = (sentence: string, status = 422) =>
        showCode(request, reply.code(status), { errors: { code: sentence }, code });
      const errors = fieldErrors(request, CODE_WORDS);
      if (errors.code) return again(errors.code);
      const tooMany = await wait(request, reply, 'code');
      if (tooMany) return again(tooMany, 429);
      const hash = sessionHash(request);
      const now = clock.now();
      const right = await tryAccountCode(db, {
        purpose: 'new address',
        sessionHash: hash,
        typed: (request.body as Static<typeof CodeForm>).code,
        secret: config.sessionSecret,
        now,
      });
      if (!right) {
        if (access === 'coordinator') await noteOwnWrongCode(db, request.actor(), now);
        return again(WRONG_CODE);
      }
      const { session } = request;
      const { contactEmail } = await content.programme();
      const actor = { coordinatorId: session.coordinatorId ?? null, requestId: request.id };
      const outcome = await changeAddress(db, queue, actor, {
        hats: session,
        right,
        sessionHash: hash,
        contactEmail,
        now,
      });
      if (outcome !== 'changed') return again(outcome.refused === 'taken' ? TAKEN : WRONG_CODE);
      session.freshUntil = undefined;
      session.notice = 'Your email address is changed. You are signed out everywhere else.';
      return reply.redirect(home, 303);
    });
  }
};
