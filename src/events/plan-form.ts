import { type Static, Type } from 'typebox';
import type { FieldErrors, FieldWords } from '../http/forms.ts';
import type { EventKind } from '../schema.ts';
import type { PlanChoices } from './choices.ts';
import type { EventPlan } from './plan.ts';
import { instantOf, type ReadInstant, readDay, readTime } from './typed-times.ts';

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const words = (maxLength: number) => Type.String({ maxLength, pattern: '\\P{C}' });
const optional = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const chosen = Type.Optional(Type.String({ pattern: UUID }));

/** The form for an event, as it is sent. */
export const PlanForm = Type.Object({
  kind: Type.String({ pattern: '^(stall|talk|drop-in|online)$' }),
  title: words(120),
  summary: words(300),
  whatToExpect: words(2000),
  runBy: words(150),
  date: Type.String({ maxLength: 20 }),
  from: Type.String({ maxLength: 20 }),
  to: Type.String({ maxLength: 20 }),
  endDate: optional(20),
  pitch: chosen,
  onlineUrl: optional(500),
  area: chosen,
  campaign: chosen,
  capacity: Type.Optional(Type.String({ pattern: '^[0-9]{1,5}$' })),
  lead: Type.Optional(Type.String({ pattern: `${UUID}|^none$|^search$` })),
  leadName: optional(100),
  kit: Type.Optional(Type.Array(Type.String({ pattern: UUID }), { maxItems: 50 })),
  version: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
});
export type PlanForm = Static<typeof PlanForm>;

const LIKE_DATE = 'like 16/10/2027';
const LIKE_TIME = 'like 11am or 14:30';
const tooLong = (what: string, most: number) => `${what} in ${most} letters or fewer`;

/** In the order of the form. */
export const PLAN_WORDS: FieldWords = {
  kind: 'Choose what kind of event it is',
  title: {
    required: 'Enter a title',
    maxLength: tooLong('Write the title', 120),
    otherwise: 'Enter a title',
  },
  summary: {
    required: 'Say in one sentence what it is',
    maxLength: tooLong('Say what it is', 300),
    otherwise: 'Say in one sentence what it is',
  },
  whatToExpect: {
    required: 'Say what happens there',
    maxLength: tooLong('Say what happens there', 2000),
    otherwise: 'Say what happens there',
  },
  runBy: {
    required: 'Say who runs it',
    maxLength: tooLong('Say who runs it', 150),
    otherwise: 'Say who runs it',
  },
  date: { required: 'Enter the day', otherwise: `Enter a real date, ${LIKE_DATE}` },
  from: { required: 'Enter when it starts', otherwise: `Enter a time, ${LIKE_TIME}` },
  to: { required: 'Enter when it ends', otherwise: `Enter a time, ${LIKE_TIME}` },
  endDate: `Enter a real date, ${LIKE_DATE}, or leave this empty`,
  pitch: 'Choose a place from the list',
  onlineUrl: 'Enter a web address in 500 letters or fewer',
  area: 'Choose an area from the list',
  campaign: 'Choose a campaign from the list',
  capacity: 'Enter a whole number from 1 to 99999, or leave this empty',
  lead: 'Choose one of these',
  leadName: 'Enter a name in 100 letters or fewer',
  kit: 'Choose kit from the list',
};

/** A lead as the form names them: nobody, someone by their id, or a name still to be looked up. */
export type TypedLead = { id: string | null } | { name: string };

export interface ReadPlan {
  errors: FieldErrors;
  /** Complete where there are no errors, but for the lead. */
  plan: Omit<EventPlan, 'leadId'>;
  lead: TypedLead;
}

interface Reading {
  choices: PlanChoices;
  /** The event as it is, where one is changed. */
  current?: EventPlan | undefined;
  timeZone: string;
  now: Temporal.Instant;
}

const LONGEST_HOURS = 14 * 24;

/** A web address to join something at, as a person typed it: https only, with no name or password in it. */
export const webAddress = (typed: string | undefined) => {
  const url = typed && URL.canParse(typed) ? new URL(typed) : undefined;
  return url?.protocol === 'https:' && url.hostname.includes('.') && !url.username ? url.href : undefined;
};

