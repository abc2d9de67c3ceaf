import Handlebars from 'handlebars';

/** 30 events in order of time, as plain texts. */
export const LIST_SQL = `select slug, title, summary, starts_at::text as starts from events
  where state in ('published', 'live') order by starts_at limit 30`;

const LIST = Handlebars.compile(
  `<!doctype html><html lang="en"><title>Events</title><main><ul>{{#each rows}}
  <li><a href="/events/{{slug}}">{{title}}</a> {{starts}} {{summary}}</li>{{/each}}</ul></main><p>{{words}}</p>`,
  { knownHelpersOnly: true },
);

/** A compiled list of the rows; words fill it up to the size asked for, or cut it there where that is less. */
export const listPageOf = (size: number) => {
  let words: string | undefined;
  return (rows: unknown[]) => {
    words ??= 'x'.repeat(Math.max(0, size - Buffer.byteLength(LIST({ rows, words: '' }))));
    return LIST({ rows, words });
  };
};
