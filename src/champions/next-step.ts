import type { ChampionState } from '../schema.ts';
import type { ChampionStanding, Standing } from '../training/standing.ts';
import { type OwnModule, shortDay } from './own-modules.ts';

/** Where a champion stands, in one sentence; what comes next, and one button for it. */
export interface NextStep {
  headline: string;
  words: string[];
  /** 'done' and 'due' have a colour of their own. */
  tone: 'done' | 'due' | undefined;
  action: { href: string; text: string } | undefined;
}

interface Setting {
  state: ChampionState;
  championStanding: ChampionStanding;
  standing: Standing;
  modules: OwnModule[];
  contactEmail: string;
}

const NUMBERS = ['Nothing', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];

const things = (count: number, rest: string) =>
  `${NUMBERS[count] ?? count} ${count === 1 ? 'thing' : 'things'} ${rest}`;

const STOPPED: Partial<Record<ChampionState, [headline: string, words: string]>> = {
  paused: ['Paused', 'Your coordinator has paused you. Your training stays as it is in the meantime.'],
  suspended: [
    'Stopped for now',
    'Your coordinator has asked you to stop for now. Please don’t help at stalls until you have talked.',
  ],
};

const stopped = ({ state, contactEmail }: Setting): NextStep => {
  const [headline, words] = STOPPED[state] ?? [
    'You are not taking part',
    'Your coordinator has said that you are not taking part for now.',
  ];
  const ask = contactEmail ? [`To ask about it, write to ${contactEmail}.`] : [];
  return { headline, words: [words, ...ask], tone: 'due', action: undefined };
};

const GUARDIAN: NextStep = {
  headline: 'A parent or guardian has to agree before you can start',
  words: ['We will be in touch with you about how they can agree. You don’t have to do anything now.'],
  tone: undefined,
  action: undefined,
};

const actionFor = ({ module, href, standing: { status } }: OwnModule): NextStep['action'] => {
  if (!href) return undefined;
  if (href.startsWith('/me/sessions')) return { href, text: 'Choose a session' };
  const again = status === 'due soon' || status === 'expired';
  return { href, text: `${again ? 'Renew' : 'Start'} ‘${module.name}’` };
};

const byTime = (a: OwnModule, b: OwnModule) => Temporal.Instant.compare(a.place!.startsAt, b.place!.startsAt);

type Step = Pick<NextStep, 'words' | 'action'>;

/** What can be done now, or whom or what it waits for. */
const nextAmong = (todo: OwnModule[]): Step => {
  const step = (words: string, action?: NextStep['action']): Step => ({ words: [words], action });
  const offered = todo.find(({ place }) => place?.offered);
  if (offered) {
    const { when, until } = offered.place!;
    const words = `A place is free for you at ‘${offered.module.name}’, ${when}. We keep it until ${until}.`;
    return step(words, { href: '#booked-heading', text: 'Take your place' });
  }
  const doable = todo.find(({ place, href }) => !place && href);
  if (doable) {
    const { name, summary } = doable.module;
    return step(`Next: ${name}. ${summary}`.trim(), actionFor(doable));
  }
  const held = todo.filter(({ place }) => place?.booked).sort(byTime)[0];
  if (held) return step(`Next: come to your session on ${held.place!.when}. ${held.place!.place}.`);
  const waiting = todo.find(({ place }) => place?.waiting);
  if (waiting) {
    const words = `You are on the waiting list for ‘${waiting.module.name}’. We write to you when a place is free.`;
    return step(words, waiting.href ? { href: waiting.href, text: 'See other sessions' } : undefined);
  }
  return step(
    `We have no session yet for ‘${todo[0]!.module.name}’. We are planning one. You don’t have to do anything now.`,
  );
};

const ready = ({ standing, modules }: Setting): NextStep => {
  const due = modules.filter(({ needed, standing: { status } }) => needed && status === 'due soon');
  const open = due.filter(({ place }) => !place?.booked);
  const holds =
    standing.until && standing.until !== 'for good' ? [`It holds until ${shortDay(standing.until)}.`] : [];
  if (open.length === 0)
    return {
      headline: 'You are ready',
      words: ['You have all the training that champions need.', ...holds],
      tone: 'done',
      action: { href: '/me/certificate', text: 'Get your certificate' },
    };
  const renew = things(open.length, 'to renew soon');
  const { words, action } = nextAmong(open);
  return { headline: `You are ready. ${renew}`, words: [...holds, ...words], tone: 'due', action };
};

/** What a champion reads first on their own page. */
export const nextStep = (setting: Setting): NextStep => {
  const { championStanding, standing, modules } = setting;
  if (championStanding === 'guardian') return GUARDIAN;
  if (championStanding === 'stopped') return stopped(setting);
  if (championStanding === 'ready') return ready(setting);
  const missing = modules.filter(({ module }) => standing.missing.includes(module.id));
  const renewing = missing.every(({ standing: { status } }) => status === 'expired');
  return {
    headline: things(missing.length, renewing ? 'to renew' : 'left'),
    tone: championStanding === 'lapsed' ? 'due' : undefined,
    ...nextAmong(missing),
  };
};
