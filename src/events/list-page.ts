import type { FieldErrors } from '../http/forms.ts';
import type { Cursor, EventList } from './events.ts';
import { writeCursor } from './filters.ts';
import { KINDS } from './words.ts';

const addressOf = (query: Record<string, string>) => {
  const search = new URLSearchParams(query).toString();
  return search ? `/events?${search}` : '/events';
};

/** The list's own address, the same for the same filters and place. */
export const listAddress = (query: Record<string, string>, at: Cursor | undefined) =>
  addressOf(at ? { ...query, [at.side]: writeCursor(at) } : query);

const link = (query: Record<string, string>, at: Cursor | undefined, text: string) =>
  at && { href: listAddress(query, at), text };

/** What the list of events and its filter form show. */
export const listPage = (
  place: string,
  neighbourhoods: readonly { slug: string; name: string }[],
  query: Record<string, string>,
  { events, previous, next }: EventList,
) => ({
  nav: 'events',
  values: query,
  filtered: Object.keys(query).length > 0,
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
    previous: link(query, previous, 'Earlier events'),
    next: link(query, next, 'Later events'),
  },
});

/** The form again, with a sentence beside each field that needs mending, and what was typed. */
export const listPageWithErrors = (
  place: string,
  neighbourhoods: readonly { slug: string; name: string }[],
  values: Record<string, string>,
  errors: FieldErrors,
) => ({ ...listPage(place, neighbourhoods, values, { events: [] }), errors });