/** Text in one line, or with its line breaks. */
const clean = (typed: string | undefined) =>
  (typed ?? '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/(?!\n)\p{Cc}/gu, ' ')
    .replaceAll(/[\u2028-\u202e\u2066-\u2069\p{Cs}]/gu, '')
    .trim();
const line = (typed: string | undefined) => clean(typed).replaceAll(/\s+/g, ' ');

const readTimes = (form: Partial<PlanForm>, errors: FieldErrors, { current, timeZone, now }: Reading) => {
  const date = readDay(form.date ?? '');
  const from = readTime(form.from ?? '');
  const to = readTime(form.to ?? '');
  const endDate = form.endDate ? readDay(form.endDate) : date;
  if (form.date && !date) errors.date ??= String((PLAN_WORDS.date as Record<string, string>).otherwise);
  if (form.from && !from) errors.from ??= `Enter a time, ${LIKE_TIME}`;
  if (form.to && !to) errors.to ??= `Enter a time, ${LIKE_TIME}`;
  if (form.endDate && !endDate) errors.endDate ??= String(PLAN_WORDS.endDate);
  const settle = (field: 'from' | 'to', read: ReadInstant | undefined) => {
    if (!read) return undefined;
    if ('instant' in read) return read.instant;
    errors[field] ??= 'never' in read ? read.never : read.twice;
    return undefined;
  };
  const startsAt = settle('from', date && from && instantOf(date, from, timeZone));
  const endsAt = settle('to', endDate && to && instantOf(endDate, to, timeZone));
  if (!startsAt || !endsAt || !date) return undefined;
  if (Temporal.Instant.compare(endsAt, startsAt) <= 0)
    errors[form.endDate ? 'endDate' : 'to'] ??= 'The end must be later than the start';
  else if (startsAt.until(endsAt).total('hours') > LONGEST_HOURS)
    errors[form.endDate ? 'endDate' : 'to'] ??= 'An event can last 14 days at most. Add one for each stretch';
  const moved = !current?.startsAt.equals(startsAt);
  if (moved && Temporal.Instant.compare(startsAt, now) <= 0) {
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
    if (Temporal.PlainDate.compare(date, today) < 0) errors.date ??= 'Choose a day that is still to come';
    else errors.from ??= 'Choose a time that is still to come';
  }
  if (Temporal.Instant.compare(endsAt, now) <= 0 && !errors.date && !errors.from)
    errors.to ??= 'Choose a time that is still to come';
  return { startsAt, endsAt };
};

const readPlace = (form: Partial<PlanForm>, errors: FieldErrors, { choices, current }: Reading) => {
  if (form.kind !== 'online') {
    const pitch = choices.pitches.find(({ id }) => id === form.pitch);
    if (!pitch) errors.pitch ??= form.pitch ? String(PLAN_WORDS.pitch) : 'Choose where it is';
    return { pitchId: pitch?.id ?? null, onlineUrl: null, areaId: pitch?.areaId ?? '' };
  }
  const onlineUrl = webAddress(form.onlineUrl);
  if (!onlineUrl)
    errors.onlineUrl ??= form.onlineUrl
      ? 'Enter a web address that starts with https://'
      : 'Enter the web address where people join';
  const only = choices.areas.length === 1 ? choices.areas[0]?.id : undefined;
  const areaId = choices.areas.find(({ id }) => id === form.area)?.id ?? current?.areaId ?? only;
  if (!areaId) errors.area ??= 'Choose the area that it is for';
  return { pitchId: null, onlineUrl: onlineUrl ?? null, areaId: areaId ?? '' };
};

const readLead = (
  form: Partial<PlanForm>,
  errors: FieldErrors,
  current: EventPlan | undefined,
): TypedLead => {
  const name = line(form.leadName);
  if (form.lead === 'search' || (name && (form.lead === undefined || form.lead === 'none'))) {
    if (!name) errors.leadName ??= 'Enter a part of their name';
    return { name };
  }
  if (form.lead === 'none') return { id: null };
  return { id: form.lead ?? current?.leadId ?? null };
};

/**
 * Understands the form for an event.
 * @param errors what the form's schema found already
 */
export const readPlanForm = (form: Partial<PlanForm>, errors: FieldErrors, reading: Reading): ReadPlan => {
  const { choices, current } = reading;
  const found = { ...errors };
  const times = readTimes(form, found, reading);
  const place = readPlace(form, found, reading);
  const campaign = choices.campaigns.find(({ id }) => id === form.campaign);
  if (form.campaign && !campaign) found.campaign ??= String(PLAN_WORDS.campaign);
  const capacity = form.capacity === undefined ? null : Number(form.capacity);
  if (capacity === 0) found.capacity ??= String(PLAN_WORDS.capacity);
  if (capacity !== null && form.kind === 'stall')
    found.capacity ??= 'A stall has room for everyone: leave this empty';
  const wanted = [...new Set(Array.isArray(form.kit) ? form.kit : [])];
  const kit = choices.kit.filter(({ id }) => wanted.includes(id));
  if (kit.length < wanted.length) found.kit ??= String(PLAN_WORDS.kit);
  const foreign = place.areaId ? kit.find(({ areaId }) => areaId !== place.areaId) : undefined;
  if (foreign) found.kit ??= `‘${foreign.name}’ belongs to ${foreign.area}, and the event is elsewhere`;
  for (const field of ['title', 'summary', 'whatToExpect', 'runBy'] as const) {
    if (form[field] && !line(form[field]))
      found[field] ??= (PLAN_WORDS[field] as Record<string, string>).required!;
  }
  const lead = readLead(form, found, current);
  return {
    errors: Object.fromEntries(
      Object.keys(PLAN_WORDS).flatMap((field) => (found[field] ? [[field, found[field]]] : [])),
    ),
    lead,
    plan: {
      title: line(form.title),
      kind: form.kind as EventKind,
      summary: line(form.summary),
      whatToExpect: clean(form.whatToExpect),
      runBy: line(form.runBy),
      ...place,
      campaignId: campaign?.id ?? null,
      capacity,
      kitItemIds: kit.map(({ id }) => id),
      startsAt: times?.startsAt ?? reading.now,
      endsAt: times?.endsAt ?? reading.now,
      reference: current?.reference ?? null,
    },
  };
};
