import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { wakeWorker } from '../support/wake-worker.ts';
import { type Site, seen } from './helper.ts';

/** Does something, and opens the message that comes of it to an address; many others may come in between. */
export const nextMessage = async (
  { db, queue }: Site,
  mailbox: Page,
  email: string,
  act: () => Promise<unknown>,
) => {
  const newest = () =>
    db
      .selectFrom('messages')
      .innerJoin('captured_messages', 'captured_messages.message_id', 'messages.id')
      .select('messages.id')
      .where('messages.recipient', '=', email)
      .orderBy('messages.id', 'desc')
      .executeTakeFirst();
  const before = await newest();
  await act();
  for (const end = Date.now() + 15_000; ; await pause(20)) {
    wakeWorker(queue);
    const found = await newest();
    if (found && found.id !== before?.id) {
      await mailbox.goto(`/mailbox/${found.id}`);
      return seen(mailbox);
    }
    if (Date.now() > end) throw new Error(`No message came to ${email}.`);
  }
};
