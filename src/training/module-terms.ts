import type { Role } from '../schema.ts';
import type { ModulePlan } from './module-form.ts';
import { asks, type EarlierTerms, graceEnd, type ModuleTerms } from './standing.ts';

const ROLES: Role[] = ['champion', 'greeter', 'lead'];

type Asked = Pick<ModulePlan, 'mandatoryFor' | 'validityMonths' | 'graceDays' | 'newVersion'>;

const countsShorter = (before: number | null, after: number | null) =>
  after !== null && (before === null || after < before);

/** Whether a module begins to ask more: of another role, for a new version, or to be taken more often. */
const asksMore = (before: ModuleTerms | undefined, plan: Asked) =>
  ROLES.some((role) => asks(plan, role) && !(before && asks(before, role))) ||
  plan.newVersion === 'required' ||
  (before !== undefined &&
    plan.mandatoryFor.length > 0 &&
    countsShorter(before.validityMonths, plan.validityMonths));

const NOTHING: EarlierTerms = { mandatoryFor: [], validityMonths: null, countsFromVersion: 1 };

/** What a module asks until today; while there is still time to catch up with a change before, what it asked before that. */
const earlierTerms = (before: ModuleTerms | undefined, today: Temporal.PlainDate): EarlierTerms => {
  if (!before) return NOTHING;
  const { mandatoryFor, validityMonths, countsFromVersion } = before;
  const end = graceEnd(before);
  if (end && Temporal.PlainDate.compare(today, end) <= 0) return before.earlier;
  return { mandatoryFor, validityMonths, countsFromVersion };
};

/** What a module asks for once a plan is saved; what it asks more, it asks from today on. */
export const termsAfter = (
  before: (ModuleTerms & { version: number }) | undefined,
  plan: Asked,
  { id, today }: { id: string; today: Temporal.PlainDate },
): ModuleTerms => {
  const more = asksMore(before, plan);
  return {
    id,
    validityMonths: plan.validityMonths,
    countsFromVersion:
      plan.newVersion === 'required' ? (before?.version ?? 0) + 1 : (before?.countsFromVersion ?? 1),
    mandatoryFor: plan.mandatoryFor,
    requiredSince: more ? today : (before?.requiredSince ?? null),
    graceDays: plan.graceDays,
    earlier: more ? earlierTerms(before, today) : (before?.earlier ?? NOTHING),
  };
};

/** Whether two sets of terms ask for the same. */
export const sameTerms = (a: ModuleTerms, b: ModuleTerms) =>
  a.validityMonths === b.validityMonths &&
  a.countsFromVersion === b.countsFromVersion &&
  a.graceDays === b.graceDays &&
  String(a.requiredSince) === String(b.requiredSince) &&
  [...a.mandatoryFor].sort().join() === [...b.mandatoryFor].sort().join();

/** In which roles somebody may lose something by a change: what every champion needs, the others need too. */
export const rolesConcerned = (before: ModuleTerms | undefined, after: ModuleTerms): Role[] => {
  const asked = ROLES.filter((role) => asks(after, role) || (before && asks(before, role)));
  return asked.includes('champion') ? ['champion'] : asked;
};
