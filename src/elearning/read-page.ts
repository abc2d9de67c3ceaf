import markdownIt, { type Token } from 'markdown-it';
import { contentError } from './content-error.ts';
import type { CoursePage } from './course.ts';

const markdown = markdownIt({ html: false });

const CLASSES: Record<string, string> = {
  h2: 'govuk-heading-m',
  h3: 'govuk-heading-s',
  p: 'govuk-body',
  ul: 'govuk-list govuk-list--bullet',
  ol: 'govuk-list govuk-list--number',
  a: 'govuk-link',
  blockquote: 'govuk-inset-text',
  table: 'govuk-table',
  th: 'govuk-table__header',
  tr: 'govuk-table__row',
  td: 'govuk-table__cell',
  img: 'ws-lesson__picture',
};

interface Place {
  slug: string;
  name: string;
  /** The pictures in the page's folder. */
  pictures: ReadonlySet<string>;
}

const dress = (token: Token, place: Place, refuse: (sentence: string) => Error) => {
  const classes = token.nesting < 0 ? undefined : CLASSES[token.tag];
  if (classes) token.attrJoin('class', classes);
  if (token.type === 'image') {
    const file = String(token.attrGet('src'));
    if (!place.pictures.has(file))
      throw refuse(
        `the picture ${file} is not in its folder. Pictures are PNG, JPG or SVG files beside the page.`,
      );
    if (!token.content.trim())
      throw refuse(`the picture ${file} needs words for those who can’t see it: ![words](${file}).`);
    token.attrSet('src', `/me/training/${place.slug}/pictures/${file}`);
  }
  if (token.type === 'link_open') {
    const href = String(token.attrGet('href'));
    if (!/^(\/(?!\/)|https:|tel:|mailto:)/.test(href))
      throw refuse(`the link ${href} must start with /, https:, tel: or mailto:.`);
  }
  for (const child of token.children ?? []) dress(child, place, refuse);
};

/** A page of the content folder: its one heading of the first level is its title. */
export const readPage = (words: string, place: Place): CoursePage => {
  const refuse = (sentence: string) => contentError(`${place.slug}/${place.name}`, sentence);
  if (!/^\d\d-[a-z0-9-]{1,80}\.md$/.test(place.name))
    throw refuse('a page is named by its place and what it is about: 01-what-it-is.md.');
  const tokens = markdown.parse(words.replace(/^\uFEFF/, ''), {});
  const titles = tokens.filter(({ type, tag }) => type === 'heading_open' && tag === 'h1');
  if (titles.length !== 1 || tokens[0]?.tag !== 'h1')
    throw refuse('it must start with one heading of the first level, and hold no other: # What it is.');
  const title = tokens[1]!.content.trim();
  if (!title) throw refuse('its heading is empty.');
  const body = tokens.slice(3);
  for (const token of body) dress(token, place, refuse);
  return {
    name: place.name.slice(3, -3),
    title,
    html: markdown.renderer.render(body, markdown.options, {}),
  };
};
