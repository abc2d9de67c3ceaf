import { sql } from 'kysely';
import { areasOf } from '../accounts/coordinators.ts';
import type { Actor } from '../audit.ts';
import type { Trx } from '../db.ts';
import { type Gate, isPrepared, neededGates, preparedState } from './states.ts';

/** Who does something to which event: of the areas that they look after, by its address. */
export interface Doing {
  actor: Actor;
  areaIds: string[];
  slug: string;
}

/** An event that nobody else changes until the transaction ends; undefined where these areas have none there. */
export const lockEvent = async (trx: Trx, { areaIds, slug }: Pick<Doing, 'areaIds' | 'slug'>) => {
  const row = await trx
    .selectFrom('events')
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select([
      'events.id',
      'events.slug',
      'events.area_id as areaId',
      'events.state',
      'events.kind',
      'events.version',
      'events.pitch_id as pitchId',
      'events.online_url as onlineUrl',
      'events.lead_id as leadId',
      'events.capacity',
      'events.starts_at as startsAt',
      'events.ends_at as endsAt',
      'events.set_up_minutes as setUpMinutes',
      'events.take_down_minutes as takeDownMinutes',
      'events.venue_requested_at as venueRequestedAt',
      'venues.insurance_minimum as insuranceMinimum',
      sql<string[]>`array(select kit_item_id::text from event_kit where event_id = events.id order by 1)`.as(
        'kitItemIds',
      ),
      sql<Gate[]>`array(select gate from event_gates where event_id = events.id and reopened_at is null
        and (gate <> 'insurance' or insured_for >= coalesce(venues.insurance_minimum, 0)))`.as('passed'),
    ])
    .where('events.slug', '=', slug)
    .where('events.area_id', '=', areasOf({ areaIds }))
    .forUpdate('events')
    .executeTakeFirst();
  if (!row) return undefined;
  const needed = neededGates({
    kind: row.kind,
    venue: row.insuranceMinimum === null ? undefined : { insuranceMinimum: row.insuranceMinimum },
    hasKit: row.kitItemIds.length > 0,
  });
  const passed = new Set(row.passed);
  const prepared = preparedState(needed, passed, row.venueRequestedAt !== null);
  return { ...row, passed, needed, prepared, ready: prepared === 'ready' };
};

export type LockedEvent = NonNullable<Awaited<ReturnType<typeof lockEvent>>>;

/** Writes where an unpublished event stands, after something was done for it or taken back. */
export const settle = async (trx: Trx, doing: Pick<Doing, 'areaIds' | 'slug'>) => {
  const event = await lockEvent(trx, doing);
  if (!event || !isPrepared(event.state) || event.state === event.prepared) return event?.state;
  await trx.updateTable('events').set({ state: event.prepared }).where('id', '=', event.id).execute();
  return event.prepared;
};
