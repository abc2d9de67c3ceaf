import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** Where the built styles, scripts, fonts and pictures lie. */
export const assetsDirectory = new URL('../static/', import.meta.url);

const names = readdirSync(assetsDirectory, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.\w+$/.test(name) && !/\.(br|gz)$/.test(name))
  .map((name) => name.replaceAll('\\', '/'))
  .sort();

/** One fingerprint for all files, so that the style sheet's own links to fonts stay right. */
export const assetsVersion = names
  .reduce(
    (hash, name) => hash.update(name).update(readFileSync(new URL(name, assetsDirectory))),
    createHash('sha256'),
  )
  .digest('base64url')
  .slice(0, 12);

/** The address of a file under static/, which may be kept for ever. */
export function assetUrl(name: string): string {
  if (!names.includes(name)) throw new Error(`No file is named static/${name}`);
  return `/assets/${assetsVersion}/${name}`;
}
