import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';

/** The event that has the pitch or the kit at that time already. */
export interface TakenBy {
  id: string;
  slug: string;
  title: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
}

const TAKEN_BY = [
  'events.id',
  'events.slug',
  'events.title',
  'events.starts_at as startsAt',
  'events.ends_at as endsAt',
] as const;

/** The live event that has this pitch at some of this time, set-up and take-down included. */
export const pitchTakenBy = (
  db: Db | Trx,
  pitchId: string,
  from: Temporal.Instant,
  until: Temporal.Instant,
  exceptId?: string,
): Promise<TakenBy | undefined> =>
  db
    .selectFrom('events')
    .select(TAKEN_BY)
    .where('pitch_id', '=', pitchId)
    .where('state', 'not in', ['postponed', 'cancelled'])
    .where(sql<boolean>`occupied && tstzrange(${from}::timestamptz, ${until}::timestamptz)`)
    .where(sql<boolean>`id is distinct from ${exceptId ?? null}::uuid`)
    .orderBy('starts_at')
    .executeTakeFirst();

/** The live event that has some of this kit at some of this time. */
export const kitTakenBy = (
  db: Db | Trx,
  kitItemIds: string[],
  from: Temporal.Instant,
  until: Temporal.Instant,
  exceptId?: string,
): Promise<(TakenBy & { kit: string }) | undefined> =>
  db
    .selectFrom('event_kit')
    .innerJoin('events', 'events.id', 'event_kit.event_id')
    .innerJoin('kit_items', 'kit_items.id', 'event_kit.kit_item_id')
    .select([...TAKEN_BY, 'kit_items.name as kit'])
    .where('event_kit.kit_item_id', '=', sql<string>`any(${kitItemIds}::uuid[])`)
    .where('event_kit.held', '=', true)
    .where(sql<boolean>`event_kit.occupied && tstzrange(${from}::timestamptz, ${until}::timestamptz)`)
    .where(sql<boolean>`events.id is distinct from ${exceptId ?? null}::uuid`)
    .orderBy('events.starts_at')
    .executeTakeFirst();
