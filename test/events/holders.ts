import type { Updateable } from 'kysely';
import type { Test } from 'tap';
import { codeFor } from '../../src/accounts/code.ts';
import { tellHolders } from '../../src/events/tell-holders.ts';
import { queueTelling } from '../../src/events/telling.ts';
import type { Schema } from '../../src/schema.ts';
import { alice, codeIn, messagesTo } from '../champions/people.ts';
import { testApp } from '../helper.ts';
import { makeEvent } from '../make.ts';

type Site = Awaited<ReturnType<typeof testApp>>;

/** Changes an event as coordinators' operations do: its holders are told in the same transaction. */
export const changeEvent = ({ db, queue, clock }: Site, id: string, row: Updateable<Schema['events']>) =>
  db.transaction().execute(async (trx) => {
    await trx.updateTable('events').set(row).where('id', '=', id).execute();
    await queueTelling(trx, queue, id, clock.now());
  });

/** Lets time pass until a change has settled, and does what its job does. */
export const settleEvent = async ({ db, queue, clock, config }: Site, id: string) => {
  clock.advance({ minutes: 4 });
  await tellHolders(db, queue, id, { publicUrl: config.publicUrl, now: clock.now() });
};

/** An app with an event that Alice signed up at, so that her calendar holds it. */
export const openSample = async (t: Test) => {
  const site = await testApp(t);
  const event = await makeEvent(site.db, { slug: 'stall' });
  const hers = site.browser();
  await hers.post('/events/stall/join', alice());
  const [first] = await messagesTo(site.db, 'alice@example.org');
  await hers.post('/join/confirm', { code: codeIn(first!, site.config) });
  return {
    site,
    event,
    hers,
    change: (row: Updateable<Schema['events']>) => changeEvent(site, event.id, row),
    settle: () => settleEvent(site, event.id),
    /** What she was sent after her sign-up. */
    news: async () => (await messagesTo(site.db, 'alice@example.org')).slice(1),
  };
};

interface Row {
  kind?: Updateable<Schema['events']>['kind'];
  capacity?: number;
}

/** An app with a talk that has places, and what people do with them. */
export const openTalk = async (t: Test, row: Row = {}, options: Parameters<typeof testApp>[1] = {}) => {
  const site = await testApp(t, options);
  const { db, config, browser } = site;
  const talk = { slug: 'talk', kind: 'talk', title: 'Talk at the library', capacity: 3 } as const;
  const event = await makeEvent(db, { ...talk, ...row });
  /** The code in the messages about this address's newest attendance. */
  const codeOf = async (email: string) => {
    const { id } = await db
      .selectFrom('attendances')
      .select('id')
      .where('email', '=', email)
      .orderBy('said_at', 'desc')
      .executeTakeFirstOrThrow();
    return codeFor(id, config.sessionSecret);
  };
  const withCode = (path: string) => async (email: string) =>
    browser().post(path, { email, code: await codeOf(email) });
  return {
    site,
    event,
    codeOf,
    says: (form: Record<string, string>) => browser().post('/events/talk/attendance', form),
    giveUp: withCode('/attendance/withdraw'),
    accept: withCode('/attendance/accept'),
    /** Everyone who comes or waits, in the order in which they said so. */
    standing: async () => {
      const rows = await db
        .selectFrom('attendances')
        .select(['email', 'state', 'offered_until'])
        .where('state', '<>', 'withdrawn')
        .orderBy('said_at')
        .orderBy('id')
        .execute();
      return rows.map(({ offered_until, ...row }) => ({ ...row, until: offered_until?.toString() }));
    },
  };
};
