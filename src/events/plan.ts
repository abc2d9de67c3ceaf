import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { areasOf } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';
import type { EventKind } from '../schema.ts';
import { freeSlug, newCode, ownSlug } from './addresses.ts';
import { kitTakenBy, pitchTakenBy, type TakenBy } from './taken.ts';

export type { TakenBy } from './taken.ts';

/** All that a coordinator decides of an event. */
export interface EventPlan {
  title: string;
  kind: EventKind;
  summary: string;
  whatToExpect: string;
  runBy: string;
  /** Null where it is online. */
  pitchId: string | null;
  onlineUrl: string | null;
  /** Counts where it is online; else the pitch's area does. */
  areaId: string;
  campaignId: string | null;
  capacity: number | null;
  leadId: string | null;
  kitItemIds: string[];
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  /** From a file that was imported. */
  reference: string | null;
}

export type PlanRefusal =
  | { refused: 'pitch taken'; by: TakenBy }
  | { refused: 'kit taken'; by: TakenBy; kit: string }
  /** The pitch, campaign, kit or lead is of another area, not to be chosen any more, or unknown. */
  | { refused: 'elsewhere' }
  | { refused: 'reference taken' };

/** Champions who can lead an event of this area: grown up, confirmed, and at home there. */
export const canLead = (areaId: string) =>
  sql<boolean>`champions.state in ('confirmed', 'in training', 'active') and champions.age_band = '18+'
    and exists (select from neighbourhoods where neighbourhoods.id = champions.neighbourhood_id
      and neighbourhoods.area_id = ${areaId}::uuid)`;

/** What a plan stands on, as the database knows it; undefined where something of it is elsewhere. */
export const placeOf = async (
  trx: Db | Trx,
  areaIds: string[],
  { pitchId, areaId, campaignId, leadId, kitItemIds }: EventPlan,
  /** What an event already has it may keep, though it cannot be chosen any more. */
  kept?: Pick<EventPlan, 'pitchId' | 'leadId' | 'kitItemIds'>,
) => {
  const place = await trx
    .selectFrom('areas')
    .leftJoin('pitches', (join) =>
      join
        .on('pitches.id', '=', pitchId)
        .on((eb) =>
          eb.or([eb('pitches.closed_at', 'is', null), eb('pitches.id', '=', kept?.pitchId ?? null)]),
        ),
    )
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .leftJoin('neighbourhoods', 'neighbourhoods.id', 'venues.neighbourhood_id')
    .select([
      'areas.id as areaId',
      'pitches.id as pitchId',
      'venues.closed_at as closedAt',
      'venues.set_up_minutes as setUpMinutes',
      'venues.take_down_minutes as takeDownMinutes',
      sql<string>`(select time_zone from programme)`.as('timeZone'),
    ])
    .where(
      'areas.id',
      '=',
      sql<string>`case when ${pitchId}::uuid is null then ${areaId}::uuid else neighbourhoods.area_id end`,
    )
    .where('areas.id', '=', areasOf({ areaIds }))
    .executeTakeFirst();
  if (!place || (place.closedAt && place.pitchId !== kept?.pitchId)) return undefined;
  const { fits } = await trx
    .selectNoFrom((eb) =>
      eb
        .and([
          sql<boolean>`(${campaignId}::uuid is null or exists (select from campaigns where id = ${campaignId}::uuid))`,
          sql<boolean>`(${leadId}::uuid is null or ${leadId}::uuid = ${kept?.leadId ?? null}::uuid
            or exists (select from champions where id = ${leadId}::uuid and ${canLead(place.areaId)}))`,
          sql<boolean>`(select count(*) from kit_items where id = any(${kitItemIds}::uuid[])
            and area_id = ${place.areaId}::uuid
            and (closed_at is null or id = any(${kept?.kitItemIds ?? []}::uuid[]))) = ${new Set(kitItemIds).size}`,
        ])
        .as('fits'),
    )
    .executeTakeFirstOrThrow();
  return fits
    ? {
        areaId: place.areaId,
        setUpMinutes: place.setUpMinutes ?? 0,
        takeDownMinutes: place.takeDownMinutes ?? 0,
        timeZone: place.timeZone ?? 'Europe/London',
      }
    : undefined;
};

