import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { compile } from 'sass';

const root = new URL('../../', import.meta.url);
const inRoot = (path: string) => fileURLToPath(new URL(path, root));
const fontPackage = 'node_modules/@fontsource/atkinson-hyperlegible-next';
const fonts = ['latin-400', 'latin-700', 'latin-ext-400', 'latin-ext-700'].map(
  (part) => `atkinson-hyperlegible-next-${part}-normal.woff2`,
);

/** Builds what static/ holds from views/styles, views/scripts and the font package, by file name. */
export async function buildAssets(): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  files.set('westand.css', await minify('css', inRoot('views/styles/westand.scss')));
  files.set('coordinate.css', await minify('css', inRoot('views/styles/coordinate.scss')));
  files.set('westand.js', await minify('js', inRoot('views/scripts/westand.js')));
  files.set('coordinate.js', await minify('js', inRoot('views/scripts/coordinate.js')));
  for (const font of fonts) files.set(`fonts/${font}`, readFileSync(inRoot(`${fontPackage}/files/${font}`)));
  files.set('fonts/LICENSE.txt', readFileSync(inRoot(`${fontPackage}/LICENSE`)));
  return files;
}

async function minify(kind: 'css' | 'js', file: string) {
  const styles = kind === 'css' ? compile(file, { loadPaths: [inRoot('node_modules')] }).css : undefined;
  const { outputFiles } = await build({
    ...(styles === undefined ? { entryPoints: [file] } : { stdin: { contents: styles, loader: 'css' } }),
    bundle: kind === 'js',
    format: kind === 'js' ? 'esm' : undefined,
    minify: true,
    legalComments: 'none',
    target: kind === 'js' ? 'es2020' : ['chrome90', 'firefox90', 'safari15'],
    write: false,
  });
  return Buffer.from((outputFiles[0] as { contents: Uint8Array }).contents);
}

/** The small ones are also written compressed, so that no request waits for it. */
function write(name: string, content: Buffer) {
  const path = inRoot(`static/${name}`);
  writeFileSync(path, content);
  if (!/\.(css|js)$/.test(name)) return;
  writeFileSync(`${path}.br`, brotliCompressSync(content));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}

if (import.meta.main) {
  mkdirSync(inRoot('static/fonts'), { recursive: true });
  for (const [name, content] of await buildAssets()) {
    write(name, content);
    console.log(`static/${name} ${content.length} bytes`);
  }
}
