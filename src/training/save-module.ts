import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import { plainWords } from '../events/addresses.ts';
import type { ModuleWay, Role } from '../schema.ts';
import { findKeptModule, type KeptModule } from './kept-modules.ts';
import type { ModulePlan } from './module-form.ts';
import { termsAfter } from './module-terms.ts';
import type { ModuleTerms } from './standing.ts';

export type ModuleRefusal =
  | { refused: 'unknown' }
  /** Someone else has changed it since. */
  | { refused: 'stale' }
  | { refused: 'retired' }
  /** Everyone begins with it. */
  | { refused: 'induction' }
  /** Sessions of it are still to come. */
  | { refused: 'sessions' };

const rowOf = (plan: ModulePlan, terms: ModuleTerms) => ({
  name: plan.name,
  summary: plan.summary,
  calendar_title: plan.calendarTitle,
  ways: sql<ModuleWay[]>`${plan.ways}::text[]`,
  mandatory_for: sql<Role[]>`${plan.mandatoryFor}::text[]`,
  validity_months: terms.validityMonths,
  grace_days: terms.graceDays,
  counts_from_version: terms.countsFromVersion,
  required_since: terms.requiredSince?.toString() ?? null,
  mandatory_before: sql<Role[]>`${terms.earlier.mandatoryFor}::text[]`,
  validity_months_before: terms.earlier.validityMonths,
  counts_from_version_before: terms.earlier.countsFromVersion,
});

/** The form for a new module has this address. */
const TAKEN = 'new';

const freeSlug = async (trx: Trx, name: string) => {
  const base = plainWords(name);
  const rows = await trx.selectFrom('modules').select('slug').where('slug', 'like', `${base}%`).execute();
  const taken = new Set([TAKEN, ...rows.map(({ slug }) => slug)]);
  for (let number = 1; ; number++) {
    const slug = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(slug)) return slug;
  }
};

/** Whoever adds or changes modules does so one after the other: their order and their addresses are made from them all. */
const takeTurns = (trx: Trx) => sql`select pg_advisory_xact_lock(4, 2020)`.execute(trx);

/** Adds a module, as the last of them. Its address is made from its name, and stays. */
export const addModule = (
  db: Db,
  actor: Actor,
  plan: ModulePlan,
  { today, now }: { today: Temporal.PlainDate; now: Temporal.Instant },
): Promise<{ slug: string }> =>
  db.transaction().execute(async (trx) => {
    await takeTurns(trx);
    const id = randomUUIDv7();
    const slug = await freeSlug(trx, plan.name);
    const terms = termsAfter(undefined, { ...plan, newVersion: 'no' }, { id, today });
    await trx
      .insertInto('modules')
      .values(({ selectFrom, fn, val }) => ({
        id,
        slug,
        position: selectFrom('modules').select(
          sql<number>`${fn.coalesce(fn.max('position'), val(0))} + 1`.as('position'),
        ),
        ...rowOf(plan, terms),
      }))
      .execute();
    await audit(trx, actor, { action: 'add', subjectKind: 'module', subjectId: id }, now);
    return { slug };
  });

const lockModule = async (trx: Trx, slug: string): Promise<KeptModule | undefined> => {
  await trx.selectFrom('modules').select('id').where('slug', '=', slug).forUpdate().execute();
  return findKeptModule(trx, slug);
};

/** Changes a module over the edit that the administrator saw. */
export const changeModule = (
  db: Db,
  actor: Actor,
  { slug, edits, plan }: { slug: string; edits: number; plan: ModulePlan },
  { today, now }: { today: Temporal.PlainDate; now: Temporal.Instant },
): Promise<'changed' | ModuleRefusal> =>
  db.transaction().execute(async (trx) => {
    const module = await lockModule(trx, slug);
    if (!module) return { refused: 'unknown' };
    if (module.closedAt) return { refused: 'retired' };
    if (module.edits !== edits) return { refused: 'stale' };
    const version = module.version + (plan.newVersion === 'no' ? 0 : 1);
    const terms = termsAfter(module, plan, { id: module.id, today });
    await trx
      .updateTable('modules')
      .set({ ...rowOf(plan, terms), version, edits: edits + 1 })
      .where('id', '=', module.id)
      .execute();
    const { mandatoryFor, validityMonths, countsFromVersion, graceDays } = terms;
    const details = { version, mandatoryFor, validityMonths, countsFromVersion, graceDays };
    await audit(trx, actor, { action: 'change', subjectKind: 'module', subjectId: module.id, details }, now);
    return 'changed';
  });

/** Retires a module: nobody takes it any more, and nobody has to. What people passed stays. A second time changes nothing. */
export const retireModule = (
  db: Db,
  actor: Actor,
  slug: string,
  now: Temporal.Instant,
): Promise<'retired' | ModuleRefusal> =>
  db.transaction().execute(async (trx) => {
    const module = await lockModule(trx, slug);
    if (!module) return { refused: 'unknown' };
    if (module.closedAt) return 'retired';
    if (module.induction) return { refused: 'induction' };
    const toCome = await trx
      .selectFrom('sessions')
      .select('id')
      .where('module_id', '=', module.id)
      .where('state', '=', 'scheduled')
      .where('starts_at', '>', now)
      .limit(1)
      .executeTakeFirst();
    if (toCome) return { refused: 'sessions' };
    await trx
      .updateTable('modules')
      .set({ closed_at: now, edits: module.edits + 1 })
      .where('id', '=', module.id)
      .execute();
    await audit(trx, actor, { action: 'retire', subjectKind: 'module', subjectId: module.id }, now);
    return 'retired';
  });

/** Takes a retired module back, asked of nobody: whom that would un-certify is looked at when it is changed. */
export const restoreModule = (
  db: Db,
  actor: Actor,
  slug: string,
  now: Temporal.Instant,
): Promise<'restored' | ModuleRefusal> =>
  db.transaction().execute(async (trx) => {
    const module = await lockModule(trx, slug);
    if (!module) return { refused: 'unknown' };
    if (!module.closedAt) return 'restored';
    await trx
      .updateTable('modules')
      .set({ closed_at: null, mandatory_for: sql<Role[]>`'{}'::text[]`, edits: module.edits + 1 })
      .where('id', '=', module.id)
      .execute();
    await audit(trx, actor, { action: 'reopen', subjectKind: 'module', subjectId: module.id }, now);
    return 'restored';
  });
