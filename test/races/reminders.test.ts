import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { remindToRenew } from '../../src/training/reminders.ts';
import { needsPostgres, testApp } from '../helper.ts';
import { makeChampion, makeModule, makeRecord } from '../make.ts';

const PEOPLE = 300;

const sideBySide = async (
  t: Test,
  prepare: (site: Awaited<ReturnType<typeof testApp>>) => Promise<unknown>,
) => {
  const site = await testApp(t);
  const { db, queue } = site;
  const module = await makeModule(db, { mandatory_for: ['champion'], validity_months: 12 });
  for (let person = 0; person < PEOPLE; person++) {
    const { id } = await makeChampion(db);
    await makeRecord(db, { champion_id: id, module_id: module.id, passed_on: '2025-12-23' });
  }
  await prepare(site);
  await Promise.all(Array.from({ length: 4 }, () => remindToRenew(db, queue, site.clock.now())));
  const messages = await db.selectFrom('messages').select('id').where('kind', '=', 'renewal').execute();
  return messages.length;
};

t.test('four workers that remind at the same time send each reminder once', needsPostgres(), async (t) => {
  t.equal(await sideBySide(t, async () => {}), PEOPLE);
});

t.test('without the key they send some twice', needsPostgres(), async (t) => {
  const count = await sideBySide(t, ({ db }) =>
    sql`alter table renewal_reminders drop constraint renewal_reminders_pkey`.execute(db),
  );
  t.ok(count > PEOPLE, `${count} for ${PEOPLE} people: so the test above can fail`);
});
