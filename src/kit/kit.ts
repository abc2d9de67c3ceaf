import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { areasOf, type Coordinator } from '../accounts/coordinators.ts';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';

type OfAreas = Pick<Coordinator, 'areaIds'>;

export type KitRefusal = { refused: 'unknown' } | { refused: 'name taken' };

const nextBooking = (now: Temporal.Instant) =>
  sql<string>`(select k.event_id from event_kit k
      where k.kit_item_id = kit_items.id and k.held and k.occupied && tstzrange(${now}, null)
      order by lower(k.occupied) limit 1)`;

/** The kit of a coordinator's areas by area and name, retired things last, each with where it is booked next. */
export const listKit = async (db: Db, coordinator: OfAreas, now: Temporal.Instant) =>
  db
    .selectFrom('kit_items')
    .innerJoin('areas', 'areas.id', 'kit_items.area_id')
    .leftJoin('events', (join) => join.on('events.id', '=', nextBooking(now)))
    .leftJoin('pitches', 'pitches.id', 'events.pitch_id')
    .leftJoin('venues', 'venues.id', 'pitches.venue_id')
    .select([
      'kit_items.id',
      'kit_items.name',
      'kit_items.closed_at as closedAt',
      'areas.id as areaId',
      'areas.name as area',
      'events.slug',
      'events.title',
      'events.starts_at as startsAt',
      'events.ends_at as endsAt',
      'venues.name as venue',
    ])
    .where('kit_items.area_id', '=', areasOf(coordinator))
    .orderBy('areas.name')
    .orderBy('areas.id')
    .orderBy(sql`kit_items.closed_at is not null`)
    .orderBy(sql`lower(kit_items.name)`)
    .orderBy('kit_items.id')
    .execute();

/** The areas to which a coordinator may add kit, by name. */
export const ownAreas = (db: Db | Trx, coordinator: OfAreas) =>
  db
    .selectFrom('areas')
    .select(['id', 'slug', 'name'])
    .where('id', '=', areasOf(coordinator))
    .orderBy('name')
    .execute();

/** A thing of one of the coordinator's areas. */
export const findKitItem = (db: Db | Trx, coordinator: OfAreas, id: string) =>
  db
    .selectFrom('kit_items')
    .select(['id', 'name', 'area_id as areaId', 'closed_at as closedAt'])
    .where('id', '=', id)
    .where('area_id', '=', areasOf(coordinator))
    .executeTakeFirst();

/** Held for the transaction, so that two things of an area never get names that differ in capitals only. */
const isTaken = async (trx: Trx, areaId: string, name: string, exceptId?: string) => {
  await trx.selectFrom('areas').select('id').where('id', '=', areaId).forNoKeyUpdate().executeTakeFirst();
  const same = await trx
    .selectFrom('kit_items')
    .select('id')
    .where('area_id', '=', areaId)
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .execute();
  return same.some(({ id }) => id !== exceptId);
};

/** Adds a thing to an area's kit. */
export const addKitItem = (
  db: Db,
  actor: Actor,
  coordinator: OfAreas,
  { areaId, name }: { areaId: string; name: string },
  now: Temporal.Instant,
): Promise<{ id: string } | KitRefusal> =>
  db.transaction().execute(async (trx) => {
    if (!coordinator.areaIds.includes(areaId)) return { refused: 'unknown' };
    if (await isTaken(trx, areaId, name)) return { refused: 'name taken' };
    const id = randomUUIDv7();
    await trx.insertInto('kit_items').values({ id, area_id: areaId, name }).execute();
    await audit(trx, actor, { action: 'add', subjectKind: 'kit item', subjectId: id, areaId }, now);
    return { id };
  });

/** Gives a thing another name. */
export const renameKitItem = (
  db: Db,
  actor: Actor,
  coordinator: OfAreas,
  { id, name }: { id: string; name: string },
  now: Temporal.Instant,
): Promise<'renamed' | KitRefusal> =>
  db.transaction().execute(async (trx) => {
    const item = await findKitItem(trx, coordinator, id);
    if (!item) return { refused: 'unknown' };
    if (item.name === name) return 'renamed';
    const { areaId } = item;
    if (await isTaken(trx, areaId, name, id)) return { refused: 'name taken' };
    await trx.updateTable('kit_items').set({ name }).where('id', '=', id).execute();
    await audit(trx, actor, { action: 'rename', subjectKind: 'kit item', subjectId: id, areaId }, now);
    return 'renamed';
  });

/**
 * Retires a thing, so that it is not offered any more, or restores it. Events that have it keep it.
 * @returns false where there is none with this id; a second time changes nothing
 */
export const retireKitItem = (
  db: Db,
  actor: Actor,
  coordinator: OfAreas,
  { id, retired }: { id: string; retired: boolean },
  now: Temporal.Instant,
): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const item = await findKitItem(trx, coordinator, id);
    if (!item) return false;
    const written = await trx
      .updateTable('kit_items')
      .set({ closed_at: retired ? now : null })
      .where('id', '=', id)
      .where('closed_at', retired ? 'is' : 'is not', null)
      .executeTakeFirst();
    if (!written.numUpdatedRows) return true;
    const action = retired ? 'retire' : 'restore';
    const entry = { action, subjectKind: 'kit item', subjectId: id, areaId: item.areaId };
    await audit(trx, actor, entry, now);
    return true;
  });
