import { randomInt, randomUUIDv7 } from 'node:crypto';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import { plainWords } from '../events/addresses.ts';
import { plansIn } from '../events/plans.ts';
import { addCopies, type Copy, moveDays } from './copies.ts';
import { fitPlans } from './fit.ts';
import { listPitches } from './pitches.ts';

/** A campaign as it is copied; its days are ISO texts. */
export interface SourceCampaign {
  id: string;
  slug: string;
  name: string;
  summary: string;
  hashtags: string[];
  messages: string[];
  startsOn: string;
  endsOn: string;
}

const selectCampaign = (db: Db | Trx) =>
  db
    .selectFrom('campaigns')
    .select([
      'id',
      'slug',
      'name',
      'summary',
      'hashtags',
      'messages',
      'starts_on as startsOn',
      'ends_on as endsOn',
    ]);

export const findSourceCampaign = (db: Db, slug: string): Promise<SourceCampaign | undefined> =>
  selectCampaign(db).where('slug', '=', slug).executeTakeFirst();

const secondSaturdayOfOctober = (year: number) => {
  const first = Temporal.PlainDate.from({ year, month: 10, day: 1 });
  return first.add({ days: ((6 - first.dayOfWeek + 7) % 7) + 7 });
};

/** A year on, on the same weekday: the second Saturday of October stays one, anything else moves 52 weeks. */
export const aYearOn = (startsOn: Temporal.PlainDate): Temporal.PlainDate =>
  startsOn.equals(secondSaturdayOfOctober(startsOn.year))
    ? secondSaturdayOfOctober(startsOn.year + 1)
    : startsOn.add({ days: 364 });

/** 'Awareness Week 2027' → 'Awareness Week 2028'. */
export const nameInYear = (name: string, from: number, to: number) => {
  const renamed = name.replaceAll(String(from), String(to));
  return renamed === name && from !== to ? `${name} ${to}` : renamed;
};

const findCopy = (db: Db | Trx, sourceId: string, startsOn: string) =>
  db
    .selectFrom('campaign_copies')
    .innerJoin('campaigns', 'campaigns.id', 'campaign_copies.campaign_id')
    .select(['campaigns.id', 'campaigns.slug', 'campaigns.name'])
    .where('campaign_copies.source_id', '=', sourceId)
    .where('campaign_copies.starts_on', '=', startsOn)
    .executeTakeFirst();

export interface CampaignCopying {
  campaign: SourceCampaign;
  startsOn: Temporal.PlainDate;
  timeZone: string;
}

/**
 * What a campaign's copy that begins on this day would hold of these areas: each event as many days on as the first
 * day, at the same time of day; those called off are not copied, and neither is what an earlier copy made.
 */
export const planCampaignCopy = async (
  db: Db | Trx,
  areaIds: string[],
  { campaign, startsOn, timeZone }: CampaignCopying,
  now: Temporal.Instant,
) => {
  const days = Temporal.PlainDate.from(campaign.startsOn).until(startsOn).days;
  const there = await findCopy(db, campaign.id, startsOn.toString());
  const sources = await plansIn(db, areaIds)
    .where('events.campaign_id', '=', campaign.id)
    .where('events.state', 'not in', ['postponed', 'cancelled'])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('event_copies')
            .whereRef('event_copies.source_id', '=', 'events.id')
            .where('event_copies.campaign_id', '=', there?.id ?? null),
        ),
      ),
    )
    .orderBy('events.starts_at')
    .orderBy('events.id')
    .execute();
  const pitches = await listPitches(db, areaIds);
  const plans = sources.map((source) => ({ ...moveDays(source, days, timeZone), reference: null }));
  const fits = await fitPlans(db, pitches, plans);
  const copies = sources.map((source, at): Copy => {
    const plan = plans[at]!;
    const isPast = Temporal.Instant.compare(plan.startsAt, now) < 0;
    return {
      source,
      plan,
      pitch: pitches.find(({ id }) => id === plan.pitchId),
      fit: isPast ? { fits: false, why: 'past' } : fits[at]!,
    };
  });
  return { there, copies, days, endsOn: Temporal.PlainDate.from(campaign.endsOn).add({ days }) };
};

const addCampaign = async (
  trx: Trx,
  { campaign, startsOn, endsOn, name }: CampaignCopying & { endsOn: Temporal.PlainDate; name: string },
) => {
  const slug = plainWords(name);
  for (const end of ['', '-2', '-3', `-${randomInt(1e9)}`]) {
    const added = await trx
      .insertInto('campaigns')
      .values({
        id: randomUUIDv7(),
        slug: slug + end,
        name,
        summary: campaign.summary,
        hashtags: campaign.hashtags,
        messages: campaign.messages,
        starts_on: startsOn.toString(),
        ends_on: endsOn.toString(),
      })
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .returning(['id', 'slug', 'name'])
      .executeTakeFirst();
    if (!added) continue;
    await trx
      .insertInto('campaign_copies')
      .values({ campaign_id: added.id, source_id: campaign.id, starts_on: startsOn.toString() })
      .execute();
    return added;
  }
  throw new Error('Every address for the campaign is taken');
};

/**
 * Copies a campaign with its events of these areas. Done again, or by a coordinator of another area, it adds what the
 * copy does not hold yet.
 */
export const copyCampaign = async (
  trx: Trx,
  actor: Actor,
  areaIds: string[],
  wanted: CampaignCopying & { name: string },
  now: Temporal.Instant,
) => {
  // One at a time: the second finds what the first made.
  await trx
    .selectFrom('campaigns')
    .select('id')
    .where('id', '=', wanted.campaign.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const { there, copies, endsOn } = await planCampaignCopy(trx, areaIds, wanted, now);
  const target = there ?? (await addCampaign(trx, { ...wanted, endsOn }));
  const inTarget = copies.map((copy) => ({ ...copy, plan: { ...copy.plan, campaignId: target.id } }));
  const result = await addCopies(trx, actor, areaIds, inTarget, target.id, now);
  const details = { copyId: target.id, added: result.added.length, leftOut: result.leftOut.length };
  const entry = { action: 'copy', subjectKind: 'campaign', subjectId: wanted.campaign.id, details };
  await audit(trx, actor, entry, now);
  return { ...result, slug: target.slug, isNew: !there };
};
