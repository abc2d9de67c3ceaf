import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const filesIn = (pattern: string) =>
  globSync(pattern, { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();

const IMPORTS = /^(?:import|export)\b[^'";]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

/** What a file imports: files of ours by their path from the root, packages by name. */
const importsOf = (file: string) =>
  [...read(file).matchAll(IMPORTS)].map((found) => {
    const name = (found[1] ?? found[2] ?? found[3])!;
    return name.startsWith('.') ? normalize(join(dirname(file), name)) : name;
  });

const sources = filesIn('src/**/*.ts');
const graph = new Map(sources.map((file) => [file, importsOf(file)]));
const edges = [...graph].flatMap(([from, list]) => list.map((to) => ({ from, to })));
const said = ({ from, to }: { from: string; to: string }) => `${from} imports ${to}`;

/** Folders under src/ that are no features: the plugins, the commands and the sample programme. */
const NO_FEATURE = new Set(['http', 'commands', 'sample']);
const folderOf = (file: string) => /^src\/([^/]+)\//.exec(file)?.[1];
const featureOf = (file: string) => {
  const folder = folderOf(file);
  return folder && !NO_FEATURE.has(folder) ? folder : undefined;
};
const isRoutes = (file: string) => /(^|\/)([a-z-]+-)?routes\.ts$/.test(file);

const isFastify = (name: string) => /^(@fastify\/|fastify)/.test(name);

t.test('the reader of imports sees them all', async (t) => {
  t.ok(sources.length > 40);
  t.same(
    importsOf('src/start.ts').filter((name) => name.endsWith('app.ts')),
    ['src/app.ts'],
  );
  t.same(
    edges.filter(({ to }) => to.startsWith('src/') && !graph.has(to)).map(said),
    [],
    'every file imported exists',
  );
});

t.test('only app, http and routes know Fastify', async (t) => {
  const mayKnow = (file: string) => /^src\/app\.ts$|^src\/http\//.test(file) || isRoutes(file);
  t.same(edges.filter(({ from, to }) => isFastify(to) && !mayKnow(from)).map(said), []);
});

t.test('only app imports routes, only start imports app, nobody imports server', async (t) => {
  const wrong = edges.filter(
    ({ from, to }) =>
      (isRoutes(to) && from !== 'src/app.ts') ||
      (to === 'src/app.ts' && from !== 'src/start.ts') ||
      to === 'src/server.ts',
  );
  t.same(wrong.map(said), []);
});

const standsAlone = (file: string) => !graph.get(file)?.some((name) => name.startsWith('src/'));

t.test('what a feature does calls nothing of HTTP, though it may name its types', async (t) => {
  const calls = sources.filter((file) => /^import (?!type )[^;]*?from '[^']*\/http\//m.test(read(file)));
  t.same(
    calls.filter((file) => featureOf(file) && !isRoutes(file)),
    [],
  );
});

t.test('the ground knows no feature', async (t) => {
  const ground = new Set(filesIn('src/{config,db,schema,jobs,time,rate-limits,public-content,templates}.ts'));
  t.same(edges.filter(({ from, to }) => ground.has(from) && featureOf(to)).map(said), []);
});

t.test('mail knows of the features only what stands alone', async (t) => {
  const wrong = edges.filter(
    ({ from, to }) =>
      featureOf(from) === 'mail' && featureOf(to) && featureOf(to) !== 'mail' && !standsAlone(to),
  );
  t.same(wrong.map(said), []);
});

t.test('only start and commands load the sample programme', async (t) => {
  const may = (file: string) => /^src\/(sample|commands)\/|^src\/(start|where-to-look)\.ts$/.test(file);
  t.same(edges.filter(({ from, to }) => folderOf(to) === 'sample' && !may(from)).map(said), []);
});

/** The first way from a file back to itself. */
const cycleFrom = (start: string) => {
  const seen = new Set<string>();
  const walk = (file: string, path: string[]): string[] | undefined => {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = walk(next, [...path, next]);
      if (found) return found;
    }
    return undefined;
  };
  return walk(start, [start]);
};

t.test('no file imports itself in a round', async (t) => {
  t.same(
    sources.map(cycleFrom).flatMap((path) => path?.join(' → ') ?? []),
    [],
  );
});

t.test('only config reads the environment', async (t) => {
  t.same(
    sources.filter((file) => /process\.env|from '(node:)?process'/.test(read(file))),
    ['src/config.ts'],
  );
});

t.test('migrations are frozen in time: they import Kysely and nothing else', async (t) => {
  const migrations = filesIn('migrations/*');
  t.same(
    migrations.filter((file) => !/^migrations\/\d{4}-\d\d-\d\dT\d{4}-[a-z-]+\.ts$/.test(file)),
    [],
    'named by time',
  );
  t.same(
    migrations.flatMap(importsOf).filter((name) => name !== 'kysely'),
    [],
  );
});

t.test('every test file has a test', async (t) => {
  const empty = filesIn('test/**/*.test.ts').filter((file) => !/^\s*t\.test\(/m.test(read(file)));
  t.same(empty, []);
});
