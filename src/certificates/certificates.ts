import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { isLive as isChampion } from '../champions/live.ts';
import type { Db, Trx } from '../db.ts';
import type { ChampionState } from '../schema.ts';
import { standingOf } from '../training/records.ts';
import { championStanding } from '../training/standing.ts';
import { newCode } from './code.ts';

/** Certificates that no other replaced, in the very words of the index `one_live_certificate`: see `champions/live.ts`. */
const isLive = sql<boolean>`certificates.ended_at is null`;

/** A champion's certificate, valid or not; undefined where they have made none. */
export const findCertificate = (db: Db | Trx, championId: string) =>
  db
    .selectFrom('certificates')
    .select(['id', 'code', 'status_index as statusIndex', 'made_at as madeAt'])
    .where('champion_id', '=', championId)
    .where(isLive)
    .executeTakeFirst();

export type Certificate = NonNullable<Awaited<ReturnType<typeof findCertificate>>>;

interface Holder {
  id: string;
  state: ChampionState;
  confirmedAt: Temporal.Instant | null;
}

/** The champion whose certificate it is; undefined once they have left. */
export const findHolder = (db: Db, championId: string) =>
  db
    .selectFrom('champions')
    .select(['id', 'full_name as fullName', 'state', 'confirmed_at as confirmedAt'])
    .where('id', '=', championId)
    .where(isChampion)
    .executeTakeFirst();

export interface Moment {
  timeZone: string;
  now: Temporal.Instant;
}

/** Where its holder stands at this moment: a certificate is valid while they are 'ready', and not a moment longer. */
export const holderStanding = async (db: Db | Trx, holder: Holder, { timeZone, now }: Moment) => {
  const day = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const training = await standingOf(db, holder, { day, timeZone, now });
  return { day, training, standing: championStanding(holder.state, training) };
};

const lockHolder = (trx: Trx, championId: string) =>
  trx
    .selectFrom('champions')
    .select(['id', 'state', 'confirmed_at as confirmedAt'])
    .where('id', '=', championId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();

const isReady = async (trx: Trx, championId: string, moment: Moment) =>
  (await holderStanding(trx, await lockHolder(trx, championId), moment)).standing === 'ready';

const insert = (trx: Trx, championId: string, now: Temporal.Instant) =>
  trx
    .insertInto('certificates')
    .values({ id: randomUUIDv7(), champion_id: championId, code: newCode(), made_at: now, ended_at: null })
    .execute();

type Wanted = Moment & { championId: string };

/** Makes a champion's certificate; where they have one, that stays the one. */
export const makeCertificate = async (trx: Trx, { championId, ...moment }: Wanted) => {
  if (!(await isReady(trx, championId, moment))) return { refused: 'not ready' } as const;
  if (!(await findCertificate(trx, championId))) await insert(trx, championId, moment.now);
  return 'made' as const;
};

/**
 * Ends a champion's certificate and makes another, with a new code.
 * @param replaces the one that they saw, so that a form sent twice ends nothing that is in use
 */
export const replaceCertificate = async (
  trx: Trx,
  { championId, replaces, ...moment }: Wanted & { replaces: string },
) => {
  if (!(await isReady(trx, championId, moment))) return { refused: 'not ready' } as const;
  const ended = await trx
    .updateTable('certificates')
    .set({ ended_at: moment.now })
    .where('id', '=', replaces)
    .where('champion_id', '=', championId)
    .where(isLive)
    .returning('id')
    .executeTakeFirst();
  if (ended) await insert(trx, championId, moment.now);
  return 'replaced' as const;
};
