import { createServer } from 'node:http';
import nodemailer from 'nodemailer';

/** Bare nodemailer with the product's pool settings, sending one message again and again. */
const IN_FLIGHT = 20;
const { text, html, invite } = JSON.parse(process.env.MESSAGE ?? '{}');
const pool = nodemailer.createTransport({ url: process.env.SMTP_URL!, pool: true, maxConnections: 5 });

const sendOn = async () => {
  for (let n = 0; ; n++) {
    await pool.sendMail({
      from: 'Westand <hello@westand.example>',
      to: `person-${n}@example.org`,
      subject: 'Your sign-up',
      text,
      html,
      alternatives: [{ contentType: 'text/calendar; method=REQUEST; charset=utf-8', content: invite }],
      attachments: [
        { contentType: 'application/ics; name="invite.ics"', filename: 'invite.ics', content: invite },
      ],
    });
  }
};

for (let n = 0; n < IN_FLIGHT; n++) sendOn();
createServer((_request, response) => response.end('Sending.')).listen(
  Number(process.env.PORT),
  process.env.HOST,
);
