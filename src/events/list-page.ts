import type { FieldErrors } from '../http/forms.ts';
import type { Cursor, EventList } from './events.ts';
import { writeCursor } from './filters.ts';
import { KINDS } from './words.ts';

type Query = Record<string, string>;

interface Choices {
  place: string;
  neighbourhoods: readonly { slug: string; name: string }[];
}

/** The list's own address, the same for the same filters and place in it. */
export const listAddress = ({ query, at }: { query: Query; at?: Cursor | undefined }) => {
  const search = new URLSearchParams(at ? { ...query, [at.side]: writeCursor(at) } : query).toString();
  return search ? `/events?${search}` : '/events';
};

const link = (query: Query, at: Cursor | undefined, text: string) =>
  at && { href: listAddress({ query, at }), text };

/** What the list of events and its filter form show. */
export const listPage = (
  { place, neighbourhoods }: Choices,
  values: Query,
  { events, previous, next }: EventList,
) => ({
  nav: 'events',
  values,
  filtered: Object.keys(values).length > 0,
  neighbourhoods: [
    { value: '', text: `All of ${place}` },
    ...neighbourhoods.map(({ slug, name }) => ({ value: slug, text: name })),
  ],
  kinds: [
    { value: '', text: 'Every kind' },
    ...Object.entries(KINDS).map(([value, text]) => ({ value, text })),
  ],
  events,
  pages: (previous || next) && {
    previous: link(values, previous, 'Earlier events'),
    next: link(values, next, 'Later events'),
  },
});

/** The form again, with a sentence beside each field that needs mending, and what was typed. */
export const listPageWithErrors = (choices: Choices, values: Query, errors: FieldErrors) => ({
  ...listPage(choices, values, { events: [] }),
  errors,
});
