import { type RawBuilder, sql } from 'kysely';
import {
  asks,
  type ChampionStanding,
  DUE_SOON_DAYS,
  graceEnd,
  type ModuleStatus,
  type ModuleTerms,
} from './standing.ts';

type Day = Temporal.PlainDate;

/** Whom the matrix shows; without any of these, everyone in the areas who has not left. */
export interface MatrixFilter {
  areaIds: string[];
  neighbourhoodId?: string | undefined;
  /** Each has to be in the name. */
  words?: string[];
  number?: number | undefined;
  /** The one module that is meant by `status` and `ends`; any of them without it. */
  moduleId?: string | undefined;
  status?: ModuleStatus | undefined;
  /** What counts today, with its last day from one day to another. */
  ends?: { from: Day; to: Day } | undefined;
  standing?: ChampionStanding | undefined;
}

/** Of which day, and by what terms, statuses are asked for. */
export interface Question {
  modules: ModuleTerms[];
  day: Day;
  timeZone: string;
  now: Temporal.Instant;
}

/** While there is time to catch up with what a module asks anew: for whom, and until when. */
export const openGraceOf = (module: ModuleTerms, { day, timeZone }: Question) => {
  const { requiredSince } = module;
  const end = graceEnd(module);
  if (!requiredSince || !end) return undefined;
  const open = [requiredSince, end].map((one) => Temporal.PlainDate.compare(one, day));
  if (open[0]! > 0 || open[1]! < 0) return undefined;
  return { confirmedBefore: requiredSince.toZonedDateTime({ timeZone }).toInstant(), end };
};

const hasGrace = (modules: ModuleTerms[], question: Question) =>
  modules.some((module) => openGraceOf(module, question));

/** The modules as a table `m`, beside what champion `c` has passed of them, `l`. */
export const modulesOf = (modules: ModuleTerms[], question: Question) => {
  const rows = modules.map((module) => {
    const grace = openGraceOf(module, question);
    const before = grace?.confirmedBefore ?? null;
    return sql`(${module.id}::uuid, ${before}::timestamptz, ${grace?.end.toString() ?? null}::date)`;
  });
  return sql`(values ${sql.join(rows)}) as m (id, grace_before, grace_end)
    left join module_last_days l on l.champion_id = c.id and l.module_id = m.id`;
};

const inGrace = sql`coalesce(c.confirmed_at < m.grace_before and met_terms_before(c.id, m.id), false)`;

/** The last day on which module `m` counts for champion `c`; null where it does not today. */
export const untilOf = (day: RawBuilder<unknown>) => sql`
  case when l.last_day >= ${day} then greatest(l.last_day, case when ${inGrace} then m.grace_end end)
    when ${inGrace} then m.grace_end end`;

export const dateOf = (day: Day) => sql`${day.toString()}::date`;

/** That champion `c` holds a place at a session to come of module `m`: see `bookedModulesOf`. */
const isBooked = (now: Temporal.Instant) => sql`exists (
  select from bookings b join sessions s on s.id = b.session_id
  where b.champion_id = c.id and b.state = 'booked' and s.module_id = m.id and s.state = 'scheduled'
    and s.ends_at > ${now})`;

/** The same answer as `standingIn` gives, as far as it takes to tell whether it is `asked`. */
const statusOf = ({ day, now }: Question, asked: ModuleStatus) => sql`
  case when l.last_day >= ${dateOf(day)} then
      case when ${untilOf(dateOf(day))} <= ${dateOf(day.add({ days: DUE_SOON_DAYS }))}
        then 'due soon' else 'current' end
    when ${inGrace} then 'due soon'
    when l.last_day is not null then 'expired'
    ${asked === 'booked' || asked === 'not started' ? sql`when ${isBooked(now)} then 'booked'` : sql``}
    else 'not started' end`;

/** The same answer as `championStanding` gives to those who go on. */
const trainingOf = (question: Question) => {
  const required = requiredOf(question.modules);
  if (required.length === 0) return sql`select 'ready' as training`;
  const counted = sql`(coalesce(l.last_day >= ${dateOf(question.day)}, false) or ${inGrace})`;
  return sql`
    select case when bool_and(${counted}) then 'ready'
      when bool_or(not ${counted} and l.last_day is not null) then 'lapsed' else 'in training' end as training
    from ${modulesOf(required, question)}`;
};

/** The modules that every champion needs. */
const requiredOf = (modules: ModuleTerms[]) => modules.filter((module) => asks(module, 'champion'));

