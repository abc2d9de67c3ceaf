import { randomUUIDv7 } from 'node:crypto';
import type { Trx } from '../db.ts';
import { readEmailAddress } from '../email-address.ts';
import { at } from './dates.ts';
import { PROGRAMME } from './places.ts';

/** Champions of whom nobody has said yet whether they were there. */
const PEOPLE = [
  { full_name: 'Amina Rahman', neighbourhood: 'bletchley' },
  { full_name: 'Callum Wright', neighbourhood: 'wolverton' },
  { full_name: 'Danuta Kowalska', neighbourhood: 'bletchley' },
  { full_name: 'Ngozi Eze', neighbourhood: 'wolverton' },
];

/** A session on the Wednesday before last, with its register still to be filled in, and the same in a month. */
export const makeSampleRegister = async (
  trx: Trx,
  {
    moduleId,
    pitchId,
    neighbourhoodId,
    saturday,
  }: {
    moduleId: string;
    pitchId: string;
    neighbourhoodId(slug: string): string;
    saturday: Temporal.PlainDate;
  },
) => {
  const sitting = (days: number) => ({
    id: randomUUIDv7(),
    module_id: moduleId,
    pitch_id: pitchId,
    starts_at: at(saturday.add({ days }), '18:00', PROGRAMME.time_zone),
    ends_at: at(saturday.add({ days }), '20:00', PROGRAMME.time_zone),
    trainer: 'Farah Malik',
    capacity: 8,
  });
  const over = sitting(-10);
  await trx
    .insertInto('sessions')
    .values([over, sitting(32)])
    .execute();
  const since = over.starts_at.subtract({ hours: 24 * 20 });
  const champions = PEOPLE.map(({ full_name, neighbourhood }) => {
    const email = readEmailAddress(`${full_name.toLowerCase().replace(' ', '.')}@westand.example`)!;
    return {
      id: randomUUIDv7(),
      full_name,
      email: email.address,
      email_key: email.key,
      phone: null,
      age_band: '18+' as const,
      neighbourhood_id: neighbourhoodId(neighbourhood),
      state: 'confirmed' as const,
      confirmed_at: since,
      left_at: null,
      created_at: since,
    };
  });
  await trx.insertInto('champions').values(champions).execute();
  const bookings = champions.map(({ id }) => ({
    id: randomUUIDv7(),
    session_id: over.id,
    champion_id: id,
    booked_at: since,
  }));
  await trx.insertInto('bookings').values(bookings).execute();
};
