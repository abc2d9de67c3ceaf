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

/** For the calendars that hold the event: this is a newer edition (RFC 5545, section 3.8.7.4). */
export const raise = { sequence: sql<number>`sequence + 1` };

export type Taken =
  | { refused: 'pitch taken'; by: TakenBy }
  | { refused: 'kit taken'; by: TakenBy; kit: string };

/** What a change of an event's time or place runs up against. */
export interface Occupying {
  pitchId: string | null;
  kitItemIds: string[];
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  setUpMinutes: number;
  takeDownMinutes: number;
}

/** Lets changes onto one pitch, or with the same kit, wait their turn: side by side they would wait for each other. */
export const takeTurns = async (
  trx: Trx,
  { pitchId, kitItemIds }: Pick<Occupying, 'pitchId' | 'kitItemIds'>,
) => {
  if (pitchId)
    await trx.selectFrom('pitches').select('id').where('id', '=', pitchId).forNoKeyUpdate().execute();
  if (kitItemIds.length > 0)
    await trx
      .selectFrom('kit_items')
      .select('id')
      .where('id', '=', sql<string>`any(${kitItemIds}::uuid[])`)
      .orderBy('id')
      .forNoKeyUpdate()
      .execute();
};

const EXCLUDED = '23P01';

/** Names who has the pitch or the kit, after the database has refused a change for it; undefined for any other error. */
export const takenBy = async (
  db: Db,
  error: unknown,
  { pitchId, kitItemIds, startsAt, endsAt, setUpMinutes, takeDownMinutes }: Occupying,
  eventId: string,
): Promise<Taken | undefined> => {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code !== EXCLUDED) return undefined;
  const from = startsAt.subtract({ minutes: setUpMinutes });
  const until = endsAt.add({ minutes: takeDownMinutes });
  if (constraint === 'one_event_on_a_pitch' && pitchId) {
    const by = await pitchTakenBy(db, pitchId, from, until, eventId);
    return by && { refused: 'pitch taken', by };
  }
  const by = await kitTakenBy(db, kitItemIds, from, until, eventId);
  return by && { refused: 'kit taken', by, kit: by.kit };
};
