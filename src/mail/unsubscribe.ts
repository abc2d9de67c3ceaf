import { createHmac, timingSafeEqual } from 'node:crypto';

const MAC_SIGNS = 32;

const macOf = (consentId: string, secret: string) =>
  createHmac('sha256', secret)
    .update(`withdraw consent ${consentId}`)
    .digest('base64url')
    .slice(0, MAC_SIGNS);

/**
 * What stands in the address with which news can be turned off. The only address of ours that carries such a thing: RFC
 * 8058, section 3.1, has mail services post to it with neither cookie nor sign-in. It tells no name, signs nobody in,
 * opens nothing to read, and can do one thing only: withdraw this very consent.
 */
export const unsubscribeToken = (consentId: string, secret: string) =>
  `${consentId}.${macOf(consentId, secret)}`;

/** The consent that a token stands for; undefined where it is none of ours. */
export const readUnsubscribeToken = (token: string, secret: string): string | undefined => {
  const [consentId = '', mac = ''] = token.split('.');
  const expected = Buffer.from(macOf(consentId, secret));
  const given = Buffer.from(mac);
  return given.length === expected.length && timingSafeEqual(given, expected) ? consentId : undefined;
};
