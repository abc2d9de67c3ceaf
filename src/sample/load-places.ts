import { randomUUIDv7 } from 'node:crypto';
import type { Trx } from '../db.ts';
import { NEIGHBOURHOODS, VENUES, type VenueKey } from './places.ts';
import { KIT, termsOf, weekOf } from './venue-terms.ts';
import { withIds } from './with-ids.ts';

const neighbourhoodRows = Object.entries(NEIGHBOURHOODS).map(([slug, name]) => ({ slug, name }));

const venueRows = (Object.keys(VENUES) as VenueKey[]).map((key) => ({ key, ...VENUES[key] }));

const pitchRows = venueRows.flatMap(({ key, pitches }) => pitches.map((name) => ({ venue: key, name })));

const spot = (venue: VenueKey, pitch: string) => `${venue}, ${pitch}`;

/** Loads the area with its neighbourhoods, venues, pitches and kit; tells their ids. */
export const loadPlaces = async (trx: Trx) => {
  const areaId = randomUUIDv7();
  const neighbourhoods = withIds(neighbourhoodRows, ({ slug }) => slug);
  const venues = withIds(venueRows, ({ key }) => key);
  const pitches = withIds(pitchRows, ({ venue, name }) => spot(venue, name));

  await trx
    .insertInto('areas')
    .values({ id: areaId, slug: 'milton-keynes', name: 'Milton Keynes' })
    .execute();
  await trx
    .insertInto('neighbourhoods')
    .values(neighbourhoods.rows.map((row) => ({ ...row, area_id: areaId })))
    .execute();
  await trx
    .insertInto('venues')
    .values(
      venues.rows.map(({ id, key, neighbourhood, name, address, directions }) => ({
        id,
        neighbourhood_id: neighbourhoods.idOf(neighbourhood),
        name,
        address,
        directions,
        ...termsOf(key),
      })),
    )
    .execute();
  await trx
    .insertInto('venue_hours')
    .values(venues.rows.flatMap(({ id, key }) => weekOf(key).map((day) => ({ venue_id: id, ...day }))))
    .execute();
  await trx
    .insertInto('pitches')
    .values(pitches.rows.map(({ id, venue, name }) => ({ id, venue_id: venues.idOf(venue), name })))
    .execute();
  await trx
    .insertInto('kit_items')
    .values(KIT.map((name) => ({ id: randomUUIDv7(), area_id: areaId, name })))
    .execute();

  return {
    neighbourhoodId: neighbourhoods.idOf,
    pitchId: (venue: VenueKey, pitch: string = VENUES[venue].pitches[0]) => pitches.idOf(spot(venue, pitch)),
  };
};
