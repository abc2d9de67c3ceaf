import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { seeOther, takeFlash } from '../http/notice.ts';
import { PageError } from '../http/page-error.ts';
import { type AttendanceRefusal, addWalkIn, type Marking, markAttendance } from './attendance.ts';
import { passAll, passOne, takePassBack } from './passing.ts';
import { findSession } from './planned-sessions.ts';
import { type FoundChampion, findWalkIns, MOST_FOUND, readRegister } from './register.ts';
import { registerPage } from './register-page.ts';
import { countOf, OPENS_MINUTES } from './session-words.ts';

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const REGISTER = `/coordinate/training/sessions/:session(${UUID})/attendance`;
const PERSON = `${REGISTER}/:booking(${UUID})`;

const MarkForm = Type.Object({ mark: Type.String({ pattern: '^(there|absent|unmarked)$' }) });
const ReasonForm = Type.Object({ reason: Type.String({ maxLength: 300, pattern: '\\P{C}' }) });
const WalkInForm = Type.Object({
  words: Type.Optional(Type.String({ maxLength: 100, pattern: '\\P{C}' })),
  champion: Type.Optional(Type.String({ pattern: UUID })),
});
const MARK_WORDS = { mark: 'Press one of the buttons' };
const WALK_IN_WORDS = {
  words: 'Enter a name in 100 letters or fewer, or a number',
  champion: 'Choose them from the list',
};

/** Why someone could not be marked, in words. */
const refusalWords = ({ refused }: AttendanceRefusal): string => {
  switch (refused) {
    case 'too early':
      return `This session has not begun. You can say who is there from ${OPENS_MINUTES} minutes before it starts`;
    case 'cancelled':
      return 'This session is cancelled, so nobody can be marked';
    case 'full':
      return 'All places are taken. Raise the number of places first, then add them';
    case 'passed':
      return 'They have passed. Take the pass back first';
    case 'not there':
      return 'Only who was there can pass. Mark them as there first';
    case 'unknown':
      return 'They are not in this register any more. Look at the list again';
  }
};

