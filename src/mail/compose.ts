import nodemailer from 'nodemailer';
import type { MessageRow, Render } from './render.ts';

/** A message as it goes over SMTP, and from whom to whom (RFC 5321, section 2.3.1). */
export interface Composed {
  /** The whole of it (RFC 5322) in one piece, with CRLF at every line's end. */
  raw: Buffer;
  envelope: { from: string; to: string[] };
}

/** Why one message could not be composed, in nodemailer's codes. */
export interface ComposeFault {
  code: string | undefined;
}

const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

const withCrlf = (text: unknown) => String(text).replaceAll(/\r\n?|\n/g, '\r\n');

const compose = async (mail: ReturnType<Render>): Promise<Composed> => {
  const lines = { text: withCrlf(mail.text), html: withCrlf(mail.html) };
  const { message, envelope } = await composer.sendMail({ ...mail, ...lines });
  return { raw: message as Buffer, envelope: { from: envelope.from || '', to: envelope.to } };
};

/**
 * Composes a batch, one after the other: nodemailer makes a message of many small streams, and takes half as long
 * again where conversations with the server go on between them. One that cannot be composed holds up none of the others.
 * @returns by message, what came of it
 */
export const composeAll = async (render: Render, messages: MessageRow[]) => {
  const results = new Map<string, Composed | ComposeFault>();
  for (const message of messages) {
    try {
      results.set(message.id, await compose(render(message)));
    } catch (error) {
      results.set(message.id, { code: (error as ComposeFault).code });
    }
  }
  return results;
};
