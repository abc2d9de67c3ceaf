import t from 'tap';
import { MODULES } from '../../src/sample/sessions.ts';
import { contentFolder, coursesOf, FILES, QUIZ, sampleContent } from './course.ts';

t.test('the sample has pages and a quiz for each of its modules that are taken online', async (t) => {
  const courses = coursesOf(await sampleContent(t));
  const online = MODULES.filter(({ ways }) => ways.some((way) => way === 'e-learning'));
  t.same([...courses.keys()].sort(), online.map(({ slug }) => slug).sort());
  for (const { slug, pages, quiz, pictures } of courses.values()) {
    t.ok(pages.length >= 4 && pages.length <= 6, slug);
    t.ok(quiz.questions.length >= 5 && quiz.questions.length <= 8, slug);
    const shown = pages.flatMap(({ html }) =>
      [...html.matchAll(/pictures\/([^"]+)/g)].map(([, file]) => file),
    );
    t.same(shown.sort(), [...pictures.keys()].sort(), `${slug}: every picture is shown`);
    t.notMatch(pages.map(({ html }) => html).join(), /0\d{3,4} ?\d{3}/, `${slug}: no number that grows old`);
  }
  t.ok(courses.get('code-of-conduct')?.agreement);
});

t.test('a page is Markdown in govuk’s classes, and no HTML of its own', async (t) => {
  const { pages, pictures } = coursesOf(await contentFolder(t)).get('sums')!;
  t.same(
    pages.map(({ name, title }) => [name, title]),
    [
      ['one', 'One'],
      ['two', 'Two'],
    ],
  );
  t.match(pages[0]!.html, '<p class="govuk-body">One <strong>and</strong> one.</p>');
  t.match(pages[0]!.html, 'src="/me/training/sums/pictures/dot.svg" alt="A dot"');
  t.match(pages[1]!.html, '&lt;b&gt;Two&lt;/b&gt;');
  t.match(pages[1]!.html, '<a href="/report" class="govuk-link">');
  t.equal(pictures.get('dot.svg')?.contentType, 'image/svg+xml');
});

const withQuiz = (change: (quiz: typeof QUIZ) => unknown) => {
  const quiz = structuredClone(QUIZ);
  change(quiz);
  return { 'sums/quiz.json': JSON.stringify(quiz) };
};
const [first] = QUIZ.questions;
const svg = (inside: string) => `<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`;

const broken: [files: Record<string, string | undefined>, sentence: RegExp][] = [
  [{ 'sums/quiz.json': undefined }, /sums\/quiz\.json: this file is missing/],
  [{ 'sums/quiz.json': '{' }, /sums\/quiz\.json: this is not a JSON object/],
  [{ 'sums/module.json': '[]' }, /sums\/module\.json: this is not a JSON object/],
  [{ 'sums/module.json': '{ "minutes": 1 }' }, /sums\/module\.json: version must be a whole number/],
  [
    { 'promise/module.json': '{ "version": 1, "minutes": 2, "agreement": " " }' },
    /agreement must be a sentence/,
  ],
  [
    withQuiz((quiz) => {
      quiz.passMark = 101;
    }),
    /passMark must be a whole number from 1 to 100/,
  ],
  [
    withQuiz((quiz) => {
      quiz.pauseMinutes = -1;
    }),
    /pauseMinutes must be/,
  ],
  [
    withQuiz((quiz) => {
      quiz.questions = [];
    }),
    /it needs 1 to 30 questions/,
  ],
  [
    withQuiz((quiz) => {
      quiz.questions.push(first!);
    }),
    /two of its questions are the same/,
  ],
  [
    withQuiz((quiz) => {
      quiz.questions[1]!.because = '';
    }),
    /sums\/quiz\.json: question 2 \(“Which are even\?”\): because is missing/,
  ],
  [
    withQuiz((quiz) => {
      quiz.questions[0]!.options[0]!.right = false;
    }),
    /question 1 .*none of its options is right/,
  ],
  [
    withQuiz((quiz) => {
      quiz.questions[2]!.options[1]!.right = true;
    }),
    /question 3 .*all of its options are right/,
  ],
  [
    withQuiz((quiz) => {
      quiz.questions[0]!.options[1]!.text = 'two';
    }),
    /question 1 .*two of its options are the same/,
  ],
  [
    withQuiz((quiz) => {
      quiz.questions[0]!.options = [];
    }),
    /question 1 .*it needs two to ten options/,
  ],
  [
    withQuiz((quiz) => {
      quiz.questions[1]!.options[2]!.text = ' ';
    }),
    /question 2 .*option 3 has no text/,
  ],
  [{ 'sums/first.md': '# One' }, /sums\/first\.md: a page is named by its place/],
  [{ 'sums/01-one.md': 'One' }, /sums\/01-one\.md: it must start with one heading/],
  [{ 'sums/01-one.md': '# One\n\n# Two' }, /it must start with one heading/],
  [{ 'sums/03-one.md': '# One again' }, /two pages have the same name/],
  [{ 'sums/01-one.md': '# One\n\n![A cat](cat.png)' }, /the picture cat\.png is not in its folder/],
  [
    { 'sums/01-one.md': '# One\n\n![A](https://cats.example/a.png)' },
    /https:\/\/cats\.example\/a\.png is not in its folder/,
  ],
  [{ 'sums/01-one.md': '# One\n\n![](dot.svg)' }, /needs words for those who can’t see it/],
  [{ 'sums/01-one.md': '# One\n\n[a](http://a.example)' }, /the link http:\/\/a\.example must start with/],
  [{ 'sums/dot.svg': 'GIF89a' }, /dot\.svg: this is not the SVG picture that its name says/],
  [{ 'sums/dot.svg': svg('<script>1</script>') }, /a picture may hold no script/],
  [{ 'sums/dot.svg': svg('<g onload="1"/>') }, /a picture may hold no script/],
  [{ 'sums/dot.svg': svg('<a href="https://x.example/"/>') }, /nothing from elsewhere/],
  [{ 'sums/a.png': 'no' }, /a\.png: this is not the PNG picture/],
  [{ 'Sums!/01-one.md': '# One' }, /Sums!: a folder is named as its module’s address is/],
];

t.test('what is broken stops the start, with a sentence that names it', async (t) => {
  for (const [files, sentence] of broken) {
    const all = Object.entries({ ...FILES, ...files }).filter(([, words]) => words !== undefined);
    const folder = await contentFolder(t, Object.fromEntries(all) as Record<string, string>);
    t.throws(() => coursesOf(folder), { name: 'ConfigError', message: sentence });
  }
  t.throws(() => coursesOf('/no/such/folder'), { message: /this folder cannot be read/ });
});
