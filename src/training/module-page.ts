import type { FieldErrors } from '../http/forms.ts';
import type { ModuleWay, Role } from '../schema.ts';
import { formatDate } from '../time.ts';
import type { KeptModule } from './kept-modules.ts';
import type { ModuleForm } from './module-form.ts';
import { asksWords, ROLES, validityWords, WAYS } from './module-words.ts';
import { countOf } from './session-words.ts';
import { type Loss, NAMES_SHOWN } from './uncertified.ts';

export type ModuleValues = Partial<ModuleForm>;

/** A module as the form shows it. */
export const moduleValues = (module: KeptModule): ModuleValues => ({
  name: module.name,
  summary: module.summary,
  calendarTitle: module.calendarTitle,
  ways: module.ways,
  mandatoryFor: module.mandatoryFor,
  validityMonths: module.validityMonths === null ? '' : String(module.validityMonths),
  graceDays: String(module.graceDays),
  newVersion: 'no',
});

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What the form for a module offers. */
export const moduleFields = (values: ModuleValues, errors?: FieldErrors) => ({
  values,
  errors,
  wayItems: Object.entries(WAYS).map(([value, text]) => ({
    value,
    text,
    checked: values.ways?.includes(value as ModuleWay) ?? false,
  })),
  roleItems: Object.entries(ROLES).map(([value, text]) => ({
    value,
    text: capital(text),
    checked: values.mandatoryFor?.includes(value as Role) ?? false,
  })),
  versionItems: [
    { value: 'no', text: 'No, it stays as it is' },
    { value: 'kept', text: 'A new version, and who took an older one need not take it' },
    { value: 'required', text: 'A new version, and everyone has to take it' },
  ].map((item) => ({ ...item, checked: (values.newVersion ?? 'no') === item.value })),
});

/** What was typed, as hidden fields to be sent along. */
export const hiddenFields = ({ step: _, ...values }: ModuleValues) =>
  Object.entries(values).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => ({ name, value: one })),
  );

const LOSES: Record<Role, { some: string; nobody: string }> = {
  champion: { some: 'would no longer be ready', nobody: 'nobody would lose their standing' },
  greeter: { some: 'could no longer be greeters', nobody: 'everyone who can be a greeter still could' },
  lead: { some: 'could no longer lead', nobody: 'everyone who can lead still could' },
};

/** 'From today on, 12 people would no longer be ready. Of your areas: 3.' */
export const lossWords = ({ role, day, when, count, ownCount, names }: Loss, today: Temporal.PlainDate) => {
  const year = day.year === today.year ? {} : { year: 'numeric' as const };
  const from = `From ${when === 'now' ? 'today' : formatDate(day, year)} on`;
  const who = countOf(count, '1 person', 'people');
  const own = ownCount === count ? '' : ` Of your areas: ${ownCount}.`;
  const words =
    count === 0 ? `${from}, ${LOSES[role].nobody}.` : `${from}, ${who} ${LOSES[role].some}.${own}`;
  return { any: count > 0, words, names, more: ownCount > names.length ? ownCount - NAMES_SHOWN : 0 };
};

const FIELDS = {
  name: 'Name',
  summary: 'What it is about',
  calendarTitle: 'What calendars show',
  ways: 'How it is taken',
  mandatoryFor: 'Who has to take it',
  validityMonths: 'How long it counts',
  graceDays: 'Days of grace',
};

const inWords = (field: string, values: ModuleValues) => {
  if (field === 'mandatoryFor') return asksWords((values.mandatoryFor ?? []) as Role[]);
  if (field === 'ways') return (values.ways ?? []).map((way) => WAYS[way as ModuleWay]).join('; ');
  if (field === 'validityMonths')
    return validityWords(values.validityMonths ? Number(values.validityMonths) : null);
  return String(values[field as keyof ModuleValues] ?? '');
};

/** In which fields the module, as someone else has saved it meanwhile, differs from what was typed. */
export const moduleDifferences = (module: KeptModule, typed: ModuleValues) =>
  Object.entries(FIELDS)
    .map(([field, name]) => ({
      name,
      mine: inWords(field, typed) || 'Nothing',
      theirs: inWords(field, moduleValues(module)) || 'Nothing',
    }))
    .filter(({ mine, theirs }) => mine !== theirs);
