import { createCredential, createList } from '@digitalbazaar/vc-bitstring-status-list';
import { didOf } from './did.ts';
import { inSeconds, type Signing, sign } from './sign.ts';
import { KEPT_SECONDS, LIST_LENGTH } from './status-list.ts';

/** A status list as a signed credential. */
export const statusCredential = async (address: string, revoked: number[], signing: Signing) => {
  const list = await createList({ length: LIST_LENGTH });
  for (const index of revoked) list.setStatus(index, true);
  const credential = await createCredential({ id: address, list, statusPurpose: 'revocation' });
  return sign(
    {
      ...credential,
      issuer: didOf(signing.publicUrl),
      validFrom: inSeconds(signing.now),
      credentialSubject: { ...credential.credentialSubject, ttl: KEPT_SECONDS * 1000 },
    },
    signing,
  );
};
