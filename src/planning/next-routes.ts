import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Deps } from '../deps.ts';
import { findPlan, type PlannedEvent } from '../events/plans.ts';
import { instantOf, readDay, readTime } from '../events/typed-times.ts';
import { type FieldErrors, fieldErrors, tidyForm, typedValues } from '../http/forms.ts';
import { PageError } from '../http/page-error.ts';
import { formatWhen } from '../time.ts';
import { moveDays } from './copies.ts';
import { fitWords } from './copies-page.ts';
import { addNext } from './next.ts';
import { listPitches, placeWords } from './pitches.ts';

const WORDS = {
  title: { maxLength: 'Write the title in 120 letters or fewer', otherwise: 'Enter a title' },
  date: 'Enter a real date, like 16/10/2027',
  from: 'Enter a time, like 11am or 14:30',
  to: 'Enter a time, like 11am or 14:30',
  pitch: 'Choose a pitch from the list',
};

const NextForm = Type.Object({
  title: Type.String({ maxLength: 120, pattern: '\\P{C}' }),
  date: Type.String({ maxLength: 20 }),
  from: Type.String({ maxLength: 20 }),
  to: Type.String({ maxLength: 20 }),
  pitch: Type.Optional(Type.String({ format: 'uuid' })),
  submission: Type.String({ format: 'uuid' }),
});
type NextForm = Static<typeof NextForm>;
type Values = Record<string, string | undefined>;

const minutes = { smallestUnit: 'minute' } as const;

/** The same weekday and times, a week on; as many weeks as it takes for what is over. */
const aWeekOn = (source: PlannedEvent, timeZone: string, now: Temporal.Instant): Values => {
  let next = moveDays(source, 7, timeZone);
  while (Temporal.Instant.compare(next.startsAt, now) <= 0) next = moveDays(next, 7, timeZone);
  const start = next.startsAt.toZonedDateTimeISO(timeZone);
  return {
    title: source.title,
    date: start.toPlainDate().toString(),
    from: start.toPlainTime().toString(minutes),
    to: next.endsAt.toZonedDateTimeISO(timeZone).toPlainTime().toString(minutes),
    pitch: source.pitchId ?? undefined,
  };
};

/** When the next one is, by what was typed; it ends as many nights later as the one before it. */
const readTimes = (typed: Values, source: PlannedEvent, timeZone: string, now: Temporal.Instant) => {
  const errors: FieldErrors = {};
  const day = readDay(typed.date ?? '');
  const nights = source.startsAt
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .until(source.endsAt.toZonedDateTimeISO(timeZone).toPlainDate()).days;
  if (!day) errors.date = WORDS.date;
  const instant = (field: 'from' | 'to', days: number) => {
    const time = readTime(typed[field] ?? '');
    if (!time) errors[field] = WORDS[field];
    const read = day && time && instantOf(day.add({ days }), time, timeZone);
    if (!read || 'instant' in read) return read?.instant;
    errors[field] = 'never' in read ? read.never : read.twice;
    return undefined;
  };
  const startsAt = instant('from', 0);
  const endsAt = instant('to', nights);
  if (startsAt && Temporal.Instant.compare(startsAt, now) <= 0)
    errors.date = 'Choose a day and a time that are still to come';
  else if (startsAt && endsAt && Temporal.Instant.compare(endsAt, startsAt) <= 0)
    errors.to = 'The end must be later than the start';
  return startsAt && endsAt && Object.keys(errors).length === 0 ? { startsAt, endsAt } : { errors };
};

/** One more event like another: a small form, filled in for a week later. */
export default async (app: FastifyInstance, { db, clock, content }: Deps) => {
  const address = '/coordinate/events/:slug(^[a-z0-9-]{1,120}$)/next';
  const access = { config: { access: 'coordinator' } } as const;

  const read = async (request: FastifyRequest) => {
    const { slug } = request.params as { slug: string };
    const source = await findPlan(db, request.coordinator.areaIds, slug);
    if (!source) throw new PageError(404);
    return { source, timeZone: (await content.programme()).timeZone, now: clock.now() };
  };

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { source, timeZone, now }: Awaited<ReturnType<typeof read>>,
    given: { values: Values; errors?: FieldErrors; by?: object },
  ) => {
    const pitches = await listPitches(db, request.coordinator.areaIds);
    return reply.code(given.errors ? 422 : 200).page('planning/next', {
      ...given,
      slug: source.slug,
      title: source.title,
      when: formatWhen(source.startsAt, source.endsAt, timeZone, now),
      place: placeWords(pitches.find(({ id }) => id === source.pitchId)),
      online: source.pitchId === null,
      pitches: [
        { value: '', text: 'Choose a pitch' },
        ...pitches.map((pitch) => ({ value: pitch.id, text: placeWords(pitch) })),
      ],
      submission: randomUUID(),
      coordinator: request.coordinator,
    });
  };

  app.get(address, access, async (request, reply) => {
    const asked = await read(request);
    return show(request, reply, asked, { values: aWeekOn(asked.source, asked.timeZone, asked.now) });
  });

  app.post<{ Body: NextForm }>(
    address,
    { ...access, schema: { body: NextForm }, attachValidation: true, preValidation: tidyForm },
    async (request, reply) => {
      const asked = await read(request);
      const { source, timeZone, now } = asked;
      const values = typedValues(request);
      const times = readTimes(values, source, timeZone, now);
      const errors = { ...('errors' in times ? times.errors : {}), ...fieldErrors(request, WORDS) };
      if (source.pitchId && !values.pitch) errors.pitch = WORDS.pitch;
      if ('errors' in times || Object.keys(errors).length > 0)
        return show(request, reply, asked, { values, errors });
      if (request.validationError) return show(request, reply, asked, { values });
      const { title, pitch, submission: submissionId } = request.body;
      const pitchId = source.pitchId ? (pitch ?? null) : null;
      const outcome = await db
        .transaction()
        .execute((trx) =>
          addNext(
            trx,
            request.actor(),
            request.coordinator.areaIds,
            { source, title, pitchId, ...times, submissionId },
            now,
          ),
        );
      if ('refused' in outcome) {
        if (outcome.refused === 'no place') {
          const { by, refusal } = fitWords(outcome.copy.fit, timeZone, now);
          const words = by
            ? `‘${by.title}’ has this pitch then: ${by.when}. Choose another pitch or time`
            : refusal;
          return show(request, reply, asked, { values, by, errors: { pitch: words ?? WORDS.pitch } });
        }
        request.session.notice = 'This event was added when you pressed the button the first time.';
        return reply.redirect('/coordinate/week', 303);
      }
      request.session.notice = 'The next one is added as a draft.';
      return reply.redirect(`/coordinate/events/${outcome.slug}`, 303);
    },
  );
};
