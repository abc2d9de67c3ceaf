import type { FoundEntry } from './audit-search.ts';

/** What coordinators do, as a person says it afterwards. A verb that is not here is shown as it was written. */
const DONE: Record<string, string> = {
  add: 'added',
  change: 'changed',
  rename: 'renamed',
  remove: 'removed',
  end: 'ended',
  read: 'read',
  download: 'saved',
  copy: 'copied',
  import: 'imported',
  publish: 'published',
  postpone: 'postponed',
  cancel: 'cancelled',
  close: 'closed',
  reopen: 'opened again',
  send: 'sent',
  'send again': 'sent again',
  test: 'sent themselves a test of',
  write: 'wrote',
  search: 'searched',
  use: 'used',
  renew: 'renewed',
  reset: 'took away',
  'pass gate': 'passed a gate of',
  'reopen gate': 'opened a gate again of',
  mark: 'marked',
  pass: 'recorded a pass for',
  'take back pass': 'took back the pass of',
  retire: 'retired',
  'trust address': 'said that mail can go to the recipient of',
  'record pass': 'wrote down a pass in',
  'correct record': 'corrected a record in',
  pause: 'paused',
  suspend: 'suspended',
  resume: 'let go on',
};

const vowel = /^[aeiou]/;
const a = (noun: string) => `${vowel.test(noun) ? 'an' : 'a'} ${noun}`;

const KINDS: Record<string, string> = {
  programme: 'the programme’s settings',
  messages: 'the list of messages',
  events: 'the list of events',
  'kit item': 'an item of kit',
  'event file': 'a file of an event',
  'recovery codes': 'recovery codes',
  broadcast: 'a message to people',
  'training matrix': 'who has which training',
  'champion training': 'a champion’s training',
  'API key': 'an API key',
  completions: 'training from another system',
};

export const kindWords = (kind: string) => KINDS[kind] ?? a(kind);

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What people do with their own accounts, by action; `name` is the coordinator concerned. */
const OWN: Record<string, (name: string) => string> = {
  'sign in': () => 'Signed in',
  'sign out': () => 'Signed out',
  'sign out everywhere': () => 'Signed out everywhere',
  'show second factor': () => 'Gave their second factor',
  'wrong second factor': () => 'Gave a wrong second factor',
  'end device': () => 'Signed out on another device',
  'change address': () => 'Changed their own email address',
};

/** For the list to choose from. */
export const actionWords = (action: string) => capital(OWN[action]?.('') ?? DONE[action] ?? action);

/** One entry in a sentence without its doer: 'Published an event'. */
export const entryWords = ({ action, kind, coordinatorId, subjectName }: FoundEntry) => {
  if (action === 'wrong code')
    return coordinatorId ? 'Typed a wrong code' : `Someone typed a wrong code for ${subjectName ?? 'them'}`;
  const own = OWN[action];
  if (own && kind === 'coordinator') return own(subjectName ?? '');
  if (own && kind === 'champion') return `A champion: ${own('').toLowerCase()}`;
  return `${capital(DONE[action] ?? action)} ${kindWords(kind)}`;
};

const ADDRESSES: Record<string, (id: string) => string> = {
  message: (id) => `/coordinate/messages/${id}`,
  broadcast: (id) => `/coordinate/broadcasts/${id}`,
  venue: (id) => `/coordinate/venues/${id}`,
  area: (id) => `/coordinate/areas/${id}`,
  session: (id) => `/coordinate/training/sessions/${id}`,
  'champion training': (id) => `/coordinate/training/champions/${id}`,
  'reporting route': (id) => `/coordinate/settings/reporting/${id}`,
};

/** Where to look at what it was done to, and its name; nothing where there is no such page. */
export const subjectLink = (entry: FoundEntry): { href: string; text: string } | undefined => {
  const { kind, subjectId, action } = entry;
  if (!subjectId || action === 'remove' || subjectId === entry.coordinatorId) return undefined;
  if (entry.subjectName)
    return entry.subjectEndedAt
      ? undefined
      : { href: `/coordinate/coordinators/${subjectId}`, text: entry.subjectName };
  if (entry.eventSlug && entry.eventTitle)
    return { href: `/coordinate/events/${entry.eventSlug}`, text: entry.eventTitle };
  const address = ADDRESSES[kind]?.(subjectId);
  return address ? { href: address, text: 'Show it' } : undefined;
};

const FACTS: Record<string, string> = { areaSlugs: 'Areas' };

const inWords = (key: string) => FACTS[key] ?? capital(key.replaceAll(/([A-Z])/g, ' $1').toLowerCase());

/** The plain facts that were kept with an entry. */
export const detailWords = (details: Record<string, unknown>) =>
  Object.entries(details)
    .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => `${inWords(key)}: ${[value].flat().map(factWords).join(', ')}`)
    .join('. ');

const factWords = (value: unknown) => {
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
