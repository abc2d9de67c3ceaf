import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import t from 'tap';
import { assetsDirectory, assetUrl } from '../src/assets.ts';
import { buildAssets } from '../src/commands/build-assets.ts';
import assets from '../src/http/assets.ts';

const committed = (name: string) => readFileSync(new URL(name, assetsDirectory));

t.test('the committed files are what a fresh build gives', async (t) => {
  for (const [name, fresh] of await buildAssets()) {
    t.ok(fresh.equals(committed(name)), `${name} (if not, run: npm run build)`);
    if (!/\.(css|js)$/.test(name)) continue;
    t.ok(brotliDecompressSync(committed(`${name}.br`)).equals(fresh), `${name}.br`);
    t.ok(gunzipSync(committed(`${name}.gz`)).equals(fresh), `${name}.gz`);
  }
});

t.test('styles, script and fonts of a first visit leave room under 60 kB for the page', (t) => {
  const fonts = ['400', '700'].map(
    (weight) => `fonts/atkinson-hyperlegible-next-latin-${weight}-normal.woff2`,
  );
  const bytes = ['westand.css.br', 'westand.js.br', ...fonts].map((name) => committed(name).length);
  const total = bytes.reduce((sum, size) => sum + size);
  t.comment(`${total} bytes`);
  t.ok(total < 48_000);
  t.end();
});

t.test('served with a fingerprint, compressed, for a year', async (t) => {
  const app = Fastify();
  await app.register(assets);
  const css = await app.inject({ url: assetUrl('westand.css'), headers: { 'accept-encoding': 'br' } });
  t.equal(css.statusCode, 200);
  t.equal(css.headers['cache-control'], 'public, max-age=31536000, immutable');
  t.equal(css.headers['content-encoding'], 'br');
  t.equal(css.headers['content-type'], 'text/css; charset=utf-8');
  t.ok(brotliDecompressSync(css.rawPayload).equals(committed('westand.css')));

  const plain = await app.inject(assetUrl('westand.js'));
  t.ok(plain.rawPayload.equals(committed('westand.js')), 'without compression too');
  t.match(plain.headers['content-type'], /^(text|application)\/javascript/);

  const font = await app.inject(assetUrl('fonts/atkinson-hyperlegible-next-latin-400-normal.woff2'));
  t.equal(font.headers['content-type'], 'font/woff2');

  const older = await app.inject('/assets/an-older-build/westand.css');
  t.equal(older.statusCode, 200, 'a page kept from before still has its styles');
  t.equal(older.headers['cache-control'], 'public, max-age=0');

  t.equal((await app.inject('/favicon.ico')).statusCode, 200);
  t.equal((await app.inject('/assets/x/nothing.css')).statusCode, 404);
  t.not((await app.inject('/assets/x/..%2f..%2fpackage.json')).statusCode, 200);
  await app.close();
});

t.test('a file that is not there has no address', (t) => {
  t.throws(() => assetUrl('nothing.css'), /No file is named static\/nothing.css/);
  t.end();
});

t.test('no style sheet asks for the fonts that are for gov.uk only', async (t) => {
  for (const name of ['westand.css', 'coordinate.css']) {
    t.notMatch(committed(name).toString(), /GDS Transport/, name);
  }
});
