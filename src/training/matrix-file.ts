import type { Db } from '../db.ts';
import { type MatrixRow, readMatrix } from './matrix.ts';
import type { MatrixFilter, Question } from './matrix-filter.ts';
import { standingWords } from './matrix-page.ts';
import { STATUSES } from './matrix-query.ts';
import type { Module } from './modules.ts';

/** So many champions are read at a time: never all of them. */
const BATCH = 500;

/** The first line: a status and a day for each module. No address: who opens the file may not be who asked for it. */
const fileHeader = (modules: Module[]) => [
  'name',
  'number',
  'neighbourhood',
  'standing',
  ...modules.flatMap(({ name }) => [name, `${name}: until`]),
];

const line = (row: MatrixRow) => [
  row.fullName,
  String(row.number),
  row.neighbourhood ?? '',
  standingWords(row).text,
  ...row.training.modules.flatMap(({ status, until }) => [STATUSES[status], until?.toString() ?? '']),
];

/** The lines of the matrix, read page by page as they are asked for. */
export async function* fileLines(db: Db, modules: Module[], filter: MatrixFilter, question: Question) {
  yield fileHeader(modules);
  let after: Awaited<ReturnType<typeof readMatrix>>['next'];
  do {
    const { rows, next } = await readMatrix(db, filter, question, { after, size: BATCH });
    for (const row of rows) yield line(row);
    after = next;
  } while (after);
}
