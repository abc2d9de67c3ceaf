import type { listChoices } from './choices.ts';
import type { PlaceRefusal } from './places.ts';

const REFUSALS: Record<Exclude<PlaceRefusal['refused'], 'clash'>, string> = {
  'not yet': 'You can choose a session once a parent or guardian has agreed',
  paused: 'You are taking a break from the programme, so you can not take a place now',
  unknown: 'Choose a session from the list',
  cancelled: 'That session is cancelled. Choose another one',
  begun: 'That session has begun. Choose another one',
  full: 'That session is full now. Choose another one, or join its waiting list',
  'already booked':
    'You already have a place at another session of this training. Change it, or keep the one you have',
  'ran out': 'The time to take this place has run out, so it went to the next person. You can ask again',
};

export const refusalWords = (refusal: PlaceRefusal) =>
  refusal.refused === 'clash'
    ? `You are at ‘${refusal.with.title}’ then. Choose another session, or give that up first`
    : REFUSALS[refusal.refused];

interface Given {
  modules: { slug: string; name: string }[];
  module: string | undefined;
  choices: Awaited<ReturnType<typeof listChoices>>;
  /** What was refused, and for which session. */
  refusal?: { sessionId: string | undefined; words: string } | undefined;
}

const hrefOf = (module: string | undefined, after: string) =>
  `/me/sessions?${new URLSearchParams({ ...(module ? { module } : {}), after })}`;

/** What the page of sessions to choose from shows. */
export const bookingPage = ({ modules, module, choices, refusal }: Given) => {
  const { sessions, more } = choices;
  const refused = sessions.find(({ id }) => id === refusal?.sessionId);
  return {
    sessions: sessions.map((session) => ({
      ...session,
      refused: session === refused ? refusal?.words : undefined,
    })),
    moduleItems: [
      { value: '', text: 'All training' },
      ...modules.map(({ slug, name }) => ({ value: slug, text: name, selected: slug === module })),
    ],
    module,
    filtered: module !== undefined,
    more: more && hrefOf(module, more),
    errors: refusal && { [refused ? `session-${refused.id}` : 'sessions-heading']: refusal.words },
  };
};
