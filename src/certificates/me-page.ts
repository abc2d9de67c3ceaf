import { qrSvg } from '../events/qr.ts';
import type { Module } from '../training/modules.ts';
import type { ChampionStanding } from '../training/standing.ts';
import type { Certificate, holderStanding } from './certificates.ts';
import { untilWords } from './check.ts';
import { grouped } from './code.ts';

type Standing = Awaited<ReturnType<typeof holderStanding>>;

const WHY: Partial<Record<ChampionStanding, string>> = {
  'not confirmed': 'Your email address is not confirmed yet. Type the code from our email first.',
  guardian: 'A parent or guardian has to agree first. We will be in touch with you about it.',
  stopped: 'You are taking a break from the programme, so your certificate rests too.',
};

interface Facts {
  certificate: Certificate | undefined;
  modules: Module[];
  publicUrl: string;
}

/** A champion's own certificate in words: as it is, how to get it, or what is missing. */
export const certificatePage = async (
  { standing, training }: Standing,
  { certificate, modules, publicUrl }: Facts,
) => {
  if (standing !== 'ready')
    return {
      why: WHY[standing],
      missing: modules.filter(({ id }) => training.missing.includes(id)).map(({ name }) => name),
      had: certificate !== undefined,
    };
  const until = untilWords(training.until);
  if (!certificate) return { ready: true, until };
  const address = `${publicUrl}/certificates/${certificate.code}`;
  return {
    ready: true,
    until,
    certificate: { id: certificate.id, code: grouped(certificate.code), address, qr: await qrSvg(address) },
  };
};
