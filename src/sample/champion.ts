import { randomUUIDv7 } from 'node:crypto';
import type { Trx } from '../db.ts';
import { readEmailAddress } from '../email-address.ts';
import { NOTICE_VERSION } from '../programme/notice.ts';
import { bookSession } from '../training/bookings.ts';
import { findHeldSession } from '../training/held-session.ts';

/** Whom to sign in as, to look around. */
export const SAMPLE_EMAIL = 'sam.sample@westand.example';

/** Makes one champion who signed up at a stall, confirmed the address and is booked on a session. */
export const makeSampleChampion = async (
  trx: Trx,
  {
    eventId,
    sessionId,
    neighbourhoodId,
    now,
  }: { eventId: string; sessionId: string; neighbourhoodId: string; now: Temporal.Instant },
) => {
  const { address: email, key } = readEmailAddress(SAMPLE_EMAIL)!;
  const about = {
    full_name: 'Sam Okafor',
    email,
    phone: null,
    age_band: '18+' as const,
    neighbourhood_id: neighbourhoodId,
  };
  const championId = randomUUIDv7();
  await trx
    .insertInto('champions')
    .values({
      ...about,
      id: championId,
      email_key: key,
      state: 'confirmed',
      confirmed_at: now,
      left_at: null,
      created_at: now,
    })
    .execute();
  await trx
    .insertInto('sign_ups')
    .values({
      ...about,
      id: randomUUIDv7(),
      champion_id: championId,
      event_id: eventId,
      source: 'qr',
      session_id: sessionId,
      updates_wording: null,
      notice_version: NOTICE_VERSION,
      made_at: now,
    })
    .execute();
  const session = (await findHeldSession(trx, sessionId))!;
  // Nothing is sent: so the address for links does not matter.
  await bookSession(trx, { session, championId, publicUrl: 'https://westand.example', now });
};