/** The register of a session, on the day. Every button is a form of its own, so that it works without JavaScript. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const config = { access: 'coordinator' } as const;
  const form = { config, attachValidation: true, preValidation: tidyForm };

  const ofRequest = (request: FastifyRequest): Marking => ({
    actor: request.actor(),
    coordinator: request.coordinator,
    sessionId: (request.params as { session: string }).session,
    now: clock.now(),
  });
  const bookingOf = ({ params }: FastifyRequest) => (params as { booking: string }).booking;

  interface Given {
    errors?: FieldErrors;
    values?: Record<string, string>;
    found?: FoundChampion[] | undefined;
    refused?: AttendanceRefusal['refused'];
  }
  const show = async (request: FastifyRequest, reply: FastifyReply, given: Given = {}) => {
    const { actor, coordinator, sessionId, now } = ofRequest(request);
    const register = await readRegister(db, actor, coordinator, sessionId, now);
    if (!register) throw new PageError(404);
    const { timeZone } = await content.programme();
    return reply.page('training/attendance', {
      ...registerPage(register, timeZone, now),
      ...given,
      ranOut: given.refused === 'full',
      flash: takeFlash(request),
      coordinator,
    });
  };

  const refuse = (
    request: FastifyRequest,
    reply: FastifyReply,
    refusal: AttendanceRefusal,
    { field = 'register', ...given }: Given & { field?: string } = {},
  ) =>
    show(request, reply.code(422), {
      ...given,
      errors: { [field]: refusalWords(refusal) },
      refused: refusal.refused,
    });

  /** Back to the person, so that on a phone the list stays where it was. */
  const back = (request: FastifyRequest, reply: FastifyReply, bookingId: string) =>
    reply.redirect(
      `/coordinate/training/sessions/${ofRequest(request).sessionId}/attendance#p-${bookingId}`,
      303,
    );

  app.get(REGISTER, { config }, (request, reply) => show(request, reply));

  app.post<{ Body: Static<typeof MarkForm> }>(
    PERSON,
    { ...form, schema: { body: MarkForm } },
    async (request, reply) => {
      if (request.validationError)
        return show(request, reply.code(422), { errors: { register: MARK_WORDS.mark } });
      const bookingId = bookingOf(request);
      const { mark } = request.body as { mark: 'there' | 'absent' | 'unmarked' };
      const done = await markAttendance(db, ofRequest(request), { bookingId, mark });
      return done === 'marked' ? back(request, reply, bookingId) : refuse(request, reply, done);
    },
  );

  app.post(`${PERSON}/pass`, form, async (request, reply) => {
    const { timeZone } = await content.programme();
    const bookingId = bookingOf(request);
    const done = await passOne(db, ofRequest(request), { bookingId, timeZone });
    return done === 'passed' ? back(request, reply, bookingId) : refuse(request, reply, done);
  });

  const withdrawal = { ...form, schema: { body: ReasonForm } };
  app.post(`${PERSON}/pass/withdrawal`, withdrawal, async (request, reply) => {
    const bookingId = bookingOf(request);
    if (request.validationError) {
      const field = `reason-${bookingId}`;
      const sentence = 'Say in 300 letters or fewer why the pass is taken back';
      const values = { [field]: typedValues(request).reason ?? '' };
      return show(request, reply.code(422), { errors: { [field]: sentence }, values });
    }
    const reason = typedValues(request).reason!;
    const done = await takePassBack(db, ofRequest(request), { bookingId, reason });
    return done === 'taken back' ? back(request, reply, bookingId) : refuse(request, reply, done);
  });

  app.post(`${REGISTER}/passes`, form, async (request, reply) => {
    const { timeZone } = await content.programme();
    const marking = ofRequest(request);
    const done = await passAll(db, marking, timeZone);
    if ('refused' in done) return refuse(request, reply, done);
    const notice =
      done.passed === 0
        ? 'Everyone who was there has passed already.'
        : `We recorded that ${countOf(done.passed, '1 person', 'people')} passed.`;
    return seeOther(request, reply, `/coordinate/training/sessions/${marking.sessionId}/attendance`, notice);
  });

  app.post<{ Body: Static<typeof WalkInForm> }>(
    `${REGISTER}/walk-ins`,
    { ...form, schema: { body: WalkInForm } },
    async (request, reply) => {
      const marking = ofRequest(request);
      const values = typedValues(request);
      const wrong = (sentence: string) =>
        show(request, reply.code(422), { values, errors: { words: sentence } });
      const errors = fieldErrors(request, WALK_IN_WORDS);
      if (request.validationError) return wrong(Object.values(errors)[0] ?? WALK_IN_WORDS.words);
      const { words } = values;
      const { champion } = request.body;
      const { actor, coordinator, sessionId, now } = marking;
      const find = (words: string) => findWalkIns(db, actor, coordinator, { sessionId, words }, now);
      if (champion) {
        const added = await addWalkIn(db, marking, champion);
        if (!('refused' in added)) return back(request, reply, added.bookingId);
        if (added.refused === 'unknown')
          return wrong('Nobody of your areas who can be added is meant by this');
        const found = words ? await find(words) : undefined;
        return refuse(request, reply, added, { field: 'words', values, found });
      }
      if (!words) return wrong('Enter a part of their name, or their number');
      if (!(await findSession(db, coordinator, sessionId))) throw new PageError(404);
      const found = await find(words);
      if (!found)
        return wrong(`More than ${MOST_FOUND} people have that name. Enter more of it, or their number`);
      if (found.length === 0)
        return wrong(
          'Nobody in your areas who can be added has that name or number. Enter a part of the name',
        );
      return show(request, reply, { values, found });
    },
  );
};
