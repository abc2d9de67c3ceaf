import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, minutesOf, tidyForm } from '../http/forms.ts';
import { sessionHash } from '../http/session.ts';
import { tryAuthenticatorCode } from './authenticator-app.ts';
import { noteSecondFactor, noteWrongSecondFactor } from './notes.ts';
import { optionsToShow, tryPasskey } from './passkeys.ts';
import { countFactorTry, forgetFactorTries, recoverWithCode, waysToShow } from './second-factor.ts';

const CodeForm = Type.Object({ code: Type.String({ maxLength: 60 }) });
const RecoveryForm = Type.Object({ recoveryCode: Type.String({ maxLength: 60 }) });
const PasskeyForm = Type.Object({ credential: Type.String({ maxLength: 16_000 }) });

const CODE_WORDS = { code: 'Enter the 6 numbers that your app shows now' };
const WRONG_CODE =
  'That code is wrong, or was used before. Wait until your app shows another one, then type that';
const RECOVERY_WORDS = { recoveryCode: 'Enter one of your recovery codes: 12 letters and numbers' };
const WRONG_RECOVERY_CODE = 'That recovery code is wrong, or was used before. Enter another one';
const WRONG_PASSKEY = 'That passkey did not work. Try again, or use another way below';

/** The step after the code from the email, for coordinators who have added a second factor. */
export default async (app: FastifyInstance, { config, db, queue, clock, content }: Deps) => {
  const options = (body?: object) => ({
    config: { access: 'coordinator', withoutSecondFactor: 'to give it' } as const,
    ...(body ? { schema: { body }, attachValidation: true, preValidation: tidyForm } : {}),
  });

  const isOver = ({ coordinator, session }: FastifyRequest) =>
    !coordinator.hasSecondFactor || session.secondFactorAt !== undefined;
  const goOn = (reply: FastifyReply) => reply.redirect('/coordinate', 303);

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: { errors?: FieldErrors; recovering?: boolean } = {},
  ) => {
    const ways = await waysToShow(db, request.coordinator.id);
    return reply.page('accounts/second-factor', { ...given, ...ways, both: request.session.championId });
  };

  const mustWait = (reply: FastifyReply, seconds: number) => {
    reply.header('retry-after', seconds);
    return `There were too many tries. Wait ${minutesOf(seconds)}, then try again`;
  };

  const tooMany = async (request: FastifyRequest) =>
    (await request.tooManyTries('second-factor')) ??
    (await countFactorTry(db, request.coordinator.id, clock.now()));

  /** A new session, so that who knew the old one is not let in with it. */
  const letIn = async (request: FastifyRequest, reply: FastifyReply) => {
    const kept = Object.fromEntries(Object.entries(request.session).filter(([name]) => name !== 'cookie'));
    await forgetFactorTries(db, request.coordinator.id);
    await noteSecondFactor(db, request.actor(), clock.now());
    await request.session.regenerate();
    Object.assign(request.session, kept, { secondFactorAt: clock.now().epochMilliseconds });
    return goOn(reply);
  };

  const ceremony = (request: FastifyRequest) => ({
    sessionHash: sessionHash(request),
    publicUrl: config.publicUrl,
    now: clock.now(),
  });

  app.get('/sign-in/second-factor', options(), (request, reply) =>
    isOver(request) ? goOn(reply) : show(request, reply),
  );

  app.post('/sign-in/second-factor', options(CodeForm), async (request, reply) => {
    if (isOver(request)) return goOn(reply);
    const again = (code: string, status = 422) => show(request, reply.code(status), { errors: { code } });
    const errors = fieldErrors(request, CODE_WORDS);
    if (errors.code) return again(errors.code);
    const wait = await tooMany(request);
    if (wait) return again(mustWait(reply, wait), 429);
    const { code } = request.body as Static<typeof CodeForm>;
    const attempt = {
      coordinatorId: request.coordinator.id,
      typed: code,
      secret: config.sessionSecret,
      now: clock.now(),
    };
    if (await tryAuthenticatorCode(db, attempt)) return letIn(request, reply);
    await noteWrongSecondFactor(db, request.actor(), clock.now());
    return again(WRONG_CODE);
  });

  app.post('/sign-in/second-factor/recovery-code', options(RecoveryForm), async (request, reply) => {
    if (isOver(request)) return goOn(reply);
    const again = (recoveryCode: string, status = 422) =>
      show(request, reply.code(status), { errors: { recoveryCode }, recovering: true });
    const errors = fieldErrors(request, RECOVERY_WORDS);
    if (errors.recoveryCode) return again(errors.recoveryCode);
    const wait = await tooMany(request);
    if (wait) return again(mustWait(reply, wait), 429);
    const { recoveryCode } = request.body as Static<typeof RecoveryForm>;
    const { contactEmail } = await content.programme();
    const owner = {
      coordinator: request.coordinator,
      actor: request.actor(),
      secret: config.sessionSecret,
      contactEmail,
      now: clock.now(),
    };
    if (await recoverWithCode(db, queue, owner, recoveryCode)) return letIn(request, reply);
    await noteWrongSecondFactor(db, request.actor(), clock.now());
    return again(WRONG_RECOVERY_CODE);
  });

  app.post('/sign-in/second-factor/passkey-challenge', options(), async (request, reply) => {
    reply.type('application/json');
    return optionsToShow(db, request.coordinator.id, ceremony(request));
  });

  app.post('/sign-in/second-factor/passkey', options(PasskeyForm), async (request, reply) => {
    if (isOver(request)) return goOn(reply);
    const again = (passkey: string, status = 422) =>
      show(request, reply.code(status), { errors: { passkey } });
    if (request.validationError) return again(WRONG_PASSKEY);
    const wait = await request.tooManyTries('second-factor');
    if (wait) return again(mustWait(reply, wait), 429);
    const { credential } = request.body as Static<typeof PasskeyForm>;
    if (await tryPasskey(db, request.coordinator.id, credential, ceremony(request)))
      return letIn(request, reply);
    await noteWrongSecondFactor(db, request.actor(), clock.now());
    return again(WRONG_PASSKEY);
  });
};
