import type { Db } from '../db.ts';

/** A campaign with this slug. */
export const findCampaign = (db: Db, slug: string) =>
  db
    .selectFrom('campaigns')
    .select([
      'id',
      'slug',
      'name',
      'summary',
      'messages',
      'hashtags',
      'starts_on as startsOn',
      'ends_on as endsOn',
    ])
    .where('slug', '=', slug)
    .executeTakeFirst();

export type Campaign = NonNullable<Awaited<ReturnType<typeof findCampaign>>>;

/** Every campaign that has a page. */
export const listCampaignPages = (db: Db) =>
  db.selectFrom('campaigns').select('slug').orderBy('starts_on').orderBy('id').execute();

/** All campaigns, the newest first, with the number of events that each of them has. */
export const listCampaigns = (db: Db) =>
  db
    .selectFrom('campaigns')
    .select((eb) => [
      'slug',
      'name',
      'starts_on as startsOn',
      'ends_on as endsOn',
      eb
        .selectFrom('events')
        .select((counted) => counted.fn.countAll<number>().as('count'))
        .whereRef('events.campaign_id', '=', 'campaigns.id')
        .as('events'),
    ])
    .orderBy('starts_on', 'desc')
    .orderBy('id')
    .execute();
