import type { Updateable } from 'kysely';
import type { Schema } from '../../src/schema.ts';
import { tellSessionHolders } from '../../src/training/tell-session.ts';
import { queueSessionTelling } from '../../src/training/telling.ts';
import type { testApp } from '../helper.ts';

type Site = Awaited<ReturnType<typeof testApp>>;

/** Changes a session as coordinators' operations do: who is booked is told in the same transaction. */
export const changeSession = ({ db, queue, clock }: Site, id: string, row: Updateable<Schema['sessions']>) =>
  db.transaction().execute(async (trx) => {
    await trx.updateTable('sessions').set(row).where('id', '=', id).execute();
    await queueSessionTelling(trx, queue, id, clock.now());
  });

/** Lets time pass until a change has settled, and does what its job does. */
export const settleSession = async ({ db, queue, clock, config }: Site, id: string) => {
  clock.advance({ minutes: 4 });
  await tellSessionHolders(db, queue, id, { publicUrl: config.publicUrl, now: clock.now() });
};
