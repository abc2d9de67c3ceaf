import { sql } from 'kysely';
import { areasOf } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db } from '../db.ts';
import { canLead, type EventPlan } from './plan.ts';

type Kept = Pick<EventPlan, 'pitchId' | 'campaignId' | 'kitItemIds'>;

/** What a coordinator may choose for an event: what is open, in their areas, and what it has already. */
export const planChoices = async (
  db: Db,
  areaIds: string[],
  today: Temporal.PlainDate,
  kept: Kept = { pitchId: null, campaignId: null, kitItemIds: [] },
) => {
  const ours = areasOf({ areaIds });
  const [areas, pitches, campaigns, kit] = await Promise.all([
    db.selectFrom('areas').select(['id', 'name']).where('id', '=', ours).orderBy('name').execute(),
    db
      .selectFrom('pitches')
      .innerJoin('venues', 'venues.id', 'pitches.venue_id')
      .innerJoin('neighbourhoods', 'neighbourhoods.id', 'venues.neighbourhood_id')
      .select([
        'pitches.id',
        'pitches.name',
        'venues.id as venueId',
        'venues.name as venue',
        'neighbourhoods.name as neighbourhood',
        'neighbourhoods.area_id as areaId',
      ])
      .where('neighbourhoods.area_id', '=', ours)
      .where(
        sql<boolean>`((pitches.closed_at is null and venues.closed_at is null) or pitches.id = ${kept.pitchId}::uuid)`,
      )
      .orderBy('venues.name')
      .orderBy('venues.id')
      .orderBy('pitches.name')
      .execute(),
    db
      .selectFrom('campaigns')
      .select(['id', 'name', 'slug'])
      .where(sql<boolean>`(ends_on >= ${today.toString()}::date or id = ${kept.campaignId}::uuid)`)
      .orderBy('starts_on')
      .execute(),
    db
      .selectFrom('kit_items')
      .innerJoin('areas', 'areas.id', 'kit_items.area_id')
      .select(['kit_items.id', 'kit_items.name', 'kit_items.area_id as areaId', 'areas.name as area'])
      .where('kit_items.area_id', '=', ours)
      .where(sql<boolean>`(kit_items.closed_at is null or kit_items.id = any(${kept.kitItemIds}::uuid[]))`)
      .orderBy('areas.name')
      .orderBy('kit_items.name')
      .execute(),
  ]);
  return { areas, pitches, campaigns, kit };
};

export type PlanChoices = Awaited<ReturnType<typeof planChoices>>;

/** More than this is no choice, but a list of people. */
export const MOST_LEADS = 8;

const containing = (word: string) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;

/**
 * Champions of an area who can lead, by their name: the name and the neighbourhood of each and nothing else. That a
 * coordinator looked is written down.
 */
export const findLeads = async (
  db: Db,
  actor: Actor,
  areaId: string,
  name: string,
  now: Temporal.Instant,
): Promise<{ id: string; name: string; neighbourhood: string }[]> => {
  let query = db
    .selectFrom('champions')
    .innerJoin('neighbourhoods', 'neighbourhoods.id', 'champions.neighbourhood_id')
    .select(['champions.id', 'champions.full_name as name', 'neighbourhoods.name as neighbourhood'])
    .where(canLead(areaId));
  for (const word of name.split(/\s+/)) query = query.where('champions.full_name', 'ilike', containing(word));
  const found = await query
    .orderBy('champions.full_name')
    .orderBy('champions.id')
    .limit(MOST_LEADS + 1)
    .execute();
  const entry = { action: 'search', subjectKind: 'champion', areaId, details: { found: found.length } };
  await audit(db, actor, entry, now);
  return found;
};

/** The name of someone who leads, or can lead, an event of these areas. */
export const leadNamed = async (db: Db, areaIds: string[], id: string): Promise<string | undefined> =>
  (
    await db
      .selectFrom('champions')
      .select('full_name as name')
      .where('champions.id', '=', id)
      .where(
        sql<boolean>`(exists (select from neighbourhoods where neighbourhoods.id = champions.neighbourhood_id
            and neighbourhoods.area_id = any(${areaIds}::uuid[]))
          or exists (select from events where events.lead_id = champions.id
            and events.area_id = any(${areaIds}::uuid[])))`,
      )
      .executeTakeFirst()
  )?.name;

/** Whether this person can lead an event there. */
export const isLead = async (db: Db, areaId: string, id: string) =>
  (await db
    .selectFrom('champions')
    .select('id')
    .where('id', '=', id)
    .where(canLead(areaId))
    .executeTakeFirst()) !== undefined;

/** Every campaign, the newest first: to look for events by. */
export const everyCampaign = (db: Db) =>
  db.selectFrom('campaigns').select(['slug', 'name']).orderBy('starts_on', 'desc').orderBy('slug').execute();
