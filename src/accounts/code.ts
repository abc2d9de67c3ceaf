import { createHmac, timingSafeEqual } from 'node:crypto';

/** 30 signs that are not mistaken for each other: no 0 or O, no 1, I or L, no U. */
export const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

const LENGTH = 8;

/**
 * The code that belongs to a row of `sign_in_codes`: derived from its id, so the database holds no code.
 * 8 of 30 signs: 39 bits, which 5 tries cannot guess.
 */
export const codeFor = (codeId: string, secret: string): string => {
  const digest = createHmac('sha256', secret).update(`sign-in code ${codeId}`).digest();
  return Array.from(
    { length: LENGTH },
    (_, i) => ALPHABET[digest.readUInt16BE(2 * i) % ALPHABET.length],
  ).join('');
};

/** 'ABCD-EFGH', as it stands in a message. */
export const forReading = (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`;

/** What a person typed or pasted, without spaces and dashes, in capitals. */
export const withoutSpaces = (typed: string) => typed.replace(/[\s\p{Pd}]/gu, '').toUpperCase();

/** Compares in constant time. */
export const isSameCode = (typed: string, codeId: string, secret: string) => {
  const expected = Buffer.from(codeFor(codeId, secret));
  const given = Buffer.from(withoutSpaces(typed));
  return given.length === expected.length && timingSafeEqual(given, expected);
};
