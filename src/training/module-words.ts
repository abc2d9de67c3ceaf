import type { ModuleWay, Role } from '../schema.ts';
import type { Module } from './modules.ts';

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const list = new Intl.ListFormat('en-GB');

export const ROLES: Record<Role, string> = { champion: 'every champion', greeter: 'greeters', lead: 'leads' };
export const WAYS: Record<ModuleWay, string> = {
  'in person': 'In person',
  online: 'Online, with a trainer',
  'e-learning': 'E-learning, at any time',
};

/** 'Every champion', 'Greeters and leads', 'Nobody'. */
export const asksWords = (mandatoryFor: Role[]) => {
  if (mandatoryFor.length === 0) return 'Nobody';
  if (mandatoryFor.includes('champion')) return capital(ROLES.champion);
  return capital(list.format(mandatoryFor.map((role) => ROLES[role])));
};

/** '12 months', '1 month', 'For good'. */
export const validityWords = (months: number | null) => {
  if (months === null) return 'For good';
  return months === 1 ? '1 month' : `${months} months`;
};

/** A module as the list shows it. */
export const moduleRow = ({
  id,
  slug,
  name,
  summary,
  mandatoryFor,
  validityMonths,
  ways,
  version,
}: Module) => ({
  id,
  slug,
  name,
  summary,
  asks: asksWords(mandatoryFor),
  validity: validityWords(validityMonths),
  ways: ways.map((way) => WAYS[way]),
  version,
});
