import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Test } from 'tap';

export interface Received {
  raw: string;
  from: string;
  to: string[];
}

/**
 * What the server says to a recipient or at the end of a message; nothing means yes. 'mute' takes the message and
 * then breaks off, so that the sender can't know.
 */
export type Answer = { code: number; text: string } | 'hang' | 'reset' | 'mute' | undefined;

const asError = ({ code, text }: { code: number; text: string }) =>
  Object.assign(new Error(text), { responseCode: code });

/** A mail server that keeps what it takes; `onRecipient` and `onMessage` decide what it says. On a free port, or this one. */
export const smtpServer = async (
  t: Pick<Test, 'teardown'>,
  answers: { onRecipient?: (address: string) => Answer; onMessage?: (message: Received) => Answer } = {},
  options: SMTPServerOptions = {},
  at = 0,
) => {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    ...options,
    onRcptTo: ({ address }, _session, callback) => {
      const answer = answers.onRecipient?.(address);
      if (typeof answer === 'string') return;
      callback(answer ? asError(answer) : undefined);
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const message: Received = {
          raw: Buffer.concat(chunks).toString('utf8'),
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
        };
        const answer = answers.onMessage?.(message);
        if (!answer || answer === 'mute') received.push(message);
        if (answer === 'hang') return;
        if (answer === 'reset' || answer === 'mute') {
          for (const connection of server.connections)
            if (connection.session === session) connection._socket.destroy();
          return;
        }
        callback(answer ? asError(answer) : undefined);
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)));
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, received };
};