/** What of a plan its event's row holds. */
export const rowOf = (
  plan: EventPlan,
  place: { areaId: string; setUpMinutes: number; takeDownMinutes: number },
) => ({
  title: plan.title,
  kind: plan.kind,
  summary: plan.summary,
  what_to_expect: plan.whatToExpect,
  run_by: plan.runBy,
  pitch_id: plan.pitchId,
  online_url: plan.onlineUrl,
  area_id: place.areaId,
  campaign_id: plan.campaignId,
  capacity: plan.capacity,
  lead_id: plan.leadId,
  starts_at: plan.startsAt,
  ends_at: plan.endsAt,
  set_up_minutes: place.setUpMinutes,
  take_down_minutes: place.takeDownMinutes,
});

/** Takes kit along; in one order, so that two who take the same never wait for each other. */
export const bringKit = (trx: Trx, eventId: string, kitItemIds: string[]) =>
  trx
    .insertInto('event_kit')
    .columns(['event_id', 'kit_item_id', 'occupied', 'held'])
    .expression((eb) =>
      eb
        .selectFrom('events')
        .innerJoin('kit_items', (join) =>
          join.on('kit_items.id', '=', sql<string>`any(${kitItemIds}::uuid[])`),
        )
        .select([
          'events.id',
          'kit_items.id as kit_item_id',
          'events.occupied',
          sql<boolean>`events.state not in ('postponed', 'cancelled')`.as('held'),
        ])
        .where('events.id', '=', eventId)
        .orderBy('kit_items.id'),
    );

/** As much of it as is free. */
const bringFreeKit = async (trx: Trx, eventId: string, kitItemIds: string[]) =>
  kitItemIds.length === 0
    ? []
    : bringKit(trx, eventId, kitItemIds)
        .onConflict((conflict) => conflict.doNothing())
        .returning('kit_item_id')
        .execute();

/** How often an address that someone took a moment ago is replaced by another. */
const TRIES = 5;

/**
 * Adds a draft. A refusal leaves the transaction whole, so several can be added in one; in the order of pitch and time,
 * or two coordinators may wait for each other.
 */
export const createEvent = async (
  trx: Trx,
  actor: Actor,
  areaIds: string[],
  plan: EventPlan,
  now: Temporal.Instant,
): Promise<{ id: string; slug: string } | PlanRefusal> => {
  const place = await placeOf(trx, areaIds, plan);
  if (!place) return { refused: 'elsewhere' };
  const from = plan.startsAt.subtract({ minutes: place.setUpMinutes });
  const until = plan.endsAt.add({ minutes: place.takeDownMinutes });

  for (let tries = 0; tries < TRIES; tries++) {
    const slug =
      tries === 0
        ? await freeSlug(trx, plan.title, plan.startsAt, place.timeZone)
        : ownSlug(plan.title, plan.startsAt, place.timeZone);
    const added = await trx
      .insertInto('events')
      .values({
        id: randomUUIDv7(),
        slug,
        code: newCode(),
        ...rowOf(plan, place),
        reference: plan.reference,
        state: 'draft',
        updated_at: now,
        created_by: actor.coordinatorId,
      })
      // Of anything that is taken: an error would end the whole transaction.
      .onConflict((conflict) => conflict.doNothing())
      .returning(['id', 'slug'])
      .executeTakeFirst();
    if (added) {
      const brought = await bringFreeKit(trx, added.id, plan.kitItemIds);
      if (brought.length < new Set(plan.kitItemIds).size) {
        const by = await kitTakenBy(trx, plan.kitItemIds, from, until, added.id);
        await trx.deleteFrom('events').where('id', '=', added.id).execute();
        if (!by) throw new Error('Kit was refused, and nobody has it');
        return { refused: 'kit taken', by, kit: by.kit };
      }
      const entry = {
        action: 'add',
        subjectKind: 'event',
        subjectId: added.id,
        areaId: place.areaId,
        details: { kind: plan.kind },
      };
      await audit(trx, actor, entry, now);
      return added;
    }
    const by = plan.pitchId ? await pitchTakenBy(trx, plan.pitchId, from, until) : undefined;
    if (by) return { refused: 'pitch taken', by };
    if (plan.reference && (await isReferenceTaken(trx, plan.reference)))
      return { refused: 'reference taken' };
  }
  throw new Error('An event was refused, and nothing is taken');
};

const isReferenceTaken = async (trx: Trx, reference: string) =>
  (await trx.selectFrom('events').select('id').where('reference', '=', reference).executeTakeFirst()) !==
  undefined;
