import { randomUUIDv7 } from 'node:crypto';
import type { Db, Trx } from '../db.ts';
import { isLive } from './live.ts';

/**
 * A right code shows that the person controls the address. A champion who was not confirmed takes the details of the
 * sign-up made in this browser, so that nobody can fill in another person's record; and only now its consent counts.
 */
export const confirmChampion = async (
  trx: Trx,
  championId: string,
  signUpId: string | null,
  now: Temporal.Instant,
) => {
  const champion = await trx
    .selectFrom('champions')
    .select(['state', 'confirmed_at'])
    .where('id', '=', championId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  const signUp = signUpId
    ? await trx.selectFrom('sign_ups').selectAll().where('id', '=', signUpId).executeTakeFirst()
    : undefined;

  if (!champion.confirmed_at) {
    await trx
      .updateTable('champions')
      .set({
        confirmed_at: now,
        ...(champion.state === 'signed up' ? { state: 'confirmed' } : {}),
        ...(signUp && {
          full_name: signUp.full_name,
          phone: signUp.phone,
          neighbourhood_id: signUp.neighbourhood_id,
        }),
      })
      .where('id', '=', championId)
      .execute();
  }
  if (signUp?.updates_wording)
    await giveNewsConsent(trx, { championId, wording: signUp.updates_wording, now });
};

/**
 * Records the consent to news with the version of its wording; one that lives already stays as it is, and who has left
 * meanwhile gives none.
 */
export const giveNewsConsent = async (
  trx: Trx,
  { championId, wording, now }: { championId: string; wording: string; now: Temporal.Instant },
) => {
  const champion = await trx
    .selectFrom('champions')
    .select('id')
    .where('id', '=', championId)
    .where(isLive)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!champion) return;
  await trx
    .insertInto('consents')
    .values({
      id: randomUUIDv7(),
      champion_id: championId,
      purpose: 'news',
      channel: 'email',
      wording,
      given_at: now,
      withdrawn_at: null,
    })
    .onConflict((conflict) =>
      conflict.columns(['champion_id', 'purpose', 'channel']).where('withdrawn_at', 'is', null).doNothing(),
    )
    .execute();
};

export const withdrawNewsConsent = async (trx: Trx, championId: string, now: Temporal.Instant) => {
  await trx
    .updateTable('consents')
    .set({ withdrawn_at: now })
    .where('champion_id', '=', championId)
    .where('purpose', '=', 'news')
    .where('withdrawn_at', 'is', null)
    .execute();
};

/**
 * Withdraws this one consent, if it still lives; a second call changes nothing.
 * @returns whether the person has a newer one to the same news; undefined where there never was such a consent
 */
export const withdrawConsent = async (db: Db, consentId: string, now: Temporal.Instant) => {
  await db
    .updateTable('consents')
    .set({ withdrawn_at: now })
    .where('id', '=', consentId)
    .where('withdrawn_at', 'is', null)
    .execute();
  return findConsent(db, consentId);
};

/** Whether a consent lives, and whether the person has given another since that does. */
export const findConsent = (db: Db, consentId: string) =>
  db
    .selectFrom('consents')
    .leftJoin('consents as newer', (join) =>
      join
        .onRef('newer.champion_id', '=', 'consents.champion_id')
        .onRef('newer.purpose', '=', 'consents.purpose')
        .onRef('newer.channel', '=', 'consents.channel')
        .onRef('newer.id', '!=', 'consents.id')
        .on('newer.withdrawn_at', 'is', null),
    )
    .select((eb) => [
      eb('consents.withdrawn_at', 'is', null).as('lives'),
      eb('newer.id', 'is not', null).as('hasNewer'),
    ])
    .where('consents.id', '=', consentId)
    .executeTakeFirst();
