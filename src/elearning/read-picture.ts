import { contentError } from './content-error.ts';
import type { Picture } from './course.ts';

const LARGEST = 1024 * 1024;

/** How each kind begins; an SVG is looked into as well. */
const KINDS: Record<string, { contentType: string; begins: RegExp }> = {
  png: { contentType: 'image/png', begins: /^\x89PNG\r\n/ },
  jpg: { contentType: 'image/jpeg', begins: /^\xff\xd8\xff/ },
  svg: { contentType: 'image/svg+xml', begins: /^\s*(<\?xml[^>]*>\s*)?<svg[\s>]/ },
};

/** What an SVG may not hold: scripts, styles that our policy refuses, and anything from elsewhere. */
const UNFIT =
  /<script|<style|<foreignObject|<image|<!DOCTYPE|<!ENTITY|\son\w+\s*=|\sstyle\s*=|href\s*=\s*["'](?!#)|url\(\s*["']?(?!#)/i;

const endingOf = (name: string) => /\.(png|jpg|svg)$/.exec(name)?.[1];

/** Whether a file is a picture, by its name. */
export const isPicture = (name: string) => endingOf(name) !== undefined;

/** A picture, held to what its name says it is. */
export const readPicture = (content: Buffer, file: string): Picture => {
  const ending = endingOf(file)!;
  const { contentType, begins } = KINDS[ending]!;
  if (!begins.test(content.toString('latin1', 0, 500)))
    throw contentError(file, `this is not the ${ending.toUpperCase()} picture that its name says.`);
  if (content.length > LARGEST) throw contentError(file, 'a picture may have 1 MB at most.');
  if (ending === 'svg' && UNFIT.test(content.toString('utf8')))
    throw contentError(file, 'a picture may hold no script, no style and nothing from elsewhere.');
  return { contentType, content };
};
