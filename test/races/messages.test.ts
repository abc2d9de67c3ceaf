import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { queueMessage } from '../../src/mail/messages.ts';
import { expandBroadcast } from '../../src/messages/expand.ts';
import { needsPostgres, testApp } from '../helper.ts';
import { makeChampion, makeEvent } from '../make.ts';
import { makeHolder, workOff, write } from '../messages/people.ts';
import { signedInCoordinator } from '../sign-in.ts';

const PEOPLE = 30;

const ready = async (t: Test) => {
  const site = await testApp(t);
  const { db } = site;
  const event = await makeEvent(db, { slug: 'stall' });
  const { area_id: areaId } = await db
    .selectFrom('events')
    .select('area_id')
    .where('id', '=', event.id)
    .executeTakeFirstOrThrow();
  for (let i = 0; i < PEOPLE; i++) await makeHolder(db, [event.id]);
  const { browser } = await signedInCoordinator(site, { areaId });
  const { page, submission } = await write(browser, 'events/stall');
  const sent = () =>
    db.selectFrom('messages').select('recipient').where('broadcast_id', '=', submission).execute();
  return { ...site, coordinators: browser, areaId, page, id: submission, sent };
};

const twenty = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: 20 }, work));

t.test('the button pressed twenty times at once sends once', needsPostgres(), async (t) => {
  const site = await ready(t);
  const answers = await twenty(() => site.coordinators.post(`${site.page}/sending`));
  t.ok(answers.every(({ statusCode }) => statusCode === 303));
  t.equal(await workOff(site), 1, 'one job');
  t.equal((await site.sent()).length, PEOPLE);
  const audited = await site.db
    .selectFrom('audit_entries')
    .select('id')
    .where('action', '=', 'send')
    .execute();
  t.equal(audited.length, 1);
});

t.test('workers that take it up at once write one message a person', needsPostgres(), async (t) => {
  const site = await ready(t);
  await site.coordinators.post(`${site.page}/sending`);
  await twenty(() => expandBroadcast(site.db, site.queue, site.id, site.clock.now()));
  const sent = await site.sent();
  t.equal(sent.length, PEOPLE);
  t.equal(new Set(sent.map(({ recipient }) => recipient)).size, PEOPLE);
});

const writeTwenty = ({ db, id, clock }: Awaited<ReturnType<typeof ready>>) =>
  twenty(() =>
    sql`
      insert into messages (id, kind, recipient, data, created_at, broadcast_id)
      values (${randomUUID()}, 'broadcast', 'Ann@example.org', '{}', ${clock.now()}, ${id})
      on conflict do nothing`.execute(db),
  );

t.test('the database takes one message of a broadcast for an address', needsPostgres(), async (t) => {
  const site = await ready(t);
  await writeTwenty(site);
  t.equal((await site.sent()).length, 1);
});

t.test('without the index it would take them all', needsPostgres(), async (t) => {
  const site = await ready(t);
  await sql`drop index one_message_of_a_broadcast`.execute(site.db);
  await writeTwenty(site);
  t.equal((await site.sent()).length, 20);
});

t.test('a failed message is sent again once', needsPostgres(), async (t) => {
  const site = await ready(t);
  const { db, queue, clock, areaId, coordinators } = site;
  const champion = await makeChampion(db);
  const id = await db
    .transaction()
    .execute((trx) =>
      queueMessage(
        trx,
        queue,
        { kind: 'left', championId: champion.id, recipient: champion.email, data: {} },
        clock.now(),
      ),
    );
  await queue.boss.deleteAllJobs('send-message');
  await db
    .updateTable('messages')
    .set({ state: 'failed', last_error: '451', area_id: areaId })
    .where('id', '=', id)
    .execute();
  await twenty(() => coordinators.post(`/coordinate/messages/${id}/resending`));
  t.equal((await queue.boss.findJobs('send-message', { data: { messageId: id } })).length, 1);
});
