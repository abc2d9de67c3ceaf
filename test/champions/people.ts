import type { LightMyRequestResponse } from 'fastify';
import { codeFor } from '../../src/accounts/code.ts';
import type { Config } from '../../src/config.ts';
import type { Db } from '../../src/db.ts';

/** What Alice types into the sign-up form. */
export const alice = () => ({ fullName: 'Alice O’Brien', email: 'alice@example.org', ageBand: '18+' });

export const messagesTo = (db: Db, recipient: string) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('recipient', '=', recipient)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

/** The code that a queued message will carry. */
export const codeIn = (message: { data: Record<string, unknown> }, config: Config) =>
  codeFor(String(message.data.codeId), config.sessionSecret);

/** The words of a page, as they are read. */
export const pageText = (response: LightMyRequestResponse) =>
  response.body
    .replace(/<(style|script|head)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#x27;/g, "'")
    .replace(/\s+/g, ' ');
