import { createServer } from 'node:http';
import { constants, setPriority } from 'node:os';
import { SMTPServer } from 'smtp-server';

/**
 * A mail server that takes everything and keeps the last message; over HTTP it tells how many came. A real one is on
 * another machine, so it takes no core from the pages.
 */
setPriority(constants.priority.PRIORITY_LOW);
let received = 0;
let last = '';

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData: (stream, _session, callback) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      received++;
      last = Buffer.concat(chunks).toString();
      callback();
    });
  },
});
smtp.on('error', () => {});
smtp.listen(Number(process.env.SMTP_PORT), process.env.HOST);
createServer((_request, response) => response.end(JSON.stringify({ received, last }))).listen(
  Number(process.env.PORT),
  process.env.HOST,
);
