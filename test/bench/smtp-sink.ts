import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';

/** A mail server that takes everything and keeps the last message; over HTTP it tells how many came. */
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
