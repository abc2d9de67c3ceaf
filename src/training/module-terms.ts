import type { Role } from '../schema.ts';
import type { ModulePlan } from './module-form.ts';
import { asks, type ModuleTerms } from './standing.ts';

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

/** What a module asks for once a plan is saved; what it asks more, it asks from today on. */
export const termsAfter = (
  before: (ModuleTerms & { version: number }) | undefined,
  plan: Asked,
  { id, today }: { id: string; today: Temporal.PlainDate },
): ModuleTerms => ({
  id,
  validityMonths: plan.validityMonths,
  countsFromVersion:
    plan.newVersion === 'required' ? (before?.version ?? 0) + 1 : (before?.countsFromVersion ?? 1),
  mandatoryFor: plan.mandatoryFor,
  requiredSince: asksMore(before, plan) ? today : (before?.requiredSince ?? null),
  graceDays: plan.graceDays,
});

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
