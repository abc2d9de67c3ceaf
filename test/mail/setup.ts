import type { Test } from 'tap';
import { readConfig } from '../../src/config.ts';
import { openQueue } from '../../src/jobs.ts';
import { type Message, queueMessage } from '../../src/mail/messages.ts';
import type { InviteDetails } from '../../src/schema.ts';
import { loadTemplates } from '../../src/templates.ts';
import { testDatabase } from '../database.ts';

const NOW = Temporal.Instant.from('2026-11-23T09:00:00.5Z');

export const stall = {
  title: 'Stall at Centre:MK',
  when: 'Saturday 28 November, 11am to 3pm',
  place: 'Centre:MK',
};

export const invite: InviteDetails = {
  uid: '019ab000-0000-7000-8000-000000000001@champions.example.org',
  sequence: 0,
  method: 'REQUEST',
  title: 'Welcome session',
  startsAt: '2026-12-02T18:00:00Z',
  endsAt: '2026-12-02T19:30:00Z',
  location: 'Centre:MK',
  description: 'See https://champions.example.org/me',
};

export const welcome = {
  title: 'Welcome session',
  when: 'Wednesday 2 December, 6pm to 7:30pm',
  place: 'Centre:MK',
};

/** All that the sending of mail needs, without the web. */
export const mailSetup = async (t: Test, env: Record<string, string> = {}) => {
  const database = await testDatabase(t);
  const config = readConfig({ NODE_ENV: 'test', PUBLIC_URL: 'https://champions.example.org', ...env });
  let over = false;
  const queue = await openQueue(database, 'worker', (error) => over || t.fail(error.message));
  t.teardown(() => {
    over = true;
    return queue.stop();
  });
  const { db } = database;
  const queueMail = (message: Partial<Message> & Pick<Message, 'kind'>) =>
    db
      .transaction()
      .execute((trx) =>
        queueMessage(
          trx,
          queue,
          { championId: null, recipient: 'alice@example.org', data: {}, ...message },
          NOW,
        ),
      );
  const stateOf = (id: string) =>
    db
      .selectFrom('messages')
      .select(['state', 'attempts', 'last_error', 'sent_at'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
  return { config, db, queue, clock: { now: () => NOW }, templates: loadTemplates(), queueMail, stateOf };
};
