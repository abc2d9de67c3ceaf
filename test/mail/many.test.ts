import { sql } from 'kysely';
import t from 'tap';
import { queueMessages } from '../../src/mail/messages.ts';
import { mailSetup } from './setup.ts';

/** PostgreSQL takes 65,535 parameters in a statement; a message has nine. */
const MANY = 10_000;

t.test('thousands are told in one transaction', async (t) => {
  const { db, queue, clock } = await mailSetup(t);
  const messages = Array.from({ length: MANY }, (_, n) => ({
    championId: null,
    kind: 'sign-in' as const,
    recipient: `person-${n}@example.org`,
    data: { codeId: '019ab000-0000-7000-8000-0000000000cc' },
  }));
  const ids = await db.transaction().execute((trx) => queueMessages(trx, queue, messages, clock.now()));
  t.equal(new Set(ids).size, MANY);
  const { rows } = await sql`select (select count(*)::int from messages) as messages,
    (select count(*)::int from pgboss.job where name = 'send-message') as jobs`.execute(db);
  t.same(rows, [{ messages: MANY, jobs: MANY }]);
});
