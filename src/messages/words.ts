import type { MessageState } from '../schema.ts';

/**
 * The kinds of message that coordinators may see were sent, in words. A kind that is not here is never shown to them:
 * what only concerns a person and their account is nobody's business.
 */
export const KINDS: Record<string, string> = {
  'sign-up': 'Their sign-up',
  'already-signed-up': 'Signed up again',
  booked: 'Their booking',
  left: 'Goodbye',
  'removed-from-calendar': 'Cancelled booking',
  broadcast: 'A message from you',
  moved: 'Their booking has moved',
  postponed: 'Their booking is put off',
  cancelled: 'Their booking is cancelled',
  coming: 'They said that they come',
  waiting: 'On the waiting list',
  'place-free': 'A place was offered',
  reminder: 'A reminder',
  'offer-ended': 'An offered place ran out',
  'page-changed': 'Something on their page has changed',
  renewal: 'Time to renew training',
};

/** Kinds that stay between us and the person. */
export const PRIVATE_KINDS = [
  'sign-in',
  'account-code',
  'second-factor-changed',
  'address-in-use',
  'address-changed',
  'coordinator-added',
];

interface StateWords {
  text: string;
  /** The colour of its tag. */
  tag: string;
}

export const STATES: Record<MessageState, StateWords> = {
  queued: { text: 'Waiting', tag: 'govuk-tag--grey' },
  sending: { text: 'Being sent', tag: 'govuk-tag--grey' },
  sent: { text: 'Sent', tag: 'govuk-tag--green' },
  retrying: { text: 'Trying again', tag: 'govuk-tag--yellow' },
  failed: { text: 'Failed', tag: 'govuk-tag--red' },
  suppressed: { text: 'Held back', tag: 'govuk-tag--red' },
};

const BY_ENHANCED: [code: RegExp, why: string][] = [
  [/^5\.(1\.(1|2|3|6|10)|2\.1)$/, 'There is no such mailbox. The address may have a slip in it.'],
  [/^[45]\.2\.2$/, 'Their mailbox is full.'],
  [/^5\.(2\.3|3\.4)$/, 'The message was too large for their mailbox.'],
  [/^5\.1\.[78]$/, 'Their mail service did not accept our own address. Tell an administrator.'],
  [/^5\.[67]\.\d+$/, 'Their mail service did not accept our message. The mailbox may be fine.'],
  [/^5\./, 'Their mail service refused the message.'],
  [/^4\./, 'Their mail service asked us to try again later.'],
];

const BY_CODE: Record<string, string> = {
  '535': 'Our mail server did not accept our password. Tell an administrator.',
  EAUTH: 'Our mail server did not accept our password. Tell an administrator.',
  ETIMEDOUT: 'Our mail server did not answer in time.',
  EDNS: 'Our mail server could not be found.',
  ESOCKET: 'Our mail server could not be reached.',
  ECONNECTION: 'Our mail server could not be reached.',
  EENVELOPE: 'This is no address that mail can go to.',
  'gave up': 'We tried for three days, then gave up.',
  postponed: 'It waits for its turn.',
  restored: 'It was given up when a backup was brought back.',
  'no consent': 'They have turned news off.',
  '550': 'There is no such mailbox. The address may have a slip in it.',
  '551': 'There is no such mailbox. The address may have a slip in it.',
  '553': 'There is no such mailbox. The address may have a slip in it.',
  '552': 'Their mailbox is full.',
};

/** Why a message did not go out, from the code that was kept of it. */
export const whyUnsent = (code: string | null): string | undefined => {
  if (!code) return undefined;
  const [reply = '', enhanced] = code.split(' ');
  const byEnhanced = enhanced && BY_ENHANCED.find(([pattern]) => pattern.test(enhanced))?.[1];
  if (byEnhanced) return byEnhanced;
  if (BY_CODE[code]) return BY_CODE[code];
  if (/^4\d\d$/.test(reply)) return 'Their mail service asked us to try again later.';
  if (/^5\d\d$/.test(reply)) return 'Their mail service refused the message.';
  return 'Something went wrong on the way.';
};
