import Handlebars from 'handlebars';

type Fields = Record<string, unknown>;
type Options = Handlebars.HelperOptions;

/** Markup options as govuk-frontend writes them: given as text to escape, or as HTML written in a template. */
type Words = { html?: string; text?: unknown } | undefined;

const { SafeString, escapeExpression } = Handlebars;
const withoutOptions = (all: unknown[]) => all.slice(0, -1);
const missing = (value: unknown) => value === undefined || value === null;

function attribute(name: string, value: unknown, optional: boolean) {
  if (optional && (missing(value) || value === false)) return '';
  if (optional && value === true) return ` ${escapeExpression(name)}`;
  return ` ${escapeExpression(name)}="${missing(value) ? '' : escapeExpression(String(value))}"`;
}

function attributeList(attributes: unknown) {
  if (typeof attributes === 'string') return attributes;
  return Object.entries((attributes ?? {}) as Fields)
    .map(([name, item]) =>
      item !== null && typeof item === 'object'
        ? attribute(name, (item as Fields).value, (item as Fields).optional === true)
        : attribute(name, item, false),
    )
    .join('');
}

/** The helpers that every template may call; `asset` turns a file name under static/ into its address. */
export const helpers = (asset: (name: string) => string) => ({
  /** (object text="Name") → { text: 'Name' } */
  object: (options: Options): Fields => ({ ...options.hash }),
  /** (array a b) → [a, b] */
  array: (...all: unknown[]) => withoutOptions(all),
  /** (eq a b): the same value; a number equals its digits */
  eq: (a: unknown, b: unknown) => a === b || (!missing(a) && !missing(b) && String(a) === String(b)),
  /** (or a b …): the first that is not empty */
  or: (...all: unknown[]) => withoutOptions(all).find(Boolean),
  /** (default a b): b only where a is not given at all */
  default: (value: unknown, fallback: unknown) => (value === undefined ? fallback : value),
  /** (onlyIf condition value): the value, or nothing */
  onlyIf: (condition: unknown, value: unknown) => (condition ? value : undefined),
  /** (concat a b …): joined as they are */
  concat: (...all: unknown[]) => withoutOptions(all).join(''),
  /** (spaced a b …): those not empty, joined by spaces, or nothing */
  spaced: (...all: unknown[]) => withoutOptions(all).filter(Boolean).join(' ') || undefined,
  /** (anyWith rows "actions.items"): whether any of them has something there */
  anyWith: (list: Fields[] | undefined, path: string) =>
    (list ?? []).some((item) => {
      const found = path.split('.').reduce<unknown>((at, key) => (at as Fields | undefined)?.[key], item);
      return Array.isArray(found) ? found.length > 0 : Boolean(found);
    }),
  /** (error errors.email) → { text } for a field's errorMessage, or nothing */
  error: (text: unknown) => (typeof text === 'string' && text ? { text } : undefined),
  /** (errorList errors): the list for an error summary, each linked to its field */
  errorList: (errors: Fields | undefined) =>
    Object.entries(errors ?? {}).map(([field, text]) => ({ text, href: `#${field}` })),
  /** {{asset "westand.css"}}: a file under static/ by its fingerprinted address */
  asset: (name: string) => asset(name),
  /** {{attrs attributes name=value}}: attributes as options give them; the named ones left out when not given */
  attrs: (...all: unknown[]) => {
    const { hash } = all.at(-1) as Options;
    const named = Object.entries(hash).map(([name, value]) => attribute(name, value, true));
    return new SafeString(named.join('') + attributeList(all.length > 1 ? all[0] : undefined));
  },
  /** {{content option}}: its html as written, or its text escaped */
  content: (words: Words) => (words?.html ? new SafeString(words.html) : words?.text),
  /** (itemId item.id prefix @index): the first radio or checkbox has no number, so that errors can link to it */
  itemId: (id: string | undefined, prefix: string | undefined, index: number) =>
    id || (index > 0 ? `${prefix}-${index + 1}` : (prefix ?? '')),
  /** (chosen checked value given): whether an item is on, by itself or because the given value names it */
  chosen: (checked: unknown, value: unknown, given: unknown) => {
    if (checked || checked === false || !given) return Boolean(checked);
    return Array.isArray(given) ? given.includes(value) : String(value) === String(given);
  },
});
