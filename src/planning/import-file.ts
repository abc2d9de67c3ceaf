import type { Columns, FileRow } from '../csv-file.ts';

/** The columns of a file of events, in the order of our own. */
export const COLUMNS = [
  'reference',
  'title',
  'kind',
  'date',
  'start',
  'end',
  'venue',
  'pitch',
  'campaign',
  'summary',
  'what_to_expect',
  'run_by',
  'capacity',
  'online_url',
] as const;
export type Column = (typeof COLUMNS)[number];

export type EventRow = FileRow<Column>;

export const EVENTS_FILE: Columns<Column> = { needed: COLUMNS, mostRows: 2_000 };
