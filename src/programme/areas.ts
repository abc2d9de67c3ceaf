import { randomUUIDv7 } from 'node:crypto';
import { type Actor, audit } from '../audit.ts';
import type { Db, Trx } from '../db.ts';

const UNIQUE_VIOLATION = '23505';

/** All areas, by name. */
export const listAreas = (db: Db) =>
  db.selectFrom('areas').select(['id', 'slug', 'name']).orderBy('name').orderBy('id').execute();

/** An area with its neighbourhoods, by name; undefined where there is none with this id. */
export const findArea = async (db: Db, id: string) => {
  const area = await db
    .selectFrom('areas')
    .select(['id', 'slug', 'name'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!area) return undefined;
  const neighbourhoods = await db
    .selectFrom('neighbourhoods')
    .select(['id', 'slug', 'name'])
    .where('area_id', '=', id)
    .orderBy('name')
    .orderBy('id')
    .execute();
  return { ...area, neighbourhoods };
};

/** 'Stony Stratford' → 'stony-stratford': how addresses and commands name it from then on. */
const slugOf = (name: string) =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80);

export type NotNamed = { refused: 'taken' | 'no letters' | 'unknown' };

const orTaken = async <T>(work: Promise<T>): Promise<T | NotNamed> => {
  try {
    return await work;
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
    return { refused: 'taken' };
  }
};

const written = async (
  trx: Trx,
  actor: Actor,
  action: string,
  subject: { kind: string; id: string; areaId: string },
  now: Temporal.Instant,
) => {
  await audit(
    trx,
    actor,
    { action, subjectKind: subject.kind, subjectId: subject.id, areaId: subject.areaId },
    now,
  );
  return { id: subject.id };
};

interface Named {
  name: string;
  now: Temporal.Instant;
}

export const addArea = async (
  db: Db,
  actor: Actor,
  { name, now }: Named,
): Promise<{ id: string } | NotNamed> => {
  const slug = slugOf(name);
  if (!slug) return { refused: 'no letters' };
  return orTaken(
    db.transaction().execute(async (trx) => {
      const id = randomUUIDv7();
      await trx.insertInto('areas').values({ id, slug, name }).execute();
      return written(trx, actor, 'add', { kind: 'area', id, areaId: id }, now);
    }),
  );
};

export const addNeighbourhood = async (
  db: Db,
  actor: Actor,
  { areaId, name, now }: Named & { areaId: string },
): Promise<{ id: string } | NotNamed> => {
  const slug = slugOf(name);
  if (!slug) return { refused: 'no letters' };
  return orTaken(
    db.transaction().execute(async (trx) => {
      const area = await trx.selectFrom('areas').select('id').where('id', '=', areaId).executeTakeFirst();
      if (!area) return { refused: 'unknown' } as const;
      const id = randomUUIDv7();
      await trx.insertInto('neighbourhoods').values({ id, area_id: areaId, slug, name }).execute();
      return written(trx, actor, 'add', { kind: 'neighbourhood', id, areaId }, now);
    }),
  );
};

/** Gives an area another name; its address in links stays as it was. */
export const renameArea = (
  db: Db,
  actor: Actor,
  { id, name, now }: Named & { id: string },
): Promise<{ id: string } | NotNamed> =>
  db.transaction().execute(async (trx) => {
    const renamed = await trx.updateTable('areas').set({ name }).where('id', '=', id).executeTakeFirst();
    if (renamed.numUpdatedRows === 0n) return { refused: 'unknown' } as const;
    return written(trx, actor, 'rename', { kind: 'area', id, areaId: id }, now);
  });

/** Gives a neighbourhood of this area another name. */
export const renameNeighbourhood = (
  db: Db,
  actor: Actor,
  { areaId, id, name, now }: Named & { areaId: string; id: string },
): Promise<{ id: string } | NotNamed> =>
  db.transaction().execute(async (trx) => {
    const renamed = await trx
      .updateTable('neighbourhoods')
      .set({ name })
      .where('id', '=', id)
      .where('area_id', '=', areaId)
      .executeTakeFirst();
    if (renamed.numUpdatedRows === 0n) return { refused: 'unknown' } as const;
    return written(trx, actor, 'rename', { kind: 'neighbourhood', id, areaId }, now);
  });
