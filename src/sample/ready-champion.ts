import { randomUUIDv7 } from 'node:crypto';
import { makeCertificate } from '../certificates/certificates.ts';
import type { Trx } from '../db.ts';
import { readEmailAddress } from '../email-address.ts';
import { recordPass } from '../training/records.ts';
import { PROGRAMME } from './places.ts';

/** Whom to sign in as, to see a certificate. */
export const READY_EMAIL = 'robin.ready@westand.example';

/** Makes a champion who passed everything three months ago, and has a certificate. */
export const makeReadyChampion = async (
  trx: Trx,
  { neighbourhoodId, now }: { neighbourhoodId: string; now: Temporal.Instant },
) => {
  const { address: email, key } = readEmailAddress(READY_EMAIL)!;
  const id = randomUUIDv7();
  const passedOn = now.toZonedDateTimeISO(PROGRAMME.time_zone).toPlainDate().subtract({ months: 3 });
  const since = now.subtract({ hours: 24 * 120 });
  await trx
    .insertInto('champions')
    .values({
      id,
      full_name: 'Robin Achebe',
      email,
      email_key: key,
      phone: null,
      age_band: '18+',
      neighbourhood_id: neighbourhoodId,
      state: 'confirmed',
      confirmed_at: since,
      left_at: null,
      created_at: since,
    })
    .execute();
  for (const { id: moduleId } of await trx.selectFrom('modules').select('id').execute())
    await recordPass(trx, {
      championId: id,
      moduleId,
      passedOn,
      source: 'coordinator',
      recordedBy: null,
      now,
    });
  await makeCertificate(trx, { championId: id, timeZone: PROGRAMME.time_zone, now });
};
