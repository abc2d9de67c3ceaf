import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { sessionHash } from '../http/session.ts';
import {
  addAuthenticatorApp,
  describeKey,
  newAuthenticatorKey,
  removeAuthenticatorApp,
} from './authenticator-app.ts';
import { addPasskey, listPasskeys, optionsToAdd, removePasskey, renamePasskey } from './passkeys.ts';
import { seal, unseal } from './sealing.ts';
import { renewRecoveryCodes } from './second-factor.ts';
import { qrInPage, secondFactorPage } from './second-factor-page.ts';

const HOME = '/coordinate/account/second-factor';
const NEW_APP = `${HOME}/authenticator-app`;
const NEW_PASSKEY = `${HOME}/passkeys/new`;
const NAME_LENGTH = 60;

const CodeForm = Type.Object({ code: Type.String({ maxLength: 60 }) });
const PasskeyForm = Type.Object({
  name: Type.Optional(Type.String({ maxLength: NAME_LENGTH })),
  credential: Type.String({ maxLength: 16_000 }),
});
const NameForm = Type.Object({ name: Type.String({ maxLength: NAME_LENGTH }) });
/** Anything else is no passkey's id. */
const ID = ':id(^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)';
type WithId = { Params: { id: string } };

const CODE_WORDS = { code: 'Enter the 6 numbers that your app shows now' };
const WRONG_CODE =
  'That code does not belong to this key. Check that the time on your phone is right, then type the newest code';
const NAME_WORDS = {
  name: {
    required: 'Enter a name',
    maxLength: `The name must be ${NAME_LENGTH} letters or fewer`,
    otherwise: 'Enter a name',
  },
};
const PASSKEY_WORDS = {
  name: NAME_WORDS.name,
  credential: 'The passkey was not added. Press the button and follow what your device says',
};
const PASSKEY_REFUSALS = { 'not taken': PASSKEY_WORDS.credential, known: 'This passkey is in use already' };
const LAST_FACTOR = 'This is your only one. Add another one first, then you can remove it';

