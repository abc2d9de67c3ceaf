import { sql } from 'kysely';
import { areasOf } from '../accounts/coordinators.ts';
import type { Db, Trx } from '../db.ts';
import type { EventState } from '../schema.ts';
import type { EventPlan } from './plan.ts';

export interface PlannedEvent extends EventPlan {
  id: string;
  slug: string;
  version: number;
  state: EventState;
}

/** What is planned of an event, but for its kit. */
export const PLAN_COLUMNS = [
  'events.id',
  'events.slug',
  'events.version',
  'events.state',
  'events.title',
  'events.kind',
  'events.summary',
  'events.what_to_expect as whatToExpect',
  'events.run_by as runBy',
  'events.pitch_id as pitchId',
  'events.online_url as onlineUrl',
  'events.area_id as areaId',
  'events.campaign_id as campaignId',
  'events.capacity',
  'events.lead_id as leadId',
  'events.starts_at as startsAt',
  'events.ends_at as endsAt',
  'events.reference',
] as const;

/** The events of these areas as they are planned. */
export const plansIn = (db: Db | Trx, areaIds: string[]) =>
  db
    .selectFrom('events')
    .select(PLAN_COLUMNS)
    .select(
      sql<string[]>`array(select kit_item_id::text from event_kit where event_id = events.id order by 1)`.as(
        'kitItemIds',
      ),
    )
    .where('events.area_id', '=', areasOf({ areaIds }));

/** An event of these areas as it is planned; undefined where they have none with this slug. */
export const findPlan = (db: Db | Trx, areaIds: string[], slug: string): Promise<PlannedEvent | undefined> =>
  plansIn(db, areaIds).where('events.slug', '=', slug).executeTakeFirst();
