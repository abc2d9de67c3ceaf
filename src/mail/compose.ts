import MailComposer from 'nodemailer/lib/mail-composer';
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

const withCrlf = (text: unknown) => String(text).replaceAll(/\r\n?|\n/g, '\r\n');

const compose = async (mail: ReturnType<Render>): Promise<Composed> => {
  const message = new MailComposer({
    ...mail,
    text: withCrlf(mail.text),
    html: withCrlf(mail.html),
  }).compile();
  const { from, to } = message.getEnvelope();
  return { raw: await message.build(), envelope: { from: from || '', to } };
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
