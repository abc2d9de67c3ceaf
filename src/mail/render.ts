import type { Selectable } from 'kysely';
import type { SendMailOptions } from 'nodemailer';
import { codeFor, forReading } from '../accounts/code.ts';
import type { Config } from '../config.ts';
import type { Schema } from '../schema.ts';
import type { Templates } from '../templates.ts';
import { inviteFor, type Party } from './invite.ts';
import { paragraphsOf } from './paragraphs.ts';
import { unsubscribeToken } from './unsubscribe.ts';

export type MessageRow = Pick<
  Selectable<Schema['messages']>,
  'id' | 'kind' | 'recipient' | 'data' | 'invite' | 'created_at'
>;

export type Render = (message: MessageRow) => SendMailOptions;

/** 'Westand <hello@westand.example>' or the address alone. */
const partyOf = (mailbox: string): Party => {
  const [, name, address] = /^([^<]*)<([^>]+)>$/.exec(mailbox) ?? [];
  return address ? { name: name?.replaceAll('"', '').trim(), address } : { address: mailbox };
};

/** The same entry for readers that look among the alternatives (RFC 6047, section 2.4) and for those that want a file. */
const calendarParts = (message: MessageRow, from: Party): Partial<SendMailOptions> => {
  const { fullName } = message.data;
  const to = { name: typeof fullName === 'string' ? fullName : undefined, address: message.recipient };
  const invite = message.invite && inviteFor(message.invite, to, from, message.created_at);
  if (!invite) return {};
  const { method, filename, content } = invite;
  return {
    alternatives: [{ contentType: `text/calendar; method=${method}; charset=utf-8`, content }],
    attachments: [{ contentType: `application/ics; name="${filename}"`, filename, content }],
  };
};

/** One click, without opening the message: RFC 8058. Only where there is a consent to withdraw. */
const unsubscribeHeaders = (url: string | undefined) =>
  url ? { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {};

/**
 * Makes the function that turns a row of `messages` into a message to one person. Everything in it comes from the
 * row, so another try sends the same bytes under the same `Message-ID` (RFC 5322, section 3.6.4).
 */
export const renderer = (config: Config, templates: Templates): Render => {
  const from = partyOf(config.mailFrom);
  const sender = { name: from.name ?? '', address: from.address };
  const host = new URL(config.publicUrl).hostname;

  return (message) => {
    const { codeId, consentId, body } = message.data;
    const unsubscribeUrl =
      typeof consentId === 'string'
        ? `${config.publicUrl}/unsubscribe/${unsubscribeToken(consentId, config.sessionSecret)}`
        : undefined;
    const calendar = calendarParts(message, from);
    const context = {
      ...message.data,
      code: typeof codeId === 'string' ? forReading(codeFor(codeId, config.sessionSecret)) : undefined,
      invited: 'alternatives' in calendar,
      paragraphs: typeof body === 'string' ? paragraphsOf(body) : undefined,
      // In a preview there is no consent yet: their own page has the same switch.
      unsubscribeUrl: unsubscribeUrl ?? `${config.publicUrl}/me`,
      publicUrl: config.publicUrl,
      host,
    };
    const part = (name: string) => templates.render(`emails/${message.kind}/${name}`, context);
    return {
      messageId: `<${message.id}@${host}>`,
      date: new Date(message.created_at.epochMilliseconds),
      from: sender,
      to: { name: '', address: message.recipient },
      subject: part('subject').trim(),
      text: part('text'),
      html: part('html'),
      ...calendar,
      // RFC 3834, section 5: no holiday replies to this.
      headers: { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(unsubscribeUrl) },
      baseBoundary: message.id,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  };
};
