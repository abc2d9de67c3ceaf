import type { LightMyRequestResponse } from 'fastify';
import { type HTMLElement, parse } from 'node-html-parser';
import type { Test } from 'tap';

/** What a person finds in a form: typed into a field, chosen from radios or a list, ticked. */
const valueIn = (page: HTMLElement, name: string) => {
  const [first, ...others] = page.querySelectorAll(`[name="${name}"]`);
  if (!first) return undefined;
  if (first.tagName === 'SELECT') return first.querySelector('option[selected]')?.getAttribute('value');
  if (first.getAttribute('type') === 'radio' || first.getAttribute('type') === 'checkbox')
    return [first, ...others].find((one) => one.hasAttribute('checked'))?.getAttribute('value');
  return first.getAttribute('value');
};

const asShown = (typed: string) =>
  typed
    .trim()
    .normalize('NFC')
    .replaceAll(/\p{Cc}/gu, ' ');

/** Sentences by the field that each must stand beside. */
export type Sentences = Record<string, RegExp | string>;

/**
 * Holds a refused form to the GOV.UK pattern: a summary that links to each field that needs mending, in the order of
 * the page; the same words beside it; everything typed kept.
 */
export const isRefused = (
  t: Test,
  response: LightMyRequestResponse,
  sentences: Sentences,
  {
    typed = {},
    status = 422,
    what = '',
  }: { typed?: Record<string, string>; status?: number; what?: string } = {},
) => {
  const page = parse(response.body);
  const links = page.querySelectorAll('.govuk-error-summary__list a');
  const summary = Object.fromEntries(links.map((link) => [link.getAttribute('href')?.slice(1), link.text]));
  const besides = (field: string) =>
    page.getElementById(`${field}-error`)?.text.includes(summary[field] ?? '?');
  const wrong = [
    response.statusCode !== status && `the status is ${response.statusCode}`,
    !page.querySelector('title')?.text.startsWith('Error: ') &&
      'the title does not say that there is an error',
    String(Object.keys(summary)) !== String(Object.keys(sentences)) &&
      `the summary names ${Object.keys(summary)}`,
    ...Object.entries(sentences).flatMap(([field, sentence]) => [
      !summary[field]?.match(sentence) && `of ${field} it says: ${summary[field]}`,
      !page.getElementById(field) && `${field} cannot be reached from the summary`,
      !besides(field) && `nothing stands beside ${field}`,
    ]),
    ...Object.entries(typed).map(
      ([name, value]) => valueIn(page, name) !== asShown(value) && `${name} became ${valueIn(page, name)}`,
    ),
  ];
  t.same(wrong.filter(Boolean), [], what);
};
