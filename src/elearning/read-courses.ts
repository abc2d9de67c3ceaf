import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentError } from './content-error.ts';
import type { Course, Courses, Picture } from './course.ts';
import { readPage } from './read-page.ts';
import { isPicture, readPicture } from './read-picture.ts';
import { readQuiz } from './read-quiz.ts';

const LARGEST_VERSION = 10_000;

const namesIn = (folder: string, file: string) => {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  } catch {
    throw contentError(file, 'this folder cannot be read.');
  }
};

const readJson = (folder: string, file: string, name: string): Record<string, unknown> => {
  let words: string;
  try {
    words = readFileSync(join(folder, name), 'utf8');
  } catch {
    throw contentError(`${file}/${name}`, 'this file is missing.');
  }
  try {
    const value = JSON.parse(words.replace(/^\uFEFF/, ''));
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error();
    return value;
  } catch {
    throw contentError(`${file}/${name}`, 'this is not a JSON object.');
  }
};

const readAbout = (about: Record<string, unknown>, file: string) => {
  const { version, minutes, warning, agreement } = about;
  const isWhole = (value: unknown) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= LARGEST_VERSION;
  if (!isWhole(version)) throw contentError(file, 'version must be a whole number from 1.');
  if (!isWhole(minutes)) throw contentError(file, 'minutes must be a whole number from 1.');
  for (const [name, words] of Object.entries({ warning, agreement })) {
    if (words !== undefined && (typeof words !== 'string' || !words.trim()))
      throw contentError(file, `${name} must be a sentence, or left out.`);
  }
  return { version, minutes, warning, agreement } as Pick<
    Course,
    'version' | 'minutes' | 'warning' | 'agreement'
  >;
};

const readCourse = (folder: string, slug: string): Course => {
  if (!/^[a-z0-9-]{1,80}$/.test(slug))
    throw contentError(
      slug,
      'a folder is named as its module’s address is: small letters, digits and hyphens.',
    );
  const files = namesIn(folder, slug)
    .map(({ name }) => name)
    .sort();
  const pictures = new Map<string, Picture>(
    files
      .filter(isPicture)
      .map((name) => [name, readPicture(readFileSync(join(folder, name)), `${slug}/${name}`)]),
  );
  const pages = files
    .filter((name) => name.endsWith('.md'))
    .map((name) =>
      readPage(readFileSync(join(folder, name), 'utf8'), { slug, name, pictures: new Set(pictures.keys()) }),
    );
  if (pages.length === 0) throw contentError(slug, 'there is no page: 01-first-page.md.');
  if (new Set(pages.map(({ name }) => name)).size < pages.length)
    throw contentError(slug, 'two pages have the same name but for their number.');
  return {
    slug,
    ...readAbout(readJson(folder, slug, 'module.json'), `${slug}/module.json`),
    pages,
    pictures,
    quiz: readQuiz(readJson(folder, slug, 'quiz.json'), `${slug}/quiz.json`),
  };
};

/**
 * Reads and checks the programme's content folder, one folder a module, into memory.
 * @throws {ConfigError} with a sentence that names the file, and the question, to mend
 */
export const readCourses = (directory: string): Courses =>
  new Map(
    namesIn(directory, directory)
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => [name, readCourse(join(directory, name), name)]),
  );
