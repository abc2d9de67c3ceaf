import { domainToASCII } from 'node:url';

/** The HTML standard's grammar for an email address (section 4.10.5.1.5), with at least one dot in the domain. */
const GRAMMAR =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+$/;

/** What a domain may be made of before it is turned into ASCII, which would cut off a path and count out an IP address. */
const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+\.(?!\p{N}+$|0x)[\p{L}\p{M}\p{N}-]+$/u;

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
  const domain = typed.slice(at + 1);
  if (at < 1 || !DOMAIN.test(domain)) return undefined;
  const address = `${typed.slice(0, at)}@${domainToASCII(domain)}`;
  if (address.length > LONGEST || !GRAMMAR.test(address)) return undefined;
  return { address, key: address.toLowerCase() };
};

/** 's…@example.org': enough to see a slip by, too little to learn an address from. */
export const maskedAddress = (address: string) =>
  `${address.slice(0, 1)}…${address.slice(address.lastIndexOf('@'))}`;
