/**
 * How our CSV files are written, for csv-stringify: UTF-8 by the first sign, one line a row, no cell that a spreadsheet
 * takes for a formula, and quotation marks round what another delimiter would split.
 */
export const CSV = {
  bom: true,
  record_delimiter: '\r\n',
  escape_formulas: true,
  quoted_match: /[;\r\n]/,
};
