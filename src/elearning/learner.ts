import type { Db, Trx } from '../db.ts';
import type { ChampionState, TrainingSource } from '../schema.ts';
import { listModules, type Module } from '../training/modules.ts';
import { countsStill } from '../training/records.ts';
import { type ModuleStatus, standingOn, type Until } from '../training/standing.ts';
import type { Course, Courses } from './course.ts';

/** The newest pass of a module. */
export interface LastPass {
  version: number;
  passedOn: Temporal.PlainDate;
  source: TrainingSource;
}

/** A champion before a module's e-learning. */
export interface Learner {
  championId: string;
  state: ChampionState;
  module: Module;
  course: Course;
  status: ModuleStatus;
  until: Until | undefined;
  lastPass: LastPass | undefined;
}

export interface Moment {
  timeZone: string;
  now: Temporal.Instant;
}

export const dayOf = ({ timeZone, now }: Moment) => now.toZonedDateTimeISO(timeZone).toPlainDate();

const readPasses = async (db: Db | Trx, championId: string, moduleId: string) => {
  const rows = await db
    .selectFrom('training_records')
    .select(['module_version', 'passed_on', 'expires_on', 'source'])
    .where('champion_id', '=', championId)
    .where('module_id', '=', moduleId)
    .where(countsStill)
    .orderBy('passed_on', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({
    moduleId,
    moduleVersion: row.module_version,
    passedOn: Temporal.PlainDate.from(row.passed_on),
    expiresOn: row.expires_on === null ? null : Temporal.PlainDate.from(row.expires_on),
    source: row.source,
  }));
};

/** A champion and a module's e-learning; undefined where the module has none, or they have left. */
export const findLearner = async (
  db: Db | Trx,
  courses: Courses,
  { championId, slug, ...moment }: { championId: string; slug: string } & Moment,
): Promise<Learner | undefined> => {
  const course = courses.get(slug);
  const module = course && (await listModules(db)).find((one) => one.slug === slug);
  if (!course || !module?.ways.includes('e-learning')) return undefined;
  const champion = await db
    .selectFrom('champions')
    .select(['state', 'confirmed_at'])
    .where('id', '=', championId)
    .executeTakeFirst();
  if (!champion || champion.state === 'left' || champion.state === 'anonymised') return undefined;
  const passes = await readPasses(db, championId, module.id);
  const confirmedOn = champion.confirmed_at?.toZonedDateTimeISO(moment.timeZone).toPlainDate() ?? null;
  const question = { day: dayOf(moment), confirmedOn, booked: new Set<string>() };
  const [standing] = standingOn([module], passes, question).modules;
  const newest = passes.reduce<(typeof passes)[number] | undefined>(
    (best, one) => (best && best.moduleVersion >= one.moduleVersion ? best : one),
    undefined,
  );
  const { status, until } = standing!;
  const lastPass = newest && { ...newest, version: newest.moduleVersion };
  return { championId, state: champion.state, module, course, status, until, lastPass };
};

const GOES_ON: ChampionState[] = ['confirmed', 'in training', 'active', 'lapsed'];

/** Whether somebody may learn now: what people decided about them goes before. */
export const mayLearn = (state: ChampionState) => GOES_ON.includes(state);

/** Whether the pages are older than the module: then nobody can pass with them what the module asks today. */
export const isOutdated = ({ course, module }: Pick<Learner, 'course' | 'module'>) =>
  course.version < module.version;

/** Whether there is nothing to pass: it counts, not only for a while, and in the module's newest version. */
export const hasPassed = ({ status, lastPass, module }: Learner) =>
  status === 'current' && lastPass?.version === module.version;
