import type { Db } from '../db.ts';
import { isLive } from './live.ts';

/** What a champion sees of themselves; undefined once they have left. */
export const findChampion = (db: Db, championId: string) =>
  db
    .selectFrom('champions')
    .leftJoin('neighbourhoods', 'neighbourhoods.id', 'champions.neighbourhood_id')
    .leftJoin('consents', (join) =>
      join
        .onRef('consents.champion_id', '=', 'champions.id')
        .on('consents.purpose', '=', 'news')
        .on('consents.withdrawn_at', 'is', null),
    )
    .select([
      'champions.id',
      'champions.full_name as fullName',
      'champions.email',
      'champions.email_key as emailKey',
      'champions.phone',
      'champions.state',
      'champions.confirmed_at as confirmedAt',
      'neighbourhoods.slug as neighbourhood',
      'neighbourhoods.name as neighbourhoodName',
      'consents.given_at as newsSince',
    ])
    .where('champions.id', '=', championId)
    .where(isLive)
    .executeTakeFirst();

/** Changes a champion's own details. */
export const changeDetails = async (
  db: Db,
  championId: string,
  details: { fullName: string; phone: string | null; neighbourhoodId: string | null },
) => {
  await db
    .updateTable('champions')
    .set({ full_name: details.fullName, phone: details.phone, neighbourhood_id: details.neighbourhoodId })
    .where('id', '=', championId)
    .where(isLive)
    .execute();
};