/** Written out as in the index `champions_at_rest_by_name`. */
export const isAtRest = sql`c.state in ('signed up', 'awaiting guardian', 'paused', 'suspended', 'declined')`;
export const goesOn = sql`c.state in ('confirmed', 'in training', 'active', 'lapsed')`;

const AT_REST: Partial<Record<ChampionStanding, RawBuilder<unknown>>> = {
  'not confirmed': sql`c.state = 'signed up'`,
  guardian: sql`c.state = 'awaiting guardian'`,
  stopped: sql`c.state in ('paused', 'suspended', 'declined')`,
};

/** Whether a filter leaves only those who do not go on for now. */
export const atRest = ({ standing }: MatrixFilter) => standing !== undefined && standing in AT_REST;

const chosen = ({ moduleId }: MatrixFilter, { modules }: Question) =>
  moduleId === undefined ? modules : modules.filter(({ id }) => id === moduleId);

const hasLastDay = (modules: ModuleTerms[], condition: RawBuilder<unknown>) => sql`c.id in (
  select champion_id from module_last_days
  where module_id = any(${modules.map(({ id }) => id)}::uuid[]) and last_day ${condition})`;

/**
 * Conditions that follow from those of a filter, and that an index answers: where few champions meet them, PostgreSQL
 * begins with those few instead of walking along the names.
 */
const indexedConditions = (filter: MatrixFilter, question: Question) => {
  const { status, ends, standing } = filter;
  const { day, now } = question;
  const modules = chosen(filter, question);
  const required = requiredOf(question.modules);
  const grace = hasGrace(modules, question);
  const soon = day.add({ days: DUE_SOON_DAYS });
  const conditions: RawBuilder<unknown>[] = [];
  if (ends && !grace)
    conditions.push(hasLastDay(modules, sql`between ${dateOf(ends.from)} and ${dateOf(ends.to)}`));
  if (status === 'expired') conditions.push(hasLastDay(modules, sql`< ${dateOf(day)}`));
  if (status === 'due soon' && !grace)
    conditions.push(hasLastDay(modules, sql`between ${dateOf(day)} and ${dateOf(soon)}`));
  if (status === 'current') conditions.push(hasLastDay(modules, sql`>= ${dateOf(day)}`));
  if (status === 'booked')
    conditions.push(sql`c.id in (select b.champion_id from sessions s join bookings b on b.session_id = s.id
      where s.module_id = any(${modules.map(({ id }) => id)}::uuid[]) and s.ends_at > ${now}
        and s.state = 'scheduled' and b.state = 'booked')`);
  if (standing === 'lapsed') conditions.push(hasLastDay(required, sql`< ${dateOf(day)}`));
  if (standing === 'ready' && !hasGrace(required, question))
    for (const module of required) conditions.push(hasLastDay([module], sql`>= ${dateOf(day)}`));
  return conditions;
};

/**
 * The conditions of a filter on champion `c`. What is asked of records is a value of its own, not a join: so PostgreSQL
 * walks along the names and asks, and stops when the page is full.
 */
export const conditionsOf = (filter: MatrixFilter, question: Question): RawBuilder<unknown>[] => {
  const { neighbourhoodId, words = [], number, status, ends, standing } = filter;
  const conditions = [sql`c.state not in ('left', 'anonymised')`, ...indexedConditions(filter, question)];
  if (neighbourhoodId) conditions.push(sql`c.neighbourhood_id = ${neighbourhoodId}::uuid`);
  if (number !== undefined) conditions.push(sql`c.number = ${number}`);
  for (const word of words) {
    const pattern = `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;
    conditions.push(sql`lower(c.full_name) like lower(${pattern})`);
  }
  const modules = chosen(filter, question);
  if (status || ends) {
    const all: RawBuilder<unknown>[] = [];
    if (status) all.push(sql`${statusOf(question, status)} = ${status}`);
    if (ends)
      all.push(sql`${untilOf(dateOf(question.day))} between ${dateOf(ends.from)} and ${dateOf(ends.to)}`);
    conditions.push(
      modules.length === 0
        ? sql`false`
        : sql`(select bool_or(${sql.join(all, sql` and `)}) from ${modulesOf(modules, question)})`,
    );
  }
  const resting = standing && AT_REST[standing];
  if (resting) conditions.push(isAtRest, resting);
  else if (standing)
    conditions.push(goesOn, sql`(select training = ${standing} from (${trainingOf(question)}) of_all)`);
  return conditions;
};
