import { sql } from 'kysely';
import type { Db } from '../db.ts';
import type { MatrixPlaces } from './matrix-query.ts';

/** A coordinator's areas and the neighbourhoods in them, by name. */
export const findPlaces = async (db: Db, areaIds: string[]): Promise<MatrixPlaces> => {
  const mine = sql<string>`any(${areaIds}::uuid[])`;
  const [areas, neighbourhoods] = await Promise.all([
    db.selectFrom('areas').select(['id', 'slug', 'name']).where('id', '=', mine).orderBy('name').execute(),
    db
      .selectFrom('neighbourhoods')
      .select(['id', 'slug', 'name', 'area_id as areaId'])
      .where('area_id', '=', mine)
      .orderBy('name')
      .execute(),
  ]);
  return { areas, neighbourhoods };
};
