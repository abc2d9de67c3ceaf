import type { ChampionState, Role } from '../schema.ts';

type Day = Temporal.PlainDate;

/** What a module asks for, as far as where someone stands depends on it. */
export interface ModuleTerms {
  id: string;
  /** Null: for good. */
  validityMonths: number | null;
  /** Records of older versions do not count any more. */
  countsFromVersion: number;
  mandatoryFor: Role[];
  /** From when it asks what it asks now, never a day to come; null where it always did. */
  requiredSince: Day | null;
  /** For how long after that it is not held against those who were champions before, and lacked nothing of `earlier`. */
  graceDays: number;
  /** What it asked until then. */
  earlier: EarlierTerms;
}

export type EarlierTerms = Pick<ModuleTerms, 'mandatoryFor' | 'validityMonths' | 'countsFromVersion'>;

/** A pass that no later record has corrected. */
export interface Pass {
  moduleId: string;
  moduleVersion: number;
  passedOn: Day;
  /** As another learning system says; null where the module's validity counts. */
  expiresOn: Day | null;
}

/** Days before the last day on which 'current' becomes 'due soon'. */
export const DUE_SOON_DAYS = 60;

export type ModuleStatus = 'not started' | 'booked' | 'current' | 'due soon' | 'expired';

/** The last day on which something counts. */
export type Until = Day | 'for good';

export interface ModuleStanding {
  moduleId: string;
  status: ModuleStatus;
  /** The last day on which it counts, or counted; undefined where it never did. */
  until: Until | undefined;
  /** Whether it counts only because there is time to catch up. */
  inGrace: boolean;
}

export interface Standing {
  modules: ModuleStanding[];
  /** Of the modules that the role asks for, those that do not count today. */
  missing: string[];
  /** Whether every module that the role asks for counts. */
  current: boolean;
  /** The last day on which that stays so without more training: that of the first module to end. */
  until: Until | undefined;
}

const isBefore = (a: Day, b: Day) => Temporal.PlainDate.compare(a, b) < 0;

const daysUntil = (day: Day, until: Until) =>
  until === 'for good' ? Number.POSITIVE_INFINITY : day.until(until, { largestUnit: 'day' }).days;

const earlier = (a: Until, b: Until): Until => {
  if (a === 'for good') return b;
  return b === 'for good' || isBefore(a, b) ? a : b;
};

const later = (a: Until, b: Until): Until => {
  if (a === 'for good' || b === 'for good') return 'for good';
  return isBefore(a, b) ? b : a;
};

/** The last day on which one pass counts. A month later is the same day of the month, or its last one. */
export const lastDayOf = ({ passedOn, expiresOn }: Pass, { validityMonths }: ModuleTerms): Until => {
  if (expiresOn) return expiresOn;
  return validityMonths === null ? 'for good' : passedOn.add({ months: validityMonths });
};

const isInForce = ({ requiredSince }: ModuleTerms, day: Day) =>
  requiredSince === null || !isBefore(day, requiredSince);

/** The last day of all passes until `day`, in whatever order they come: a renewal never shortens. */
const lastDayOfAll = (module: ModuleTerms, passes: Pass[], day: Day): Until | undefined =>
  passes
    .filter(
      ({ moduleId, moduleVersion, passedOn }) =>
        moduleId === module.id &&
        !isBefore(day, passedOn) &&
        (moduleVersion >= module.countsFromVersion || !isInForce(module, day)),
    )
    .map((pass) => lastDayOf(pass, module))
    .reduce<Until | undefined>((last, one) => (last === undefined ? one : later(last, one)), undefined);

/** Whether someone had, on the day before the module asked for more, what it asked of their role until then. */
const metEarlier = (module: ModuleTerms, passes: Pass[], role: Role, since: Day) => {
  if (!asks(module.earlier, role)) return true;
  const eve = since.subtract({ days: 1 });
  const last = lastDayOfAll({ ...module, ...module.earlier, requiredSince: null }, passes, eve);
  return last !== undefined && daysUntil(eve, last) >= 0;
};

