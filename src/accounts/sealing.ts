import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A key of its own for each purpose, from the one secret there is (HKDF, RFC 5869). */
const keyFor = (secret: string, purpose: string) =>
  Buffer.from(hkdfSync('sha256', secret, '', `westand ${purpose}`, 32));

/** Encrypts (AES-256-GCM), so that only its owner's row opens again: the database alone tells nothing. */
export const seal = (text: string, secret: string, owner: string): Buffer => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyFor(secret, 'sealing'), iv).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
};

/** @returns undefined where it was sealed under another secret, for another owner, or was changed since */
export const unseal = (sealed: Buffer, secret: string, owner: string): string | undefined => {
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyFor(secret, 'sealing'), sealed.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(owner))
      .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
};

/** For codes that a guess cannot reach: found again by what is typed, and worth nothing to who reads the table. */
export const keyedHash = (text: string, secret: string, owner: string): Buffer =>
  createHmac('sha256', keyFor(secret, 'recovery codes')).update(`${owner} ${text}`).digest();
