import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { findSignUpEvent } from '../events/sign-up-event.ts';
import { type FieldErrors, fieldErrors, minutesOf, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { listNeighbourhoods } from '../programme/neighbourhoods.ts';
import { NOTICE_VERSION, UPDATES_WORDING } from '../programme/notice.ts';
import type { SignUpSource } from '../schema.ts';
import { startOfMinute } from '../time.ts';
import { findInduction, openInductions } from '../training/sessions.ts';
import { signUp } from './sign-up.ts';
import { readSignUp, SIGN_UP_WORDS, SignUpForm } from './sign-up-form.ts';
import { signUpPage } from './sign-up-page.ts';

/** Anything else is no slug, and nothing that the database should see. */
const SLUG = ':slug(^[a-z0-9-]{1,120}$)';
interface EventParams {
  slug?: string;
}
const SourceQuery = Type.Object({ source: Type.Optional(Type.Unknown()) });

const SOURCES: SignUpSource[] = ['qr', 'link', 'web'];

const FULL = 'That session is full now. Choose another one, or ‘I’ll choose later’';
const CANCELLED = 'This event was cancelled. You can still sign up: press the button again';

/** The sign-up, at an event and after one. */
export default async (app: FastifyInstance, { config, db, queue, clock, content }: Deps) => {
  const open = { access: 'everyone' } as const;

  /** An unknown event is refused, not kept: nobody fills the memory with names they made up. */
  const findOrRefuse = async (slug: string, timeZone: string, now: Temporal.Instant) => {
    const event = await findSignUpEvent(db, slug, timeZone, now);
    if (!event) throw new PageError(404);
    return event;
  };

  /** What the form takes from the public content, as of one version of it. */
  const readPlaces = async (slug: string | undefined) => {
    const now = clock.now();
    const version = await content.version();
    const { timeZone } = await content.programme(version);
    const neighbourhoods = await listNeighbourhoods({ db, content }, version);
    const event =
      slug === undefined
        ? undefined
        : await content.keep(`sign-up at ${slug}`, `${version} ${startOfMinute(now).epochMilliseconds}`, () =>
            findOrRefuse(slug, timeZone, now),
          );
    return { version, timeZone, neighbourhoods, event };
  };
  type Places = Awaited<ReturnType<typeof readPlaces>>;

  const showForm = async (
    reply: FastifyReply,
    { timeZone, neighbourhoods, event }: Places,
    given: { values?: Record<string, string>; errors?: FieldErrors; source?: SignUpSource } = {},
  ) => {
    const choices = {
      sessions: await openInductions(db, timeZone, clock.now()),
      neighbourhoods,
      event,
      defaultSource: given.source ?? (event ? 'link' : 'web'),
    };
    reply.header('cache-control', 'no-store');
    return reply.page('champions/join', signUpPage(choices, given.values, given.errors));
  };

  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    const { slug } = request.params as EventParams;
    const { source } = request.query as Static<typeof SourceQuery>;
    const places = await readPlaces(slug);
    if (places.event?.state === 'cancelled')
      throw new PageError(410, 'This event was cancelled. You can still become a champion.');
    reply.knowBrowser();
    return showForm(reply, places, source === 'qr' ? { source } : {});
  };

  const create = async (request: FastifyRequest, reply: FastifyReply) => {
    const values = typedValues(request);
    if (values.website) return reply.redirect('/join/confirm', 303);
    if (values.ageBand === 'under-16') return reply.redirect('/join/under-16', 303);
    const { slug } = request.params as EventParams;
    const places = await readPlaces(slug);
    const { version, timeZone, event } = places;
    const again = (errors: FieldErrors, status = 422) =>
      showForm(reply.code(status), places, { values, errors });

    const { errors, email, phone } = readSignUp(values, fieldErrors(request, SIGN_UP_WORDS));
    const form = request.body as Static<typeof SignUpForm>;
    const neighbourhood = places.neighbourhoods.find(({ slug }) => slug === values.neighbourhood);
    if (values.neighbourhood && !neighbourhood) errors.neighbourhood = String(SIGN_UP_WORDS.neighbourhood);
    const wantsSession = !errors.session && values.session && values.session !== 'later';
    const session = wantsSession
      ? await findInduction({ db, content }, values.session!, { version, timeZone, now: clock.now() })
      : undefined;
    if (wantsSession && !session) errors.session = String(SIGN_UP_WORDS.session);
    if (Object.keys(errors).length > 0 || !email) return again(errors);
    if (event?.state === 'cancelled')
      return showForm(
        reply.code(422),
        { ...places, event: undefined },
        { values, errors: { event: CANCELLED } },
      );

    const wait = await request.tooManyTries('join', email.key);
    if (wait) {
      reply.header('retry-after', wait);
      return again(
        {
          email: `There were too many tries. Wait ${minutesOf(wait)}, then press the button again`,
        },
        429,
      );
    }
    const outcome = await signUp(db, queue, {
      submissionId: form.submission ?? request.id,
      fullName: form.fullName,
      email,
      phone,
      ageBand: form.ageBand,
      neighbourhoodId: neighbourhood?.id ?? null,
      session,
      event,
      source: SOURCES.find((source) => source === form.source) ?? (event ? 'link' : 'web'),
      updatesWording: form.updates ? UPDATES_WORDING.version : null,
      noticeVersion: NOTICE_VERSION,
      browserHash: reply.knowBrowser(),
      timeZone,
      publicUrl: config.publicUrl,
      now: clock.now(),
    });
    if (typeof outcome === 'object') return again({ session: FULL });
    reply.keepSentTo(email.address);
    return reply.redirect('/join/confirm', 303);
  };

  const showOptions = { config: open, schema: { querystring: SourceQuery } };
  const createOptions = {
    config: open,
    schema: { body: SignUpForm },
    attachValidation: true,
    preValidation: tidyForm,
  };
  app.get('/join', showOptions, show);
  app.post('/join', createOptions, create);
  app.get(`/events/${SLUG}/join`, showOptions, show);
  app.post(`/events/${SLUG}/join`, createOptions, create);

  app.get('/join/under-16', { config: open }, (_request, reply) => reply.page('champions/under-16'));
};
