import { sql } from 'kysely';
import t from 'tap';
import { openQueue, QUEUES } from '../src/jobs.ts';
import { testDatabase } from './database.ts';

t.test('a queue that an older release made gets the options of this one', async (t) => {
  const database = await testDatabase(t);
  const open = () => openQueue(database, 'web', (error) => t.fail(error.message));
  const first = await open();
  const made = await first.boss.getQueues(Object.values(QUEUES));
  t.same(made.map(({ name }) => name).sort(), Object.values(QUEUES).sort());
  await first.stop();
  await sql`update pgboss.queue set retry_limit = 1, retry_delay_max = null where name = ${QUEUES.sendMessage}`.execute(
    database.db,
  );

  const second = await open();
  const again = await second.boss.getQueue(QUEUES.sendMessage);
  t.match(again, { retryLimit: 29, retryDelay: 10, retryDelayMax: 4 * 3600, heartbeatSeconds: 20 });
  await second.stop();
});
