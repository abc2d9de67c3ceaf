interface SmtpError {
  code?: string;
  responseCode?: number;
  response?: string;
  command?: string;
}

/** What a failed try means: the code to keep (never the words around it, which may hold an address) and whether to stop. */
export interface Refusal {
  code: string;
  permanent: boolean;
  /** The mailbox itself was refused for good: there is none, or it was closed. */
  bounced: boolean;
}

/** Faults of this one message. A 5xx to the greeting or to our password says nothing about it, so that is tried again. */
const ABOUT_THE_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE']);

/**
 * RFC 3463, sections 3.2 and 3.3, and RFC 7505: no such mailbox, no such host, no valid address, moved, takes no mail;
 * disabled. A full mailbox (5.2.2), our own address (5.1.7, 5.1.8), content (5.6) and policy (5.7) are not its fault.
 */
const NO_MAILBOX = /^5\.(1\.(1|2|3|6|10)|2\.1)$/;

/** RFC 5321, section 4.2.3, where the server gives no enhanced code: unavailable, not local, no such name. */
const NO_MAILBOX_REPLIES = new Set([550, 551, 553]);

const isBounce = (responseCode: number, enhanced: string | undefined, command: string | undefined) => {
  if (responseCode < 500) return false;
  if (enhanced) return NO_MAILBOX.test(enhanced);
  return command === 'RCPT TO' && NO_MAILBOX_REPLIES.has(responseCode);
};

/** Reads an error of nodemailer: RFC 5321, section 4.2.1, makes 5xx permanent and 4xx transient. */
export const refusalOf = (error: unknown): Refusal => {
  const { code = 'UNKNOWN', responseCode, response, command } = error as SmtpError;
  if (responseCode === undefined)
    return {
      code: code === 'EABORT' ? 'ETIMEDOUT' : code,
      permanent: code === 'EENVELOPE',
      bounced: false,
    };
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  return {
    code: enhanced ? `${responseCode} ${enhanced}` : String(responseCode),
    permanent: responseCode >= 500 && ABOUT_THE_MESSAGE.has(code),
    bounced: ABOUT_THE_MESSAGE.has(code) && isBounce(responseCode, enhanced, command),
  };
};
