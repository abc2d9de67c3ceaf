import nodemailer, { type SendMailOptions } from 'nodemailer';
import type { Config } from '../config.ts';
import type { Db } from '../db.ts';
import type { Clock } from '../time.ts';

/** How many conversations with the mail server run side by side. */
export const CONNECTIONS = 5;

export interface MailTransport {
  /** Resolves once the server has taken the message. */
  send(messageId: string, mail: SendMailOptions): Promise<void>;
  /** Ends at once what is still being sent; it fails. */
  close(): void;
}

/** Longer than all of nodemailer's own: a server that trickles its answers never falls silent long enough for them. */
const LONGEST_SEND_MS = 30_000;

const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** The whole message in one piece, with CRLF at every line's end: written to the socket at once, not part by part. */
const compose = async (mail: SendMailOptions) => {
  const { message, envelope } = await composer.sendMail(mail);
  // The id is in the message already; without it here nodemailer would make up another.
  const { messageId } = mail;
  return { raw: message as Buffer, envelope: { from: envelope.from || '', to: envelope.to }, messageId };
};

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
    send: async (_messageId, mail) => {
      const composed = await compose(mail);
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), LONGEST_SEND_MS);
      try {
        await pool.sendMail({ ...composed, signal: patience.signal });
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => pool.close({ force: true }),
  };
};

/** Keeps each message as it would go over SMTP in the captured mailbox. */
const toMailbox = (db: Db, clock: Clock): MailTransport => ({
  send: async (messageId, mail) => {
    const { raw } = await compose(mail);
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
