/** The programme as an issuer: `did:web` of its address; the colon before a port is encoded (did:web, section 3.1). */
export const didOf = (publicUrl: string) => `did:web:${encodeURIComponent(new URL(publicUrl).host)}`;

export const keyIdOf = (did: string, publicKey: string) => `${did}#${publicKey}`;

/** What verifiers read at `/.well-known/did.json`: every key that ever signed, so that what it signed is believed. */
export const didDocument = (did: string, publicKeys: string[]) => ({
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
  id: did,
  verificationMethod: publicKeys.map((publicKeyMultibase) => ({
    id: keyIdOf(did, publicKeyMultibase),
    type: 'Multikey',
    controller: did,
    publicKeyMultibase,
  })),
  assertionMethod: publicKeys.map((publicKey) => keyIdOf(did, publicKey)),
});
