import type { Columns, FileRow } from '../csv-file.ts';
import { readDay } from '../events/typed-times.ts';

/** The columns of a file of completions, in the order of our own. */
const NEEDED = ['champion', 'module', 'passed_on', 'reference'] as const;
const OPTIONAL = ['expires_on', 'score'] as const;
export type Column = (typeof NEEDED)[number] | (typeof OPTIONAL)[number];

export const COMPLETIONS_FILE: Columns<Column> = { needed: NEEDED, optional: OPTIONAL, mostRows: 5_000 };

export type CompletionRow = FileRow<Column>;

/** What is wrong with a row, in which column; null where it is the row as a whole. */
export interface Problem {
  column: Column | null;
  words: string;
}

/** A row, understood; whose it is and of what is still to be found. */
export interface Completion {
  row: number;
  /** An email address or a champion's number, as typed. */
  champion: string;
  module: string;
  passedOn: Temporal.PlainDate;
  expiresOn: Temporal.PlainDate | null;
  reference: string;
  score: number | null;
}

const LONGEST_REFERENCE = 200;
/** Nothing that counts was passed before this day, whatever another system says. */
export const EARLIEST = Temporal.PlainDate.from('2000-01-01');
const isBefore = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) < 0;

/** Stands for each sign that could not be read. */
const UNREADABLE = '\ufffd';
const FORMULA = /^[=+@]|^-(?!\d)/;

/** Understands the cells of a row; every problem with them comes back. */
export const readRow = (
  { row, cells, problem }: CompletionRow,
  today: Temporal.PlainDate,
): Completion | { row: number; problems: Problem[] } => {
  if (problem) return { row, problems: [{ column: null, words: problem }] };
  const problems: Problem[] = [];
  const wrong = (column: Column, words: string) => {
    if (!problems.some((known) => known.column === column)) problems.push({ column, words });
  };
  for (const [column, cell] of Object.entries(cells) as [Column, string][]) {
    if (cell.includes(UNREADABLE)) wrong(column, 'This has a sign in it that cannot be read');
    if (FORMULA.test(cell)) wrong(column, 'This is a formula. Write what it comes to');
  }
  for (const column of NEEDED) if (cells[column] === '') wrong(column, 'This must not be empty');
  if (cells.reference.length > LONGEST_REFERENCE)
    wrong('reference', `Use ${LONGEST_REFERENCE} letters or fewer`);

  const day = (column: 'passed_on' | 'expires_on') => {
    const read = readDay(cells[column]);
    if (!read) wrong(column, `‘${cells[column]}’ is not a date. Write it like 16/10/2027`);
    return read;
  };
  const passedOn = day('passed_on');
  if (passedOn && isBefore(today, passedOn)) wrong('passed_on', 'This day is still to come');
  if (passedOn && isBefore(passedOn, EARLIEST)) wrong('passed_on', 'This is too long ago. Check the year');
  const expiresOn = cells.expires_on === '' ? null : day('expires_on');
  if (passedOn && expiresOn && isBefore(expiresOn, passedOn))
    wrong('expires_on', 'This is before the day on which it was passed');
  const score = cells.score === '' ? null : Number(cells.score.replace(/\s*%$/, ''));
  if (score !== null && !(score >= 0 && score <= 100)) wrong('score', 'Write a number from 0 to 100');
  if (problems.length > 0) return { row, problems };
  const { champion, module, reference } = cells;
  return {
    row,
    champion,
    module,
    reference,
    passedOn: passedOn!,
    expiresOn: expiresOn!,
    score: score && Math.round(score),
  };
};
