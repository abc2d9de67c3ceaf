import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { loadTemplates } from '../src/templates.ts';

type Directory = { [name: string]: string | Directory };
const load = (t: Test, views: Directory) =>
  loadTemplates({ directory: pathToFileURL(`${t.testdir(views)}/`) });

t.test('a page escapes what people typed; the text of a message does not', (t) => {
  const name = '{{name}}';
  const views = load(t, {
    'a.hbs': name,
    emails: { hello: { 'html.hbs': name, 'text.hbs': name, 'subject.hbs': name } },
  });
  const context = { name: `O'Brien <b> {{x}}` };
  t.equal(views.render('a', context), 'O&#x27;Brien &lt;b&gt; {{x}}');
  t.equal(views.render('emails/hello/html', context), views.render('a', context));
  t.equal(views.render('emails/hello/text', context), context.name);
  t.equal(views.render('emails/hello/subject', context), context.name);
  t.end();
});

t.test('a page fills its layout, and a partial sees only its own options', (t) => {
  const views = load(t, {
    'a.hbs':
      '{{#> layouts/l title="T"}}{{#*inline "head"}}H{{name}}{{/inline}}B{{name}}{{> p x=1}}{{/layouts/l}}',
    layouts: { 'l.hbs': '{{title}}[{{#> head @root}}none{{/head}}]({{> @partial-block @root}})' },
    partials: { 'p.hbs': '<{{x}}{{name}}>' },
  });
  t.equal(views.render('a', { name: 'n' }).replaceAll(/\s/g, ''), 'T[Hn](Bn<1>)');
  t.end();
});

t.test('what prototypes hold is never shown', (t) => {
  const views = load(t, { 'a.hbs': '{{constructor}}{{x.constructor.name}}{{x.__proto__.y}}' });
  t.equal(views.render('a', { x: Object.create({ y: 'inherited' }) }), '');
  t.end();
});

t.test('a mistake stops the load and says where', (t) => {
  t.throws(() => load(t, { 'a.hbs': '{{#if x}}' }), /views\/a\.hbs: Parse error/);
  t.throws(() => load(t, { 'a.hbs': '{{> nobody}}' }), /views\/a\.hbs: no partial is named 'nobody'/);
  t.throws(
    () => load(t, { 'a.hbs': '{{#> layouts/pag}}x{{/layouts/pag}}' }),
    /no partial is named 'layouts\/pag'/,
  );
  t.throws(() => load(t, { 'a.hbs': '{{shout name}}' }), /views\/a\.hbs: .*shout/);
  t.throws(
    () => load(t, { 'a.hbs': '{{error}}' }),
    /'error' is a helper; for the field write {{this.error}}/,
  );
  t.throws(() => load(t, {}).render('missing'), /No template is named 'missing'/);
  t.end();
});
