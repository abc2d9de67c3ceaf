import nodemailer from 'nodemailer';
import type { Config } from '../config.ts';
import type { Db } from '../db.ts';
import type { Clock } from '../time.ts';
import type { Composed } from './compose.ts';

/** How many conversations with the mail server run side by side. */
export const CONNECTIONS = 5;

export interface MailTransport {
  /** Resolves once the server has taken the message. */
  send(messageId: string, composed: Composed): Promise<void>;
  /** Ends at once what is still being sent; it fails. */
  close(): void;
}

/** Longer than all of nodemailer's own: a server that trickles its answers never falls silent long enough for them. */
const LONGEST_SEND_MS = 30_000;

const overSmtp = (url: string): MailTransport => {
  const pool = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    // A second try follows at once where the server had closed an idle connection; other failures wait their turn.
    maxRequeues: 1,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 15_000,
    dnsTimeout: 10_000,
  });
  return {
    send: async (messageId, { raw, envelope }) => {
      // The message has its Message-ID; without one here nodemailer makes up another, for its report alone.
      await pool.sendMail({ raw, envelope, messageId, signal: AbortSignal.timeout(LONGEST_SEND_MS) });
    },
    close: () => pool.close({ force: true }),
  };
};

/** Keeps each message as it would go over SMTP in the captured mailbox. */
const toMailbox = (db: Db, clock: Clock): MailTransport => ({
  send: async (messageId, { raw }) => {
    await db
      .insertInto('captured_messages')
      .values({ message_id: messageId, raw, captured_at: clock.now() })
      .onConflict((conflict) => conflict.column('message_id').doNothing())
      .execute();
  },
  close: () => {},
});

/** SMTP where `SMTP_URL` names a server, else the captured mailbox. */
export const openTransport = (config: Pick<Config, 'smtpUrl'>, db: Db, clock: Clock): MailTransport =>
  config.smtpUrl ? overSmtp(config.smtpUrl) : toMailbox(db, clock);
