import { type Static, Type } from 'typebox';
import type { PlanChoices } from '../events/choices.ts';
import { webAddress } from '../events/plan-form.ts';
import { instantOf, type ReadInstant, readDay, readTime } from '../events/typed-times.ts';
import type { FieldErrors, FieldWords } from '../http/forms.ts';
import type { Module } from './modules.ts';
import type { PlannedSession } from './planned-sessions.ts';
import type { SessionPlan } from './save-session.ts';

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const MOST_PLACES = 999;

/** The form for a session, as it is sent. */
export const SessionForm = Type.Object({
  module: Type.Optional(Type.String({ pattern: UUID })),
  date: text(20),
  from: text(20),
  to: text(20),
  way: Type.String({ pattern: '^(in person|online)$' }),
  pitch: Type.Optional(Type.String({ pattern: UUID })),
  onlineUrl: text(500),
  area: Type.Optional(Type.String({ pattern: UUID })),
  trainer: Type.Optional(Type.String({ maxLength: 100, pattern: '\\P{C}' })),
  capacity: Type.String({ pattern: '^[0-9]{1,3}$' }),
  edits: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
  submission: text(36),
});
export type SessionForm = Static<typeof SessionForm>;

const DATE = 'Enter the day, like 16/10/2027';
const FROM = 'Enter when it starts, like 6pm or 18:30';
const TO = 'Enter when it ends, like 8pm or 20:30';

/** In the order of the page. */
export const SESSION_WORDS: FieldWords = {
  module: 'Choose a module from the list',
  date: DATE,
  from: FROM,
  to: TO,
  way: 'Choose whether it is in person or online',
  pitch: 'Choose a place from the list',
  onlineUrl: 'Enter a web address in 500 letters or fewer',
  area: 'Choose an area from the list',
  trainer: 'Enter the trainer’s name in 100 letters or fewer',
  capacity: `Enter how many places there are, from 1 to ${MOST_PLACES}`,
};

export interface SessionChoices extends Pick<PlanChoices, 'pitches' | 'areas'> {
  /** Those that are taught by people. */
  modules: Module[];
}

interface Reading {
  choices: SessionChoices;
  /** The session as it is, where one is changed: its module stays. */
  current?: PlannedSession | undefined;
  timeZone: string;
  now: Temporal.Instant;
}

const LONGEST_HOURS = 12;

type Typed = Partial<SessionForm>;

const readTimes = (typed: Typed, errors: FieldErrors, { current, timeZone, now }: Reading) => {
  const date = readDay(typed.date ?? '');
  const from = readTime(typed.from ?? '');
  const to = readTime(typed.to ?? '');
  if (!date) errors.date ??= DATE;
  if (!from) errors.from ??= FROM;
  if (!to) errors.to ??= TO;
  if (!date || !from || !to) return undefined;
  const settle = (field: 'from' | 'to', read: ReadInstant) => {
    if ('instant' in read) return read.instant;
    errors[field] ??= 'never' in read ? read.never : read.twice;
    return undefined;
  };
  const startsAt = settle('from', instantOf(date, from, timeZone));
  const endsAt = settle('to', instantOf(date, to, timeZone));
  if (!startsAt || !endsAt) return undefined;
  if (Temporal.Instant.compare(endsAt, startsAt) <= 0) errors.to ??= 'The end must be later than the start';
  else if (startsAt.until(endsAt).total('hours') > LONGEST_HOURS)
    errors.to ??= `A session can last ${LONGEST_HOURS} hours at most`;
  const moved = !(current?.startsAt.equals(startsAt) && current.endsAt.equals(endsAt));
  if (moved && Temporal.Instant.compare(startsAt, now) <= 0) {
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
    if (Temporal.PlainDate.compare(date, today) < 0) errors.date ??= 'Choose a day that is still to come';
    else errors.from ??= 'Choose a time that is still to come';
  }
  return { startsAt, endsAt };
};

const readPlace = (typed: Typed, errors: FieldErrors, { choices, current }: Reading) => {
  if (typed.way === 'in person') {
    const pitch = choices.pitches.find(({ id }) => id === typed.pitch);
    if (!pitch) errors.pitch ??= typed.pitch ? String(SESSION_WORDS.pitch) : 'Choose where it is';
    return { pitchId: pitch?.id ?? null, onlineUrl: null, areaId: pitch?.areaId ?? '' };
  }
  const onlineUrl = webAddress(typed.onlineUrl) ?? null;
  if (!onlineUrl)
    errors.onlineUrl ??= typed.onlineUrl
      ? 'Enter a web address that starts with https://'
      : 'Enter the web address where people join';
  const only = choices.areas.length === 1 ? choices.areas[0]?.id : undefined;
  const areaId = choices.areas.find(({ id }) => id === typed.area)?.id ?? current?.areaId ?? only;
  if (!areaId) errors.area ??= 'Choose the area that it is for';
  return { pitchId: null, onlineUrl, areaId: areaId ?? '' };
};

const readModule = (typed: Typed, errors: FieldErrors, { choices, current }: Reading) => {
  if (current) return current.moduleId;
  const module = choices.modules.find(({ id }) => id === typed.module);
  if (!module) errors.module ??= typed.module ? String(SESSION_WORDS.module) : 'Choose a module';
  else if ((typed.way === 'in person' || typed.way === 'online') && !module.ways.includes(typed.way))
    errors.way ??= `‘${module.name}’ is not taught ${typed.way}. Choose the other way, or ask an administrator to change the module`;
  return module?.id ?? '';
};

/**
 * Understands the form for a session.
 * @param found what the form's schema found already
 * @returns the session, or a sentence for each field that needs mending, in the order of the page
 */
export const readSession = (
  typed: Typed,
  found: FieldErrors,
  reading: Reading,
): { plan: SessionPlan; errors?: undefined } | { errors: FieldErrors } => {
  const errors = { ...found };
  const moduleId = readModule(typed, errors, reading);
  const times = readTimes(typed, errors, reading);
  const place = readPlace(typed, errors, reading);
  const capacity = Number(typed.capacity);
  if (!(capacity >= 1)) errors.capacity ??= String(SESSION_WORDS.capacity);
  const ordered = Object.fromEntries(
    Object.keys(SESSION_WORDS).flatMap((field) => (errors[field] ? [[field, errors[field]]] : [])),
  );
  if (Object.keys(ordered).length > 0 || !times) return { errors: ordered };
  const trainer = (typed.trainer ?? '')
    .replaceAll(/[\s\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
  return { plan: { moduleId, ...times, ...place, capacity, trainer } };
};
