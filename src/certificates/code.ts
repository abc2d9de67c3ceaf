import { randomInt } from 'node:crypto';
import { ALPHABET, withoutSpaces } from '../accounts/code.ts';

/** 16 of 30 signs: 78 bits. */
const LENGTH = 16;

const SIGNS = new Set(ALPHABET);

export const newCode = () =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** 'ABCD-EFGH-JKMN-PQRS', as it stands on the certificate. */
export const grouped = (code: string) => code.replace(/(.{4})(?=.)/g, '$1-');

/** The code in what someone typed, spaces, dashes and small letters forgiven; undefined where it cannot be one. */
export const readCode = (typed: string) => {
  const code = withoutSpaces(typed);
  return code.length === LENGTH && [...code].every((sign) => SIGNS.has(sign)) ? code : undefined;
};