/** A coordinator's passkeys, authenticator app and recovery codes. */
export default async (app: FastifyInstance, { config, db, queue, clock, content }: Deps) => {
  /** @param fresh the page to go on from, where a fresh code has to be typed first */
  const options = (body?: object, fresh?: string) => ({
    config: {
      access: 'coordinator',
      withoutSecondFactor: 'to add the first',
      ...(fresh ? { fresh, freshFromSignIn: true } : {}),
    } as const,
    ...(body ? { schema: { body }, attachValidation: true, preValidation: tidyForm } : {}),
  });
  const oneMustStay = config.environment === 'production';

  const owner = async (request: FastifyRequest) => ({
    coordinator: request.coordinator,
    actor: request.actor(),
    secret: config.sessionSecret,
    contactEmail: (await content.programme()).contactEmail,
    now: clock.now(),
  });
  const ceremony = (request: FastifyRequest) => ({
    sessionHash: sessionHash(request),
    publicUrl: config.publicUrl,
    now: clock.now(),
  });

  const back = (request: FastifyRequest, reply: FastifyReply, notice: string) => {
    request.session.notice = notice;
    return reply.redirect(HOME, 303);
  };

  const show = async (request: FastifyRequest, reply: FastifyReply, errors?: FieldErrors) => {
    const { notice } = request.session;
    if (notice) request.session.notice = undefined;
    const { timeZone } = await content.programme();
    const reader = { coordinatorId: request.coordinator.id, timeZone, now: clock.now() };
    const page = await secondFactorPage(db, reader);
    return reply.page('accounts/second-factor-settings', {
      ...page,
      lastStays: oneMustStay && page.isLast,
      // The page itself says so.
      withoutSecondFactor: false,
      errors,
      flash: notice && { type: 'success', text: notice },
      unkept: request.session.newRecoveryCodes,
      oneMustStay,
      administrator: request.coordinator.administrator,
    });
  };

  /** Who adds a factor has it at hand: they need not give it again in this session. */
  const added = (
    request: FastifyRequest,
    reply: FastifyReply,
    codes: string[] | undefined,
    notice: string,
  ) => {
    request.session.secondFactorAt ??= clock.now().epochMilliseconds;
    return codes ? showLater(request, reply, codes, notice) : back(request, reply, notice);
  };

  const showLater = (request: FastifyRequest, reply: FastifyReply, codes: string[], notice: string) => {
    const sealed = seal(codes.join(' '), config.sessionSecret, request.coordinator.id);
    request.session.newRecoveryCodes = sealed.toString('base64url');
    request.session.notice = notice;
    return reply.redirect(`${HOME}/recovery-codes`, 303);
  };

  app.get(HOME, options(), (request, reply) => show(request, reply));

  const showApp = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { errors?: FieldErrors; code?: string } = {},
  ) => {
    const { coordinator, session } = request;
    session.newAuthenticatorKey ??= newAuthenticatorKey(coordinator.id, config.sessionSecret);
    const key = describeKey(session.newAuthenticatorKey, coordinator, config.sessionSecret);
    return reply.page('accounts/authenticator-app', {
      ...given,
      key: key.toType,
      qr: await qrInPage(key.address),
      administrator: coordinator.administrator,
    });
  };

  app.get(NEW_APP, options(undefined, NEW_APP), (request, reply) => showApp(request, reply));

  app.post(NEW_APP, options(CodeForm, NEW_APP), async (request, reply) => {
    const { code } = typedValues(request);
    const again = (errors: FieldErrors) => showApp(request, reply.code(422), { errors, code });
    const errors = fieldErrors(request, CODE_WORDS);
    if (errors.code) return again(errors);
    const { newAuthenticatorKey: sealed } = request.session;
    if (!sealed) return reply.redirect(NEW_APP, 303);
    const typed = (request.body as Static<typeof CodeForm>).code;
    const outcome = await addAuthenticatorApp(db, queue, await owner(request), { sealed, typed });
    if ('refused' in outcome) return again({ code: WRONG_CODE });
    request.session.newAuthenticatorKey = undefined;
    return added(request, reply, outcome.recoveryCodes, 'Your authenticator app is added.');
  });

  app.post(`${NEW_APP}/removal`, options(undefined, HOME), async (request, reply) => {
    const outcome = await removeAuthenticatorApp(db, queue, await owner(request), { oneMustStay });
    if (outcome !== 'removed') return show(request, reply.code(422), { app: LAST_FACTOR });
    return back(request, reply, 'Your authenticator app is removed.');
  });

  const showNew = (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { errors?: FieldErrors; name?: string } = {},
  ) => reply.page('accounts/passkey-new', { ...given, administrator: request.coordinator.administrator });

  app.get(NEW_PASSKEY, options(undefined, NEW_PASSKEY), (request, reply) => showNew(request, reply));

  app.post(`${HOME}/passkeys/challenge`, options(undefined, NEW_PASSKEY), async (request, reply) => {
    reply.type('application/json');
    return optionsToAdd(db, request.coordinator, ceremony(request));
  });

  app.post(`${HOME}/passkeys`, options(PasskeyForm, NEW_PASSKEY), async (request, reply) => {
    const { name = 'Passkey' } = typedValues(request);
    const again = (errors: FieldErrors) => showNew(request, reply.code(422), { errors, name });
    const errors = fieldErrors(request, PASSKEY_WORDS);
    if (Object.keys(errors).length > 0) return again(errors);
    const answer = (request.body as Static<typeof PasskeyForm>).credential;
    const made = { answer, name, ceremony: ceremony(request) };
    const outcome = await addPasskey(db, queue, await owner(request), made);
    if ('refused' in outcome) return again({ credential: PASSKEY_REFUSALS[outcome.refused] });
    return added(request, reply, outcome.recoveryCodes, 'Your passkey is added.');
  });

  const showName = async (
    { coordinator }: FastifyRequest,
    reply: FastifyReply,
    id: string,
    given: { errors?: FieldErrors; name?: string } = {},
  ) => {
    const passkey = (await listPasskeys(db, coordinator.id)).find((one) => one.id === id);
    if (!passkey) throw new PageError(404);
    const { administrator } = coordinator;
    return reply.page('accounts/passkey-name', { id, name: passkey.name, administrator, ...given });
  };

  app.get<WithId>(`${HOME}/passkeys/${ID}`, options(), (request, reply) =>
    showName(request, reply, request.params.id),
  );

  app.post<WithId>(`${HOME}/passkeys/${ID}`, options(NameForm), async (request, reply) => {
    const { id } = request.params;
    const errors = fieldErrors(request, NAME_WORDS);
    const { name = '' } = typedValues(request);
    if (errors.name) return showName(request, reply.code(422), id, { errors, name });
    if (!(await renamePasskey(db, await owner(request), { id, name }))) throw new PageError(404);
    return back(request, reply, 'The new name is saved.');
  });

  app.post<WithId>(`${HOME}/passkeys/${ID}/removal`, options(undefined, HOME), async (request, reply) => {
    const { id } = request.params;
    const outcome = await removePasskey(db, queue, await owner(request), { id, oneMustStay });
    if (outcome === 'removed') return back(request, reply, 'The passkey is removed.');
    if (outcome.refused === 'unknown') throw new PageError(404);
    return show(request, reply.code(422), { passkeys: LAST_FACTOR });
  });

  app.get(`${HOME}/recovery-codes`, options(), async (request, reply) => {
    const { newRecoveryCodes, notice } = request.session;
    const codes =
      newRecoveryCodes &&
      unseal(Buffer.from(newRecoveryCodes, 'base64url'), config.sessionSecret, request.coordinator.id);
    if (!codes) return reply.redirect(HOME, 303);
    if (notice) request.session.notice = undefined;
    return reply.page('accounts/recovery-codes', {
      codes: codes.split(' '),
      flash: notice && { type: 'success', text: notice },
      administrator: request.coordinator.administrator,
    });
  });

  app.post(`${HOME}/recovery-codes`, options(undefined, HOME), async (request, reply) => {
    const codes = await renewRecoveryCodes(db, queue, await owner(request));
    if ('refused' in codes) return reply.redirect(HOME, 303);
    return showLater(request, reply, codes, 'You have new recovery codes.');
  });

  app.post(`${HOME}/recovery-codes/receipt`, options(), async (request, reply) => {
    request.session.newRecoveryCodes = undefined;
    return reply.redirect('/coordinate', 303);
  });
};
