import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Trx } from '../db.ts';

/** Without what is taken for something else when it is read from a poster; without vowels, so that no word comes of it. */
const LETTERS = '23456789bcdfghjkmnpqrstvwxz';
const CODE_LENGTH = 6;

/** A short code for an event's poster, that nobody can guess from another's. */
export const newCode = () =>
  Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');

const LONGEST = 80;

/** 'Café at the Library' → 'cafe-at-the-library'. */
export const plainWords = (title: string) =>
  title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[’']/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '') || 'event';

const NUMBERS = ['', '-2', '-3', '-4', '-5', '-6', '-7', '-8', '-9'];

/** Addresses for an event, from its title and its day: stall-at-centre-mk-2027-10-16. The last is nobody else's. */
const slugsFor = (title: string, startsAt: Temporal.Instant, timeZone: string) => {
  const base = `${plainWords(title)}-${startsAt.toZonedDateTimeISO(timeZone).toPlainDate()}`;
  return [...NUMBERS, `-${newCode()}`].map((end) => base + end) as [string, ...string[]];
};

/** The first such address that no event has yet. */
export const freeSlug = async (
  db: Db | Trx,
  title: string,
  startsAt: Temporal.Instant,
  timeZone: string,
): Promise<string> => {
  const slugs = slugsFor(title, startsAt, timeZone);
  const rows = await db
    .selectFrom('events')
    .select('slug')
    .where('slug', '=', sql<string>`any(${slugs}::text[])`)
    .execute();
  const taken = new Set(rows.map(({ slug }) => slug));
  return slugs.find((slug) => !taken.has(slug)) ?? slugs[0];
};

/** An address that is free whoever asks for one of the same title and day at the same time. */
export const ownSlug = (title: string, startsAt: Temporal.Instant, timeZone: string): string =>
  slugsFor(title, startsAt, timeZone).at(-1)!;
