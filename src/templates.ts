import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { assetUrl } from './assets.ts';
import { helpers } from './template-helpers.ts';

/** Every page and message, compiled and ready. */
export type Templates = {
  /** The words of one template, named by its path under views/ without the ending. */
  render(name: string, context?: object): string;
};

const views = new URL('../views/', import.meta.url);
const plainText = /^emails\/.*(subject|text)$/;
const partialCalls = /\{\{~?(#?)>\s*([\w/-]+)/g;

interface LoadOptions {
  directory?: URL;
  /** False to compile each template when it is first shown, so that a start is quick. */
  ahead?: boolean;
}

/** Loads all templates under a directory, and compiles them ahead: a mistake in any of them throws here, with its name. */
export function loadTemplates({ directory = views, ahead = true }: LoadOptions = {}): Templates {
  const handlebars = Handlebars.create();
  const known = helpers(assetUrl);
  handlebars.registerHelper(known);
  const sources = readSources(directory);

  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  for (const [name, source] of sources) {
    const make = () => {
      const code = compile(name, source, Object.keys(known));
      return handlebars.template(new Function(`return ${code}`)());
    };
    const template = ahead ? make() : whenFirstShown(make);
    compiled.set(name, template);
    handlebars.registerPartial(partialName(name), template);
  }
  refuseUnknownPartials(sources, handlebars.partials);
  refuseBareHelpers(sources, Object.keys(known));

  return {
    render(name, context = {}) {
      const template = compiled.get(name);
      if (!template) throw new Error(`No template is named '${name}'`);
      return template(context);
    },
  };
}

function whenFirstShown(make: () => Handlebars.TemplateDelegate): Handlebars.TemplateDelegate {
  let template: Handlebars.TemplateDelegate | undefined;
  return (context, options) => {
    template ??= make();
    return template(context, options);
  };
}

function readSources(directory: URL) {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const names = files
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => file.replaceAll('\\', '/').slice(0, -4));
  return new Map(names.sort().map((name) => [name, readFileSync(new URL(`${name}.hbs`, directory), 'utf8')]));
}

function compile(name: string, source: string, helperNames: string[]) {
  try {
    return Handlebars.precompile(source, {
      knownHelpers: Object.fromEntries(helperNames.map((helper) => [helper, true])),
      knownHelpersOnly: true,
      // A partial sees only the options it is given, never the page's fields of the same name.
      explicitPartialContext: true,
      preventIndent: true,
      noEscape: plainText.test(name),
    });
  } catch (error) {
    throw new Error(`views/${name}.hbs: ${(error as Error).message}`, { cause: error });
  }
}

const partialName = (name: string) => name.replace(/^partials\//, '');

/** A block call without a folder, such as {{#> head}}, is a slot that a page may fill. */
function refuseUnknownPartials(sources: Map<string, string>, partials: Record<string, unknown>) {
  for (const [name, source] of sources) {
    for (const [, block, partial = ''] of source.matchAll(partialCalls)) {
      if (partial in partials || (block && !partial.includes('/'))) continue;
      throw new Error(`views/${name}.hbs: no partial is named '${partial}'`);
    }
  }
}

/** A field with a helper's name would print nothing; it is written {{this.name}}. */
function refuseBareHelpers(sources: Map<string, string>, helperNames: string[]) {
  const bare = new RegExp(`\\{\\{~?\\s*(${helperNames.join('|')})\\s*~?\\}`);
  for (const [name, source] of sources) {
    const found = source.match(bare);
    if (found)
      throw new Error(
        `views/${name}.hbs: '${found[1]}' is a helper; for the field write {{this.${found[1]}}}`,
      );
  }
}
