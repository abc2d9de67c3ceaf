import { parse } from 'csv-parse/sync';

/** The columns of a kind of file. */
export interface Columns<Name extends string> {
  needed: readonly Name[];
  /** May be left out of the file. */
  optional?: readonly Name[];
  mostRows: number;
}

/** A row as a spreadsheet counts them: the one that names the columns is the first. */
export interface FileRow<Name extends string = string> {
  row: number;
  cells: Record<Name, string>;
  /** What is wrong with the row as a whole. */
  problem?: string;
}

export const MOST_BYTES = 2_000_000;

type Read<Name extends string> = { rows: FileRow<Name>[] } | { problem: string };

const UTF8_ADVICE = 'In your spreadsheet, save it as ‘CSV UTF-8’ and choose it again';

/** The text of the file; or in which of its lines the first byte is that makes no text. */
const decode = (bytes: Uint8Array): { text: string } | { line: number } => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    for (let line = 1, from = 0; ; line++) {
      const end = bytes.indexOf(10, from);
      try {
        decoder.decode(bytes.subarray(from, end < 0 ? undefined : end));
      } catch {
        return { line };
      }
      if (end < 0) return { line };
      from = end + 1;
    }
  }
};

const delimiterOf = (text: string) => {
  const [first = ''] = text.split(/[\r\n]/, 1);
  return first.split(';').length > first.split(',').length ? ';' : ',';
};

const parsed = (text: string, mostRows: number): { records: string[][] } | { problem: string } => {
  try {
    const records = parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      // One more than there may be tells that there are too many.
      to: mostRows + 2,
    }) as string[][];
    return { records };
  } catch (error) {
    const { code, lines } = error as { code?: string; lines?: number };
    if (code === undefined) throw error;
    if (code === 'CSV_QUOTE_NOT_CLOSED')
      return { problem: `A quotation mark is opened and never closed. Look above line ${lines}` };
    return {
      problem: `Line ${lines} has a quotation mark within a cell. Put the whole cell in quotation marks, and write this one twice`,
    };
  }
};

/** Far more than any of our files has. */
const MOST_COLUMNS = 100;

const listed = (names: readonly string[]) => names.map((name) => `‘${name}’`).join(', ');

const headerProblem = (header: readonly string[], { needed, optional = [] }: Columns<string>) => {
  if (header.length > MOST_COLUMNS)
    return `The first row names ${header.length.toLocaleString('en-GB')} columns. It must name ${needed.join(', ')}`;
  const unknown = header.filter((name) => !needed.includes(name) && !optional.includes(name));
  const missing = needed.filter((name) => !header.includes(name));
  const twice = header.find((name, at) => header.indexOf(name) !== at);
  if (missing.length > 0)
    return `The first row must name the columns ${needed.join(', ')}. It lacks ${listed(missing)}`;
  if (twice !== undefined) return `The first row names the column ‘${twice}’ twice`;
  if (unknown.length > 0) return `We do not know the column ${listed(unknown)}. Take it out of the file`;
  return undefined;
};

/** Signs that are no text; the database would refuse some of them. */
const UNREADABLE = /(?![\n\r\t])\p{Cc}/gu;

/** A cell that our own file keeps spreadsheets from taking for a formula: '=1+1 → =1+1. */
const plainCell = (cell: string) =>
  cell
    .replace(/^'(?=[=+\-@\t\r])/, '')
    .replaceAll(UNREADABLE, '\ufffd')
    .trim()
    .normalize('NFC');

const withoutEmptyEnd = (cells: string[]) => cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);

const toRow = (header: readonly string[], none: object, record: string[], at: number): FileRow => {
  const given = withoutEmptyEnd(record.map(plainCell));
  const cells = { ...none, ...Object.fromEntries(header.map((name, column) => [name, given[column] ?? ''])) };
  return {
    row: at + 2,
    cells,
    ...(given.length > header.length
      ? {
          problem: `This row has ${given.length} cells, and the first row has ${header.length}. Is there a comma in a cell that has no quotation marks?`,
        }
      : {}),
  };
};

/** Reads a CSV file: UTF-8, with commas or semicolons. What is wrong with the whole file is one sentence. */
export const readFile = <Name extends string>(bytes: Uint8Array, columns: Columns<Name>): Read<Name> => {
  if (bytes.length > MOST_BYTES) return { problem: 'The file is larger than 2 MB. Split it into several' };
  const decoded = decode(bytes);
  if ('line' in decoded)
    return { problem: `Line ${decoded.line} of the file has a byte that is not UTF-8. ${UTF8_ADVICE}` };
  const { needed, optional = [], mostRows } = columns;
  const result = parsed(decoded.text, mostRows);
  if ('problem' in result) return result;
  const [first = [], ...records] = result.records;
  const header = withoutEmptyEnd(
    first.map((name) =>
      name
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_'),
    ),
  );
  if (header.length === 0) return { problem: 'The file is empty' };
  const problem = headerProblem(header, columns);
  if (problem) return { problem };
  if (records.length > mostRows)
    return {
      problem: `The file has more than ${mostRows.toLocaleString('en-GB')} rows. Split it into several`,
    };
  const none = Object.fromEntries([...needed, ...optional].map((name) => [name, '']));
  const rows = records
    .map((record, at) => toRow(header, none, record, at))
    .filter(({ cells }) => Object.values(cells).some(Boolean));
  if (rows.length === 0) return { problem: 'The file names its columns, and has no row below them' };
  return { rows: rows as FileRow<Name>[] };
};
