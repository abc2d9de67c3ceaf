import type { Db } from '../db.ts';
import { revokedIndexes } from './revoked.ts';

/** As short as a list may be (W3C Bitstring Status List 1.0, section 3.1), so that nobody is alone in theirs. */
export const LIST_LENGTH = 131_072;

/** For how long others may go by a list that they have. */
export const KEPT_SECONDS = 60;

export const listAddress = (publicUrl: string, statusIndex: number) =>
  `${publicUrl}/credentials/status/${Math.floor(statusIndex / LIST_LENGTH) + 1}`;

/** Whether there is such a list: the first always, another once a certificate is in it. */
export const hasList = async (db: Db, list: number) => {
  if (list === 1) return true;
  const { last } = await db
    .selectFrom('certificates')
    .select((eb) => eb.fn.max('status_index').as('last'))
    .executeTakeFirstOrThrow();
  return last !== null && last >= (list - 1) * LIST_LENGTH;
};

/** The places in a list, counted from its start, of those certificates that are not valid. */
export const revokedIn = async (
  db: Db,
  list: number,
  moment: { day: Temporal.PlainDate; timeZone: string },
) => {
  const from = (list - 1) * LIST_LENGTH;
  const indexes = await revokedIndexes(db, { from, to: from + LIST_LENGTH, ...moment });
  return indexes.map((index) => index - from);
};