/** The last day of a module's grace, past or to come; undefined where it has none. */
export const graceEnd = ({ requiredSince, graceDays }: Pick<ModuleTerms, 'requiredSince' | 'graceDays'>) =>
  requiredSince && graceDays > 0 ? requiredSince.add({ days: graceDays }) : undefined;

/** The same, for those who were champions before the module asked what it asks now: time to catch up. */
const graceOf = (module: ModuleTerms, passes: Pass[], { confirmedOn, day, role = 'champion' }: Question) => {
  const { requiredSince } = module;
  const end = graceEnd(module);
  if (!requiredSince || !end || !confirmedOn || !isBefore(confirmedOn, requiredSince)) return undefined;
  if (isBefore(day, requiredSince) || isBefore(end, day)) return undefined;
  return metEarlier(module, passes, role, requiredSince) ? end : undefined;
};

const standingIn = (module: ModuleTerms, passes: Pass[], question: Question): ModuleStanding => {
  const { day, booked } = question;
  const passed = lastDayOfAll(module, passes, day);
  const grace = graceOf(module, passes, question);
  const left = passed === undefined ? -1 : daysUntil(day, passed);
  if (left < 0 && grace) return { moduleId: module.id, status: 'due soon', until: grace, inGrace: true };
  const until = grace && passed ? later(passed, grace) : passed;
  const status = (): ModuleStatus => {
    if (until === undefined) return booked.has(module.id) ? 'booked' : 'not started';
    if (left < 0) return 'expired';
    return daysUntil(day, until) <= DUE_SOON_DAYS ? 'due soon' : 'current';
  };
  return { moduleId: module.id, status: status(), until, inGrace: false };
};

interface Question {
  /** Of the programme's calendar: any day, past or to come. */
  day: Day;
  /** Since when they are a champion. */
  confirmedOn: Day | null;
  /** The modules on which they are booked for a session to come. */
  booked: ReadonlySet<string>;
  /** A champion's without it. */
  role?: Role | undefined;
}

export const counts = ({ status }: ModuleStanding) => status === 'current' || status === 'due soon';

/** Whether a role asks for a module: what every champion needs, the others need too. */
export const asks = ({ mandatoryFor }: Pick<ModuleTerms, 'mandatoryFor'>, role: Role) =>
  mandatoryFor.includes('champion') || mandatoryFor.includes(role);

/**
 * Where someone stands with their training on a day: the one answer, for their page, the matrix, certificates,
 * reminders, and for who may do what at a stall that day.
 */
export const standingOn = (modules: ModuleTerms[], passes: Pass[], question: Question): Standing => {
  const { day, role = 'champion' } = question;
  const standings = modules.map((module) => standingIn(module, passes, question));
  const asked = standings.filter(
    (_, index) => asks(modules[index]!, role) && isInForce(modules[index]!, day),
  );
  const missing = asked.filter((standing) => !counts(standing));
  const current = missing.length === 0;
  return {
    modules: standings,
    missing: missing.map(({ moduleId }) => moduleId),
    current,
    until: current ? asked.map(({ until }) => until!).reduce(earlier, 'for good') : undefined,
  };
};

/** 'ready' is an active champion; 'lapsed' has been one and has to renew something. */
export type ChampionStanding = 'not confirmed' | 'guardian' | 'stopped' | 'in training' | 'ready' | 'lapsed';

/** A champion's standing: what people decided about them goes before what training says. */
export const championStanding = (state: ChampionState, training: Standing): ChampionStanding => {
  if (state === 'signed up') return 'not confirmed';
  if (state === 'awaiting guardian') return 'guardian';
  if (['paused', 'suspended', 'declined', 'left', 'anonymised'].includes(state)) return 'stopped';
  if (training.current) return 'ready';
  return training.modules.some(
    ({ moduleId, status }) => status === 'expired' && training.missing.includes(moduleId),
  )
    ? 'lapsed'
    : 'in training';
};
