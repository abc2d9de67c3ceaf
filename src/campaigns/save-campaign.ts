import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';

/** All that coordinators decide of a campaign. Campaigns belong to the programme: every coordinator may change them. */
export interface CampaignPlan {
  name: string;
  summary: string;
  /** Calendar dates, 2027-10-09; never the last before the first. */
  startsOn: string;
  endsOn: string;
  messages: string[];
  /** Without their #. */
  hashtags: string[];
}

const columnsOf = (plan: CampaignPlan) => ({
  name: plan.name,
  summary: plan.summary,
  starts_on: plan.startsOn,
  ends_on: plan.endsOn,
  messages: sql<string[]>`${plan.messages}::text[]`,
  hashtags: sql<string[]>`${plan.hashtags}::text[]`,
});

const LONGEST = 80;

/** 'National Café Week 2027!' → 'national-cafe-week-2027'. */
const slugOf = (name: string) =>
  name
    .normalize('NFKD')
    .replaceAll(/[\p{M}’']/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '') || 'campaign';

/** The form for a new campaign has this address. */
const TAKEN = 'new';
const TRIES = 50;

const insertCampaign = async (trx: Trx, id: string, plan: CampaignPlan) => {
  const base = slugOf(plan.name);
  for (let number = base === TAKEN ? 2 : 1; number <= TRIES; number++) {
    const slug = number === 1 ? base : `${base}-${number}`;
    const added = await trx
      .insertInto('campaigns')
      .values({ id, slug, ...columnsOf(plan) })
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .returning(['id', 'slug'])
      .executeTakeFirst();
    if (added) return added;
  }
  return trx
    .insertInto('campaigns')
    .values({ id, slug: `${base}-${id}`, ...columnsOf(plan) })
    .returning(['id', 'slug'])
    .executeTakeFirstOrThrow();
};

/** Adds a campaign. Its address is made from its name, with a number where another one has it. */
export const addCampaign = (
  db: Db,
  actor: Actor,
  plan: CampaignPlan,
  now: Temporal.Instant,
): Promise<{ id: string; slug: string }> =>
  db.transaction().execute(async (trx) => {
    const added = await insertCampaign(trx, randomUUIDv7(), plan);
    await audit(trx, actor, { action: 'add', subjectKind: 'campaign', subjectId: added.id }, now);
    return added;
  });

/**
 * Changes a campaign. Its address stays as it is, since people have it already.
 * @returns false where there is none with this slug
 */
export const changeCampaign = (
  db: Db,
  actor: Actor,
  { slug, plan }: { slug: string; plan: CampaignPlan },
  now: Temporal.Instant,
): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('campaigns')
      .set(columnsOf(plan))
      .where('slug', '=', slug)
      .returning('id')
      .executeTakeFirst();
    if (!changed) return false;
    await audit(trx, actor, { action: 'change', subjectKind: 'campaign', subjectId: changed.id }, now);
    return true;
  });
