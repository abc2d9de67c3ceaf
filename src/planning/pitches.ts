import { areasOf } from '../accounts/coordinators.ts';
import type { Db, Trx } from '../db.ts';

export interface Pitch {
  id: string;
  name: string;
  venue: string;
  areaId: string;
  setUpMinutes: number;
  takeDownMinutes: number;
}

/** The pitches of these areas that can be chosen, in the order of their venues. */
export const listPitches = (db: Db | Trx, areaIds: string[]): Promise<Pitch[]> =>
  db
    .selectFrom('pitches')
    .innerJoin('venues', 'venues.id', 'pitches.venue_id')
    .innerJoin('neighbourhoods', 'neighbourhoods.id', 'venues.neighbourhood_id')
    .select([
      'pitches.id',
      'pitches.name',
      'venues.name as venue',
      'neighbourhoods.area_id as areaId',
      'venues.set_up_minutes as setUpMinutes',
      'venues.take_down_minutes as takeDownMinutes',
    ])
    .where('neighbourhoods.area_id', '=', areasOf({ areaIds }))
    .where('pitches.closed_at', 'is', null)
    .where('venues.closed_at', 'is', null)
    .orderBy('venues.name')
    .orderBy('pitches.name')
    .orderBy('pitches.id')
    .execute();

/** 'Centre:MK, near the Samsung shop'. */
export const placeWords = (pitch: Pick<Pitch, 'venue' | 'name'> | undefined) =>
  pitch ? `${pitch.venue}, ${pitch.name}` : 'Online';
