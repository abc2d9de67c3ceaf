import { type Static, Type } from 'typebox';
import type { FieldErrors, FieldWords } from '../http/forms.ts';
import { tellingWords } from '../messages/neutral.ts';
import type { ModuleWay, Role } from '../schema.ts';

const words = (maxLength: number) => Type.String({ maxLength, pattern: '\\P{C}' });
const optional = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const LONGEST_MONTHS = 120;
const LONGEST_GRACE = 365;

/** The form for a module, as it is sent. */
export const ModuleForm = Type.Object({
  name: words(100),
  summary: words(300),
  calendarTitle: words(60),
  ways: Type.Array(Type.String({ pattern: '^(in person|online|e-learning)$' }), { minItems: 1, maxItems: 3 }),
  mandatoryFor: Type.Optional(
    Type.Array(Type.String({ pattern: '^(champion|greeter|lead)$' }), { maxItems: 3 }),
  ),
  validityMonths: optional(20),
  graceDays: optional(20),
  newVersion: Type.Optional(Type.String({ pattern: '^(no|kept|required)$' })),
  edits: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
  step: Type.Optional(Type.String({ pattern: '^(form|confirmed)$' })),
});
export type ModuleForm = Static<typeof ModuleForm>;

/** In the order of the page. */
export const MODULE_WORDS: FieldWords = {
  name: { maxLength: 'Use 100 letters or fewer', otherwise: 'Enter the name of the module' },
  summary: { maxLength: 'Use 300 letters or fewer', otherwise: 'Say in one sentence what it is about' },
  calendarTitle: { maxLength: 'Use 60 letters or fewer', otherwise: 'Enter what calendars show' },
  ways: 'Choose at least one way to take it',
  mandatoryFor: 'Choose from the list who has to take it',
  validityMonths: `Enter the months, from 1 to ${LONGEST_MONTHS}, or leave this empty`,
  graceDays: `Enter the days, from 0 to ${LONGEST_GRACE}`,
  newVersion: 'Choose whether it is a new version',
};

/** All that administrators decide of a module. */
export interface ModulePlan {
  name: string;
  summary: string;
  calendarTitle: string;
  ways: ModuleWay[];
  mandatoryFor: Role[];
  validityMonths: number | null;
  graceDays: number;
  /** A new version either leaves those be who took an older one, or is required of everyone. */
  newVersion: 'no' | 'kept' | 'required';
}

const ROLES: Role[] = ['champion', 'greeter', 'lead'];
const WAYS: ModuleWay[] = ['in person', 'online', 'e-learning'];

const line = (typed = '') => typed.replaceAll(/[\s\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]+/gu, ' ').trim();

const readWhole = (typed: string | undefined, from: number, to: number) => {
  const value = typed && /^\d{1,4}$/.test(typed) ? Number(typed) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
};

/**
 * Understands the form for a module.
 * @param found what the form's schema found already
 * @returns the module, or a sentence for each field that needs mending, in the order of the page
 */
export const readModule = (
  typed: Partial<ModuleForm>,
  found: FieldErrors,
): { plan: ModulePlan; errors?: undefined } | { errors: FieldErrors } => {
  const errors = { ...found };
  const months = typed.validityMonths ? readWhole(typed.validityMonths, 1, LONGEST_MONTHS) : null;
  const graceDays = readWhole(typed.graceDays ?? '0', 0, LONGEST_GRACE);
  if (months === undefined) errors.validityMonths ??= String(MODULE_WORDS.validityMonths);
  if (graceDays === undefined) errors.graceDays ??= String(MODULE_WORDS.graceDays);
  const calendarTitle = line(typed.calendarTitle);
  const [telling] = tellingWords(calendarTitle);
  if (telling)
    errors.calendarTitle ??= `Others may see this calendar: leave out ‘${telling}’. For example: Training session`;
  const ordered = Object.fromEntries(
    Object.keys(MODULE_WORDS).flatMap((field) => (errors[field] ? [[field, errors[field]]] : [])),
  );
  if (Object.keys(ordered).length > 0 || months === undefined || graceDays === undefined)
    return { errors: ordered };
  return {
    plan: {
      name: line(typed.name),
      summary: line(typed.summary),
      calendarTitle,
      ways: WAYS.filter((way) => typed.ways?.includes(way)),
      mandatoryFor: ROLES.filter((role) => typed.mandatoryFor?.includes(role)),
      validityMonths: months,
      graceDays,
      newVersion: (typed.newVersion ?? 'no') as ModulePlan['newVersion'],
    },
  };
};
