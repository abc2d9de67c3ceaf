import { domainToASCII } from 'node:url';

/** The HTML standard's grammar for an email address (section 4.10.5.1.5), with at least one dot in the domain. */
const GRAMMAR =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+$/;

/** RFC 5321, section 4.5.3.1.3, less the angle brackets. */
const LONGEST = 254;

export interface EmailAddress {
  /** Where to send: the domain in ASCII (RFC 5891). */
  address: string;
  /** The same for all spellings of one address: what champions are found by. */
  key: string;
}

/**
 * Reads what a person typed as an email address.
 * @returns undefined where it is none, or one that our mail cannot reach: signs outside ASCII before the @
 */
export const readEmailAddress = (typed: string): EmailAddress | undefined => {
  const at = typed.lastIndexOf('@');
  if (at < 1) return undefined;
  const address = `${typed.slice(0, at)}@${domainToASCII(typed.slice(at + 1))}`;
  if (address.length > LONGEST || !GRAMMAR.test(address)) return undefined;
  return { address, key: address.toLowerCase() };
};
