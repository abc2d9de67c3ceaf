interface SmtpError {
  code?: string;
  responseCode?: number;
  response?: string;
}

/** What a failed try means: the code to keep (never the words around it, which may hold an address) and whether to stop. */
export interface Refusal {
  code: string;
  permanent: boolean;
}

/** Faults of this one message. A 5xx to the greeting or to our password says nothing about it, so that is tried again. */
const ABOUT_THE_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE']);

/** Reads an error of nodemailer: RFC 5321, section 4.2.1, makes 5xx permanent and 4xx transient. */
export const refusalOf = (error: unknown): Refusal => {
  const { code = 'UNKNOWN', responseCode, response } = error as SmtpError;
  if (responseCode === undefined)
    return { code: code === 'EABORT' ? 'ETIMEDOUT' : code, permanent: code === 'EENVELOPE' };
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  return {
    code: enhanced ? `${responseCode} ${enhanced}` : String(responseCode),
    permanent: responseCode >= 500 && ABOUT_THE_MESSAGE.has(code),
  };
};
