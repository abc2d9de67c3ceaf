import { randomUUID } from 'node:crypto';
import { sessionId } from '../fill/fill.ts';

export const FORM_HEADERS = {
  'content-type': 'application/x-www-form-urlencoded',
  'sec-fetch-site': 'same-origin',
};

/** What the form sends when a person signs up and chooses the n-th session. */
export const signUpBody = (email: string, n: number) =>
  new URLSearchParams({
    fullName: `Person Number-${n}`,
    email,
    ageBand: '18+',
    session: sessionId(n),
    submission: randomUUID(),
  }).toString();
