import { readFileSync } from 'node:fs';
import { type HTMLElement, type Node, parse } from 'node-html-parser';
import t from 'tap';
import { loadTemplates } from '../src/templates.ts';

type Fixture = { name: string; options: Record<string, unknown>; html: string };

type Unsupported = Record<string, (options: Record<string, unknown>) => boolean>;

/** The components we use; for each, what our partial leaves out. */
const components: Record<string, Unsupported> = {
  'back-link': {},
  button: {},
  checkboxes: {},
  details: {},
  'error-message': {},
  'error-summary': {},
  'exit-this-page': {},
  fieldset: {},
  hint: {},
  input: {},
  'inset-text': {},
  label: {},
  'notification-banner': {},
  pagination: {},
  panel: { 'the interruption variant': (options) => String(options.classes).includes('--interruption') },
  radios: {},
  select: {},
  'skip-link': {},
  'summary-list': { card: (options) => 'card' in options },
  table: {},
  tag: {},
  textarea: {},
  'warning-text': {},
};

const govuk = new URL('../node_modules/govuk-frontend/dist/govuk/components/', import.meta.url);
const templates = loadTemplates();
const inline = new Set(['A', 'SPAN', 'STRONG', 'B', 'EM', 'CODE', 'KBD']);
const isInline = (node: Node | null | undefined) =>
  inline.has((node as HTMLElement | undefined)?.tagName ?? '');

for (const [name, unsupported] of Object.entries(components)) {
  t.test(name, (t) => {
    const { fixtures } = JSON.parse(readFileSync(new URL(`${name}/fixtures.json`, govuk), 'utf8')) as {
      fixtures: Fixture[];
    };
    const leftOut = Object.values(unsupported);
    const supported = fixtures.filter((fixture) => !leftOut.some((uses) => uses(fixture.options)));
    for (const fixture of supported) {
      t.equal(
        normal(templates.render(`partials/govuk/${name}`, fixture.options)),
        normal(fixture.html),
        fixture.name,
      );
    }
    t.comment(`${name}: ${supported.length} of ${fixtures.length} fixtures compared`);
    t.ok(supported.length > 0, 'some fixtures are compared');
    t.end();
  });
}

/** The same tree prints the same: attributes in order, and only the white space that a browser would show. */
function normal(html: string) {
  return print(parse(html, { comment: false, blockTextElements: {} }) as unknown as HTMLElement).trim();
}

function print(element: HTMLElement): string {
  return element.childNodes
    .map((node, index, siblings) => {
      if (node.nodeType === 3) return printText(node.text, element, siblings[index - 1], siblings[index + 1]);
      const child = node as HTMLElement;
      const attributes = Object.entries(child.attributes).map(([key, value]) => ` ${key}="${value}"`);
      return `\n<${child.rawTagName}${attributes.sort().join('')}>${print(child)}</${child.rawTagName}>`;
    })
    .join('');
}

function printText(decoded: string, parent: HTMLElement, before: Node | undefined, after: Node | undefined) {
  let text = decoded.replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;');
  if (!(before ? isInline(before) : isInline(parent))) text = text.trimStart();
  if (!(after ? isInline(after) : isInline(parent))) text = text.trimEnd();
  return text;
}
