import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import type { Db } from '../../src/db.ts';
import { tellHolders } from '../../src/events/tell-holders.ts';
import { changeEvent, openSample } from '../events/holders.ts';
import { needsPostgres } from '../helper.ts';
import { atOnce } from '../lock-waits.ts';
import { makeChampion } from '../make.ts';
import { withoutLocks } from './without-locks.ts';

const HOLDERS = 120;
const WORKERS = 6;

const workersAtOnce = async (t: Test, prepare: (db: Db) => Db = (db) => db) => {
  const { site, event } = await openSample(t);
  const { told } = await site.db.selectFrom('invites').select('told').executeTakeFirstOrThrow();
  for (let i = 1; i < HOLDERS; i++) {
    const { id } = await makeChampion(site.db);
    const row = { id: randomUUID(), champion_id: id, event_id: event.id, told: JSON.stringify(told) };
    await site.db.insertInto('invites').values(row).execute();
  }
  await changeEvent(site, event.id, { starts_at: Temporal.Instant.from('2026-11-28T12:00:00Z') });
  site.clock.advance({ minutes: 4 });
  const moment = { publicUrl: site.config.publicUrl, now: site.clock.now() };
  const work = () => tellHolders(prepare(site.db), site.queue, event.id, moment);
  await atOnce(site.db, 'invites', Array<typeof work>(WORKERS).fill(work));
  const sent = await site.db.selectFrom('messages').select('recipient').where('kind', '=', 'moved').execute();
  return { sent: sent.length, people: new Set(sent.map(({ recipient }) => recipient)).size };
};

t.test('workers at once tell each holder once', needsPostgres(), async (t) => {
  t.same(await workersAtOnce(t), { sent: HOLDERS, people: HOLDERS });
});

t.test('without the locks they would be told again and again', needsPostgres(), async (t) => {
  const { sent } = await workersAtOnce(t, (db) => db.withPlugin(withoutLocks));
  t.ok(sent > HOLDERS, `${sent} messages: so the test above can fail`);
});
