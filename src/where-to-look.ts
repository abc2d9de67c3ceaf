import type { Config } from './config.ts';
import type { Db } from './db.ts';
import { SAMPLE_EMAIL } from './sample/champion.ts';
import { SAMPLE_COORDINATOR_EMAIL } from './sample/coordinator.ts';
import { STALL } from './sample/event-words.ts';
import { READY_EMAIL } from './sample/ready-champion.ts';

const line = (name: string, text: string) => `  ${name.padEnd(12)}${text}`;

/** What `npm start` prints for someone who is trying Westand out: the pages to open, and whom to sign in as. */
export const whereToLook = async ({ publicUrl, smtpUrl }: Config, db: Db): Promise<string> => {
  const stall = await db
    .selectFrom('events')
    .select(['slug', 'code'])
    .where('slug', '=', STALL.slug)
    .executeTakeFirst();
  const champion = await db
    .selectFrom('champions')
    .select('id')
    .where('email', '=', SAMPLE_EMAIL)
    .executeTakeFirst();
  const mailbox = `${publicUrl}/mailbox`;
  return [
    '',
    'Westand is running. Where to look:',
    line('Home', `${publicUrl}/`),
    ...(stall ? [line('The stall', `${publicUrl}/events/${stall.slug}`)] : []),
    ...(stall ? [line('', `${publicUrl}/j/${stall.code} (what its QR code holds)`)] : []),
    ...(smtpUrl ? [] : [line('Mailbox', `${mailbox} (every message that would have been sent)`)]),
    ...(champion ? [line('Sign in', `${publicUrl}/sign-in as ${SAMPLE_EMAIL}`)] : []),
    ...(champion ? [line('', `or, with a certificate, as ${READY_EMAIL}`)] : []),
    ...(champion ? [line('', `or, to plan a week, as ${SAMPLE_COORDINATOR_EMAIL}`)] : []),
    ...(champion && !smtpUrl ? [line('', `The code is in the newest message at ${mailbox}`)] : []),
    '',
  ].join('\n');
};
