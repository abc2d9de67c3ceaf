import { randomUUID } from 'node:crypto';
import t from 'tap';
import { isFirstSubmission, sweepSubmissions } from '../../src/planning/submissions.ts';
import { city } from './city.ts';

t.test('a form counts once for 30 days, and is then forgotten', async (t) => {
  const { db, clock, coordinator } = await city(t);
  const actor = { coordinatorId: coordinator.id, requestId: 'r1' };
  const id = randomUUID();
  const send = () => db.transaction().execute((trx) => isFirstSubmission(trx, actor, id, clock.now()));
  const sweep = () => sweepSubmissions(db, clock.now());
  t.equal(await send(), true);
  clock.advance({ hours: 30 * 24 });
  await sweep();
  t.equal(await send(), false, 'within the time it stays');
  clock.advance({ seconds: 1 });
  await sweep();
  t.equal((await db.selectFrom('submissions').select('id').execute()).length, 0);
});
